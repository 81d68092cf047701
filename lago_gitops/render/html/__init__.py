"""A report to open in a browser: one file, no network."""
