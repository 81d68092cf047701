"""Between documents and the rating engine: converts price lists, subscriptions, usage and history."""
