"""Past usage of those who are subscribed to what changes: asked of Lago once, and kept."""
