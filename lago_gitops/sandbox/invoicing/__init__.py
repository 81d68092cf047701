"""Invoices: what is due when, the fees on them, and what becomes of them."""
