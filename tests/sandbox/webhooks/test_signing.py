import base64
import hashlib
import hmac
import json

import pytest

from tests.conformance.requests import KEY
from tests.sandbox.calls import Calls
from tests.sandbox.webhooks.walk import ENDPOINT, delivered


def _unpadded(text: str) -> bytes:
    return base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))


def _modulus(pem: str) -> int:
    der = base64.b64decode("".join(pem.splitlines()[1:-1]))
    return int.from_bytes(der[-5 - 256 : -5])


def test_the_body_is_signed_with_the_key_of_the_organization() -> None:
    found = delivered(ENDPOINT)
    assert [json.loads(each.body)["webhook_type"] for each in found] == ["customer.created", "customer.updated"]
    for each in found:
        expected = base64.b64encode(hmac.new(KEY.encode(), each.body, hashlib.sha256).digest()).decode()
        assert each.headers["X-Lago-Signature"] == expected
        assert json.loads(each.body)["customer"]["external_id"] == "é"


@pytest.mark.slow
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
