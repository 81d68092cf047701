"""Whose bill changes, and by how much: every figure with its assumption."""
