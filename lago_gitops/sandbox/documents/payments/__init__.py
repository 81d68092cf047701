"""Manual payments, their receipts, and payment requests."""
