"""From manifests and an organization to a plan, what is beside it, and its outcomes."""
