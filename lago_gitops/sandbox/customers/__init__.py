"""Customers, and the discounts they have."""
