"""Requests to a sandbox in this process."""

import json
from io import BytesIO, StringIO
from typing import Any, NamedTuple
from urllib.parse import quote, unquote_to_bytes

from lago_gitops.sandbox.base.settings import Settings
from lago_gitops.sandbox.serving.app import Sandbox

Doc = dict[str, Any]
KEY = Settings().api_key


class Reply(NamedTuple):
    status: int
    body: Any

    @property
    def code(self) -> Any:
        return self.body.get("code")

    @property
    def details(self) -> Any:
        return self.body.get("error_details")


class Calls:
    """A sandbox of its own. Paths are below /api/v1 unless they start with a slash; requests are sent at `now`."""

    def __init__(self, **settings: Any) -> None:
        self.sandbox = Sandbox(Settings(**settings))
        self.now: str | None = None

    def get(self, path: str) -> Reply:
        return self.send("GET", path)

    def post(self, path: str, body: object = None) -> Reply:
        return self.send("POST", path, body)

    def put(self, path: str, body: object) -> Reply:
        return self.send("PUT", path, body)

    def patch(self, path: str, body: object) -> Reply:
        return self.send("PATCH", path, body)

    def delete(self, path: str, body: object = None) -> Reply:
        return self.send("DELETE", path, body)

    def send(self, method: str, path: str, body: object = None, *, key: str = KEY, raw: bytes | None = None) -> Reply:
        sent = raw if raw is not None else b"" if body is None else json.dumps(body).encode()
        path, _, query = (path if path.startswith("/") else f"/api/v1/{path}").partition("?")
        errors = StringIO()
        environ: Doc = {
            "REQUEST_METHOD": method,
            "PATH_INFO": unquote_to_bytes(path).decode("latin-1"),
            "RAW_URI": path,
            "QUERY_STRING": query,
            "CONTENT_TYPE": "application/json",
            "CONTENT_LENGTH": str(len(sent)),
            "HTTP_AUTHORIZATION": f"Bearer {key}",
            "HTTP_X_SANDBOX_NOW": self.now,
            "wsgi.input": BytesIO(sent),
            "wsgi.errors": errors,
        }
        statuses: list[str] = []
        payload = b"".join(self.sandbox(environ, lambda status, *_: statuses.append(status)))  # type: ignore[arg-type]
        assert not errors.getvalue(), errors.getvalue()
        return Reply(int(statuses[0][:3]), json.loads(payload) if payload else None)

    # What most tests start from

    def made(self, path: str, body: Doc) -> Doc:
        """The object of a creation that has to succeed."""
        reply = self.post(path, body)
        assert reply.status == 200, reply
        [shown] = reply.body.values()
        return dict(shown)

    def metric(self, code: str = "calls", **fields: Any) -> Doc:
        given = {"name": code, "code": code, "aggregation_type": "count_agg", **fields}
        return self.made("billable_metrics", {"billable_metric": given})

    def tax(self, code: str = "vat", **fields: Any) -> Doc:
        return self.made("taxes", {"tax": {"name": code, "code": code, "rate": "20", **fields}})

    def add_on(self, code: str = "setup", **fields: Any) -> Doc:
        given = {"name": code, "code": code, "amount_cents": 100, "amount_currency": "USD", **fields}
        return self.made("add_ons", {"add_on": given})

    def plan(self, code: str = "basic", **fields: Any) -> Doc:
        return self.made("plans", plan(code, **fields))

    def subscription(self, plan_code: str = "basic", external_id: str = "s1", **fields: Any) -> Doc:
        given = {"external_customer_id": "c1", "plan_code": plan_code, "external_id": external_id, **fields}
        return self.made("subscriptions", {"subscription": given})

    def read_plan(self, code: str = "basic") -> Doc:
        return dict(self.get(f"plans/{quote(code, safe='')}").body["plan"])


def plan(code: str = "basic", /, **fields: Any) -> Doc:
    """The body of a plan's creation."""
    given = {"name": code, "code": code, "interval": "monthly", "amount_cents": 1000, "amount_currency": "USD"}
    return {"plan": {**given, "pay_in_advance": False, **fields}}


def charge(metric: Doc, **fields: Any) -> Doc:
    """A charge inside a plan, at one dollar a unit unless `fields` say otherwise."""
    given = {"billable_metric_id": metric["lago_id"], "charge_model": "standard", "properties": {"amount": "1"}}
    return {**given, **fields}


def coupon(code: str = "ten", /, **fields: Any) -> Doc:
    given = {"name": code, "code": code, "coupon_type": "percentage", "percentage_rate": "10", "frequency": "once"}
    return {"coupon": {**given, "expiration": "no_expiration", **fields}}
