"""What a usage costs: scenarios, bills, and the price list they come from."""
