"""How Lago's columns read and show values, and which values they accept."""
