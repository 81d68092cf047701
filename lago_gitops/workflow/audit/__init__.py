"""The fees that Lago created, page by page, compared with the price lists live at the time."""
