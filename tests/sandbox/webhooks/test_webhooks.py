import base64
import hashlib
import hmac
import json
from typing import Any

import pytest

from tests.conformance.requests import KEY
from tests.replay.run import Delivery, walked
from tests.sandbox.calls import Calls

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


def test_the_body_is_signed_with_the_key_of_the_organization() -> None:
    found = delivered(ENDPOINT)
    assert [json.loads(each.body)["webhook_type"] for each in found] == ["customer.created", "customer.updated"]
    for each in found:
        expected = base64.b64encode(hmac.new(KEY.encode(), each.body, hashlib.sha256).digest()).decode()
        assert each.headers["X-Lago-Signature"] == expected
        assert json.loads(each.body)["customer"]["external_id"] == "é"


def test_only_the_types_that_were_asked_for_are_delivered() -> None:
    found = delivered({**ENDPOINT, "event_types": ["customer.updated"]})
    assert [json.loads(each.body)["webhook_type"] for each in found] == ["customer.updated"]


def test_what_fails_is_tried_three_times_under_one_key() -> None:
    found = delivered({**ENDPOINT, "webhook_url": "${receiver}/fail", "event_types": ["customer.created"]})
    assert len(found) == 3
    assert len({each.headers["X-Lago-Unique-Key"] for each in found}) == 1


def test_a_jwt_verifies_with_the_public_key() -> None:
    lago = Calls()
    lago.post("webhook_endpoints", {"webhook_endpoint": {"webhook_url": "http://elsewhere.test/"}})
    lago.post("customers", {"customer": {"external_id": "c1"}})
    [kept] = lago.get("/sandbox/webhooks").body["webhooks"]
    header, claims, signature = kept["headers"]["X-Lago-Signature"].split(".")
    encoded = lago.get("webhooks/json_public_key").body["webhook"]["public_key"]
    modulus = _modulus(base64.b64decode(encoded).decode())
    padded = pow(int.from_bytes(_unpadded(signature)), 65537, modulus).to_bytes(256)
    assert padded.endswith(hashlib.sha256(f"{header}.{claims}".encode()).digest())
    assert json.loads(_unpadded(claims))["data"] == kept["body"]


def _unpadded(text: str) -> bytes:
    return base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))


def _modulus(pem: str) -> int:
    der = base64.b64decode("".join(pem.splitlines()[1:-1]))
    return int.from_bytes(der[-5 - 256 : -5])


@pytest.mark.parametrize(("hosts", "error"), [((), "not allowed"), (("elsewhere.test",), "gaierror")])
def test_other_hosts_are_told_only_where_they_are_allowed(hosts: tuple[str, ...], error: str) -> None:
    lago = Calls(webhook_hosts=hosts)
    hook = {"webhook_url": "http://elsewhere.test/", "signature_algo": "hmac"}
    lago.post("webhook_endpoints", {"webhook_endpoint": hook})
    lago.post("customers", {"customer": {"external_id": "c1"}})
    [kept] = lago.get("/sandbox/webhooks").body["webhooks"]
    assert kept["attempts"][-1]["error"] == error


def test_reset_leaves_an_organization_with_nothing_in_it() -> None:
    lago = Calls()
    lago.post("customers", {"customer": {"external_id": "c1"}})
    assert lago.get("/sandbox/ready").body == {"ready": True}
    assert lago.post("/sandbox/reset").status == 200
    assert lago.get("customers").body["customers"] == []
    assert lago.get("organizations").status == 200
