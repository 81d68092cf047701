"""Wallets: prepaid credits of customers, their top-ups, and their use."""
