"""Usage events: taken with few questions asked, listed by time."""
