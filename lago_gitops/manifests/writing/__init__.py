"""Data and comments in, YAML text out: the canonical layout, and edits that leave all other lines alone."""
