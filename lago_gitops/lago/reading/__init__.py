"""What commands read of an organization: its objects, its subscriptions, its licence, and whether all is in place."""
