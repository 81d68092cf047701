"""What was used: from events, or stated in units, to the usage of every bucket of a charge."""
