"""From Lago, and from other tools, into the manifests of a project."""
