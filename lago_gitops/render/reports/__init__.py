"""Reports of a run, as files: one set of facts, many formats."""
