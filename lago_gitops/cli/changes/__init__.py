"""Commands about changes: plan, show, apply, drift, comment; `planning` and `applying` are what the largest two do."""
