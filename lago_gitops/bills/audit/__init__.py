"""Fees that Lago has made, rated again with a price list: which of them does it explain?"""
