"""Invoices and fees: rendered, listed and changed."""
