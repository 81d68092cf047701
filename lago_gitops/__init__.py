"""Keep the pricing of a Lago organization in Git."""

__version__ = "0.1.0"
