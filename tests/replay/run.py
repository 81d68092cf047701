"""A recorded walk from customers to invoices, sent to a sandbox on its clock, and its answers held against Lago's."""

import json
import threading
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
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


def replayed(steps: Path, answers: Path, server: str) -> tuple[Result, ...]:
    """The steps that have an answer, in order, against a sandbox that starts empty."""
    found, _ = walked(json.loads(steps.read_text(encoding="utf-8"))["steps"], _lines(answers), server)
    return found


def walked(
    steps: list[Step], answers: Iterable[Mapping[str, Any]], server: str
) -> tuple[tuple[Result, ...], tuple[Delivery, ...]]:
    """As `replayed`, with the webhooks that arrived on the way."""
    recorded = {answer["id"]: answer for answer in answers}
    sandbox = Sandbox(Settings(api_key=KEY, organization="org", jobs="manual", **SERVERS[server]))
    with _receiving() as receiver, serve(sandbox) as url:
        connection = HTTPConnection(urlsplit(url).netloc, timeout=TIMEOUT_S)
        ours = _Ours(receiver.url, sandbox)
        found = tuple(_results(connection, steps, recorded, receiver, ours))
        connection.close()
    sandbox.close()
    return found, tuple(receiver.deliveries)


def _lines(file: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for line in file.read_text(encoding="utf-8").splitlines() if line.strip()]


@dataclass(frozen=True, slots=True)
class _Ours:
    """What of an answer is ours by chance: the receiver's port, the organization's names and document prefix."""

    receiver: str
    sandbox: Sandbox

    def renamed(self, body: Any, prefix: str) -> Any:
        text = json.dumps(body).replace(self.receiver, "http://127.0.0.1:8891")
        text = text.replace("http://127.0.0.1:8080/org/", "http://127.0.0.1/org/").replace(
            "http://127.0.0.1:8080/", "http://127.0.0.1/"
        )
        text = text.replace('"billing_entity_code": "org"', '"billing_entity_code": "default"')
        return json.loads(text.replace(prefix, "ORG-0001"))


def _results(
    connection: HTTPConnection,
    steps: list[Step],
    recorded: Mapping[str, Mapping[str, Any]],
    receiver: "_Receiver",
    ours: _Ours,
) -> Iterator[Result]:
    ids, captured = Ids(), {"receiver": receiver.url}
    _, organization = sent(connection, {"method": "GET", "path": "/api/v1/organizations"}, {})
    prefix = organization["organization"]["document_number_prefix"]
    for step in steps:
        if step["method"] == "CONTROL":
            sent(connection, step | {"body": {"now": step["now"]}}, captured)
            continue
        receiver.after = step["id"]
        status, body = sent(connection, step, captured, {"X-Sandbox-Now": step["now"]})
        captured |= captures(step, body)
        expected = recorded.get(step["id"])
        if expected is not None:
            found = _compared(expected, status, ours.renamed(body, prefix), ids)
            yield Result(step["id"], f"{step['method']} {step['path']}", tuple(found))


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
