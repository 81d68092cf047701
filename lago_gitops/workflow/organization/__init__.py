"""What Lago has: its lists, and what a plan asks besides them."""
