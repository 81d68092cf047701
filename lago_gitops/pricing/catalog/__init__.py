"""What is for sale, as frozen values, and how it is read from Lago's own fields."""
