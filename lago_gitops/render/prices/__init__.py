"""Changes of prices: what costs otherwise, tier by tier, filter by filter, and what that makes of bills."""
