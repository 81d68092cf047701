"""Manifests: what refers to what, and what was written into them."""
