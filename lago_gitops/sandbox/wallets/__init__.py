"""Wallets: prepaid credits of customers, what fills them, and what they pay."""
