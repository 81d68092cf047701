"""Data and comments in, YAML text out: the canonical layout, and edits that change no other line."""
