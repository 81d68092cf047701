"""Plans and everything below them."""
