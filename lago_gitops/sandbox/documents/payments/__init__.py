"""Payments that are entered by hand, and requests for them."""
