"""What a plan does to bills: of typical customers, and of past usage."""
