"""Credit notes by hand and voided invoices: what can still be credited, and what is returned."""
