"""Manifests without Lago: checking them, other revisions, starting a project, and their schemas."""
