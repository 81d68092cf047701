"""Lago over HTTP."""
