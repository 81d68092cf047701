"""From manifests and an organization to a plan, comparisons, and outcomes."""
