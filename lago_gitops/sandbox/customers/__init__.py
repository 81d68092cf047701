"""Customers and what they have: subscriptions, usage, discounts, invoices."""
