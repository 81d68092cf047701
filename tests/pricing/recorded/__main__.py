import sys

from tests.pricing.recorded.run import main

sys.exit(main(sys.argv[1:]))
