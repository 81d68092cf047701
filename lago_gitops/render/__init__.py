"""Results as text, JSON and reports: strings, nothing here prints."""
