"""How Lago's columns read and show values, and the lists of those that they accept."""
