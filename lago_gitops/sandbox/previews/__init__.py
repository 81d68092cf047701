"""Previews of invoices: billed as if it were time, and undone."""
