"""Webhooks: what endpoints are told, signed and delivered."""
