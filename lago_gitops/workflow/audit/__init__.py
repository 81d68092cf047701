"""The fees that a Lago made, page by page, held against the price lists that were live."""
