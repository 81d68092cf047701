"""Webhooks: their payloads, signatures and deliveries."""
