"""YAML text in, documents with positions and problems out."""
