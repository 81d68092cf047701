"""Billing: what falls due, and the invoices, fees and credit notes that are made of it."""
