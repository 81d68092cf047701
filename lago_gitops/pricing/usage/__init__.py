"""From events, or stated units, to the usage of every bucket of a charge."""
