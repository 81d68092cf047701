"""What everything here stands on: Lago's arithmetic and currencies, its rules by version, errors, figures in words."""
