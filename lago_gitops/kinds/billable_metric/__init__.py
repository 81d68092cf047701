"""Billable metrics."""
