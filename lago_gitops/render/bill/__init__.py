"""Bills: what a usage costs, as data and as text."""
