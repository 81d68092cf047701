"""What Lago billed, as flat rows in many files, and what price lists make of it: sums that hang on no order."""
