"""Imports: files in the formats of other tools → data of manifests."""
