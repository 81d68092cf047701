"""One table a kind of resource: data, not behaviour."""
