"""Manifests without a Lago: checked, at other revisions, started from nothing, and their schemas."""
