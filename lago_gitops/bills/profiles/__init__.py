"""Typical customers, and how a plan of changes affects their bills."""
