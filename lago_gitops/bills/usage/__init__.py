"""Usage that Lago billed in past periods, at the prices before and after a plan of changes."""
