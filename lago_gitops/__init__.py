"""Keep the pricing of a Lago organization in Git."""
