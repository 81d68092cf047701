"""JSON, Markdown, colour, columns and values, which all results share."""
