"""Plans and everything below them: a module for each part of a plan that has endpoints or rules of its own."""
