"""`python -m lago_gitops` is the console script."""

from lago_gitops.cli import main

main()
