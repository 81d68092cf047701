"""Previews of invoices: billed in a transaction that is rolled back."""
