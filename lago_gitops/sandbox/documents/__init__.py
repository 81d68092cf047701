"""Documents for customers: invoices and their fees, credit notes, payments."""
