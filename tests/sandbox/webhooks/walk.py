"""A customer made and changed, and the webhooks that arrive of it."""

from typing import Any

from tests.replay.run import Delivery, walked

ENDPOINT = {"webhook_url": "${receiver}/hmac", "signature_algo": "hmac"}


def step(name: str, method: str, path: str, body: object) -> dict[str, Any]:
    return {"id": name, "method": method, "path": f"/api/v1/{path}", "now": "2026-01-01T10:00:00Z", "body": body}


def delivered(endpoint: dict[str, Any]) -> tuple[Delivery, ...]:
    """What arrives when a customer is made and changed."""
    drain = {"id": "drain", "method": "CONTROL", "path": "drain", "now": "2026-01-01T10:01:00Z"}
    steps = [
        step("endpoint", "POST", "webhook_endpoints", {"webhook_endpoint": endpoint}),
        step("made", "POST", "customers", {"customer": {"external_id": "é", "name": "One"}}),
        step("changed", "POST", "customers", {"customer": {"external_id": "é", "name": "Two"}}),
        drain,
    ]
    _, found = walked(steps, [], "free")
    return found
