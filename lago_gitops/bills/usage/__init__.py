"""Usage that Lago billed in periods that are over, at the prices before and after a plan of changes."""
