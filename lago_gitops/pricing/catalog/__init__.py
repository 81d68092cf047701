"""What is for sale, as frozen values, read from Lago's own fields."""
