"""A recorded walk from customers to invoices, sent to a sandbox on its clock, and its answers held against Lago's."""

import json
import re
import threading
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import datetime
from http.client import HTTPConnection
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from lago_gitops.sandbox.base.settings import Settings
from lago_gitops.sandbox.serving.app import Sandbox
from lago_gitops.sandbox.serving.server import serve
from tests.conformance.requests import KEY, Step, captures, sent
from tests.replay.alike import Ids, differences, unlike

SERVERS: Mapping[str, Mapping[str, Any]] = {
    "free": {"lago_version": "1.51.0"},
    "prem": {"lago_version": "1.51.0", "premium": True},
    "1.38": {"lago_version": "1.38.0"},
}
TIMEOUT_S = 60.0


@dataclass(frozen=True, slots=True)
class Result:
    """One step whose answer is recorded; `differences` are empty where the sandbox answered as Lago did."""

    step: str
    request: str
    differences: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Delivery:
    """A webhook as it arrived."""

    after: str  # the step that was last sent
    path: str
    headers: Mapping[str, str]
    body: bytes
    shown: Any = None  # the body, with what is the sandbox's by chance named as in the recordings


def replayed(steps: Path, answers: Path, server: str) -> tuple[Result, ...]:
    """The steps that have an answer, in order, against a sandbox that starts empty."""
    found, _ = walked(json.loads(steps.read_text(encoding="utf-8"))["steps"], lines(answers), server)
    return found


def walked(
    steps: list[Step], answers: Iterable[Mapping[str, Any]], server: str
) -> tuple[tuple[Result, ...], tuple[Delivery, ...]]:
    """As `replayed`, with the webhooks that arrived on the way."""
    recorded = {answer["id"]: answer for answer in answers}
    start = datetime.fromisoformat(steps[0]["now"])
    sandbox = Sandbox(Settings(api_key=KEY, organization="org", jobs="manual", starts_at=start, **SERVERS[server]))
    with _receiving() as receiver, serve(sandbox) as url:
        connection = HTTPConnection(urlsplit(url).netloc, timeout=TIMEOUT_S)
        _, shown = sent(connection, {"method": "GET", "path": "/api/v1/organizations"}, {})
        ours = _Ours(receiver.url, shown["organization"]["document_number_prefix"])
        found = tuple(_results(connection, steps, recorded, receiver, ours))
        connection.close()
    sandbox.close()
    return found, tuple(replace(each, shown=ours.renamed(json.loads(each.body))) for each in receiver.deliveries)


def lines(file: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for line in file.read_text(encoding="utf-8").splitlines() if line.strip()]


_BILLING_ENTITY = "0bb111e9-0000-4000-8000-000000000001"


@dataclass(frozen=True, slots=True)
class _Ours:
    """What of an answer is ours by chance: the receiver's port, the organization's names and document prefix."""

    receiver: str
    prefix: str  # of document numbers

    def renamed(self, body: Any) -> Any:
        text = json.dumps(body).replace(self.receiver, "http://127.0.0.1:8891")
        text = text.replace("http://127.0.0.1:8080/org/", "http://127.0.0.1/org/").replace(
            "http://127.0.0.1:8080/", "http://127.0.0.1/"
        )
        text = text.replace('"billing_entity_code": "org"', '"billing_entity_code": "default"')
        text = text.replace(
            '"applied_to_billing_entities_codes": ["org"]', '"applied_to_billing_entities_codes": ["default"]'
        )
        # Here it is the id of the organization, too, as in the recordings of the catalogue; there it is not.
        text = re.sub(r'("billing_entity_id": )"[^"]+"', rf'\1"{_BILLING_ENTITY}"', text)
        return json.loads(text.replace(self.prefix, "ORG-0001"))


def _results(
    connection: HTTPConnection,
    steps: list[Step],
    recorded: Mapping[str, Mapping[str, Any]],
    receiver: "_Receiver",
    ours: _Ours,
) -> Iterator[Result]:
    ids, captured = Ids(), {"receiver": receiver.url}
    for step in steps:
        if step["method"] == "CONTROL":
            sent(connection, step | {"body": {"now": step["now"]}}, captured)
            continue
        receiver.after = step["id"]
        status, body = sent(connection, step, captured, {"X-Sandbox-Now": step["now"]})
        captured |= captures(step, body)
        expected = recorded.get(step["id"])
        if expected is not None:
            found = _compared(_until(expected, step["now"]), status, ours.renamed(body), ids)
            yield Result(step["id"], f"{step['method']} {step['path']}", tuple(found))


def _until(expected: Mapping[str, Any], now: str) -> Mapping[str, Any]:
    """Without the empty months after the walk: Lago takes them from its database, whose clock was another."""
    body = expected["body"]
    months = {name: body[name] for name in ("mrrs", "invoice_collections") if isinstance(body, dict) and name in body}
    cut = {name: [row for row in rows if row["month"][:7] <= now[:7]] for name, rows in months.items()}
    return {**expected, "body": {**body, **cut}} if cut else expected


def _compared(expected: Mapping[str, Any], status: int, body: Any, ids: Ids) -> list[str]:
    theirs, ours = {"status": expected["status"]}, {"status": status}
    if expected.get("unstable"):
        return differences(theirs, ours, ids) or list(unlike(expected["body"], body, "body"))
    return differences(theirs, ours, ids) or differences(expected["body"], body, ids)


class _Receiver(ThreadingHTTPServer):
    """Keeps what arrives, and answers as the recording's did: 500 on /fail, else 200."""

    daemon_threads = True

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), _Handler)
        self.deliveries: list[Delivery] = []
        self.after = ""

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server_address[1]}"


class _Handler(BaseHTTPRequestHandler):
    server: _Receiver

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
        self.server.deliveries.append(Delivery(self.server.after, self.path, dict(self.headers), body))
        self.send_response(500 if self.path == "/fail" else 200)
        self.send_header("Content-Length", "0")
        self.end_headers()

    def log_message(self, format: str, *args: Any) -> None:  # noqa: A002 (http.server names it so)
        """Nothing."""


@contextmanager
def _receiving() -> Iterator[_Receiver]:
    with _Receiver() as receiver:
        thread = threading.Thread(target=receiver.serve_forever, args=(0.05,), daemon=True)
        thread.start()
        try:
            yield receiver
        finally:
            receiver.shutdown()
            thread.join()
