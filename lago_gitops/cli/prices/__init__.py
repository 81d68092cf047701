"""Commands about prices: price, test, audit."""
