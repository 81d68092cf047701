"""Policy tests: from facts or a change to the policies that match."""
