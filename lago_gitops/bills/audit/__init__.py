"""Fees that Lago billed, rated again with a price list: which of them does it explain?"""
