"""Billing: what falls due, and the resulting invoices, fees and credit notes."""
