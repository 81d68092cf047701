"""Sphinx: `make site` builds these pages, strictly and without a network."""

import sys
from pathlib import Path

ROOT = Path(__file__).parents[1]
sys.path.insert(0, str(Path(__file__).parent))

project = "lago-gitops"
author = "The lago-gitops authors"
copyright = "The lago-gitops authors"  # noqa: A001 -- Sphinx's own name
extensions = ["myst_parser", "sphinx_click", "reference_pages"]
smartquotes_action = "qe"  # two dashes begin an option
source_suffix = {".md": "markdown"}
exclude_patterns = ["_build"]
html_theme = "furo"
html_title = "lago-gitops"
html_theme_options = {"source_repository": "https://github.com/lago-gitops/lago-gitops/", "source_branch": "main"}
myst_enable_extensions = ["colon_fence", "deflist"]
myst_heading_anchors = 3
myst_fence_as_directive = []
nitpicky = True
nitpick_ignore_regex = [("py:.*", ".*")]
# links that lead out of the pages, to files of the repository
suppress_warnings = ["myst.xref_missing"]
linkcheck_ignore = [r"http://localhost.*", r"http://127\.0\.0\.1.*"]
