"""A plan's impact on bills: of typical customers, and of past usage."""
