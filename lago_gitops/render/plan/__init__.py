"""A plan as data, as a saved file and as text."""
