"""Reads an organization for commands: its objects, subscriptions and licence, and checks of the set-up."""
