"""What decides: pure functions of frozen values."""
