"""Simulations: customers with subscriptions and usage, over months, as documents; the invoices that come of them."""
