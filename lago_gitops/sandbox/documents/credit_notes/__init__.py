"""Credit notes: made by hand, shown, listed, voided."""
