"""The JSON Schemas of everything this tool writes."""
