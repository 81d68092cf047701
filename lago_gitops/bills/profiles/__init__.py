"""Typical customers, and what a plan of changes makes of their bills."""
