"""Usage of the running period, of periods that ended, and what is still to come."""
