"""Credit notes: created by hand, rendered, listed, voided."""
