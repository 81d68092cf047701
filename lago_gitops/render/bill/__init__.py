"""Bills, as data and as text."""
