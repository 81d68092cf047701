"""What Lago has: its lists, and further questions of a plan."""
