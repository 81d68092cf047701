"""A pytest fixture for programs that use Lago: a new sandbox for each test, with a clock that the test sets.

Import it in `conftest.py`:

    from lago_gitops.testing import lago  # noqa: F401

and use it in a test:

    def test_billing(lago):
        bill_customers(api_url=lago.url, api_key=lago.key)
        lago.turn("2026-02-01T01:00:00Z")
        assert lago.get("invoices")["invoices"]
"""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from http.client import HTTPConnection
from typing import Any
from urllib.parse import urlsplit

import pytest

from lago_gitops.sandbox.base.clock import moment
from lago_gitops.sandbox.base.settings import Settings
from lago_gitops.sandbox.serving.app import Sandbox
from lago_gitops.sandbox.serving.server import serve

STARTS_AT = "2026-01-01T00:00:00Z"


@dataclass(frozen=True, slots=True)
class Lago:
    """A running sandbox; its clock is frozen at the start of 2026 until it is set."""

    url: str
    key: str

    def turn(self, to: str) -> None:
        """Set the clock to an ISO 8601 time, and bill everything that falls due on the way."""
        self._sent("POST", "/sandbox/clock", {"now": to})

    def reset(self) -> None:
        """Empty the organization; the clock doesn't change."""
        self._sent("POST", "/sandbox/reset", {})

    def seed(self, **given: object) -> None:
        """Grant what Lago's API can't: `premium`, `premium_integrations`, `pricing_units`, `custom_metrics`."""
        self._sent("POST", "/sandbox/seed", given)

    def snapshot(self, name: str = "default") -> None:
        """Save all data and the time under a name."""
        self._sent("POST", "/sandbox/snapshot", {"name": name})

    def restore(self, name: str = "default") -> None:
        """Restore a snapshot. Raises ValueError if there is none with that name."""
        self._sent("POST", "/sandbox/restore", {"name": name})

    def webhooks(self) -> list[dict[str, Any]]:
        """The webhook deliveries so far, with each attempt."""
        return list(self._sent("GET", "/sandbox/webhooks", None)["webhooks"])

    def get(self, path: str) -> Any:
        """The body of the answer; `path` is below /api/v1. Raises ValueError if the request is refused."""
        return self._sent("GET", f"/api/v1/{path}", None)

    def post(self, path: str, body: object) -> Any:
        return self._sent("POST", f"/api/v1/{path}", body)

    def _sent(self, method: str, path: str, body: object) -> Any:
        connection = HTTPConnection(urlsplit(self.url).netloc)
        headers = {"Content-Type": "application/json", "Authorization": f"Bearer {self.key}"}
        connection.request(method, path, None if body is None else json.dumps(body), headers)
        answer = connection.getresponse()
        text = answer.read()
        connection.close()
        if answer.status >= 400:
            raise ValueError(f"{method} {path}: {answer.status} {text.decode()}")
        return json.loads(text) if text else None


@pytest.fixture
def lago() -> Iterator[Lago]:
    """An empty sandbox for one test."""
    settings = Settings(starts_at=moment(STARTS_AT))
    sandbox = Sandbox(settings)
    try:
        with serve(sandbox) as url:
            yield Lago(url, settings.api_key)
    finally:
        sandbox.close()
