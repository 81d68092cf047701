"""Whose bill changes, and by how much: every figure with what it takes for granted."""
