"""Credit notes made by hand and voided invoices: what an invoice still bears, and what it gives back."""
