"""Plans and everything below them: one module for each part with endpoints or rules of its own."""
