"""Invoices, fees and credit notes: how they are shown, listed and changed."""
