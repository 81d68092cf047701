"""Price changes: which prices differ, tier by tier and filter by filter, and how that affects bills."""
