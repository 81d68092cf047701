"""Between documents and the rating engine: price lists, subscriptions, usage and history as the engine has them."""
