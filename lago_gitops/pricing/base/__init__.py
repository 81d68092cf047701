"""Foundations: Lago's arithmetic and currencies, its rules by version, errors, and figures for people."""
