"""Commands about changes: plan, show, apply, drift, comment."""
