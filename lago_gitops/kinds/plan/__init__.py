"""Plans, with everything that belongs to them."""
