"""`python -m tests.e2e [product|conformance]`: the suite against the Lago of LAGO_API_URL and LAGO_API_KEY."""

import os
import sys

from tests.e2e.suite import main

sys.exit(main(sys.argv[1:], os.environ))
