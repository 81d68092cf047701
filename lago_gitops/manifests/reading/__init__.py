"""YAML text in, documents with their places and problems out."""
