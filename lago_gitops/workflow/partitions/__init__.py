"""Closed periods as partitions: exported, read again, and rated here or on a cluster."""
