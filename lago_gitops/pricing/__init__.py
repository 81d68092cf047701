"""What usage costs: exact, pure, in decimals."""
