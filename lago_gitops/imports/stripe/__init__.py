"""Stripe: products and prices, as its API and command line give them or as its dashboard exports them."""
