"""What Lago billed, as flat rows in many files, rated by price lists into sums that don't depend on any order."""
