"""Subscriptions: how they start, change, move to other plans and end, and what is theirs alone."""
