"""Colour, columns and values, which all texts share."""
