"""Usage events: accepted almost unchecked, listed by time."""
