"""The JSON Schemas of everything that this tool writes."""
