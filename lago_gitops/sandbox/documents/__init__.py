"""What customers get: invoices and their fees, credit notes, payments."""
