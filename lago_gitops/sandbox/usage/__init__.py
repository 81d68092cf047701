"""Current, past and projected usage."""
