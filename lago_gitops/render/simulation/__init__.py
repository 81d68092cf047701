"""What a simulation invoices: for a terminal, for spreadsheets, as a page."""
