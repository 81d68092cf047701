"""Subscriptions: how they start, change plans and end, and their own prices and entitlements."""
