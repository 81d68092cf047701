"""What this Lago can do: its version and its licence."""
