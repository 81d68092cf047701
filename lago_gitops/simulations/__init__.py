"""Simulations: customers with subscriptions and usage over months, and the resulting invoices."""
