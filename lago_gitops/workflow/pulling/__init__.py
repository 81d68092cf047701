"""From Lago, and from others, into the manifests of a project."""
