"""Webhooks go out beside the requests that cause them."""

import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.request import Request, urlopen

import pytest

from lago_gitops.sandbox.base.settings import Settings
from lago_gitops.sandbox.serving.app import Sandbox
from lago_gitops.sandbox.serving.server import serve
from tests.sandbox.calls import Calls
from tests.sandbox.webhooks.walk import ENDPOINT, delivered

KEY = Settings().api_key


@contextmanager
def receiver(status: int, ask: str = "") -> Iterator[tuple[str, list[Any]]]:
    """Its URL, and what it got; before it answers, it asks for a page."""
    got: list[Any] = []

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
            got.append(fetched(ask) if ask else body["webhook_type"])
            self.send_response(status)
            self.end_headers()

        def log_message(self, *_: Any) -> None:
            """Nothing."""

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        thread = threading.Thread(target=server.serve_forever, args=(0.05,), daemon=True)
        thread.start()
        yield f"http://127.0.0.1:{server.server_address[1]}/", got
        server.shutdown()
        thread.join()


def fetched(url: str) -> Any:
    with urlopen(Request(url, headers={"Authorization": f"Bearer {KEY}"}), timeout=120) as answer:
        return json.loads(answer.read())


def sent(url: str, path: str, body: object) -> None:
    headers = {"Authorization": f"Bearer {KEY}", "Content-Type": "application/json"}
    urlopen(Request(f"{url}{path}", json.dumps(body).encode(), headers), timeout=120).close()


def test_a_receiver_may_ask_the_sandbox_before_it_answers() -> None:
    sandbox = Sandbox(Settings())
    with serve(sandbox) as url, receiver(200, f"{url}/api/v1/customers/c1") as (hook, got):
        sent(url, "/api/v1/webhook_endpoints", {"webhook_endpoint": {"webhook_url": hook, "signature_algo": "hmac"}})
        sent(url, "/api/v1/customers", {"customer": {"external_id": "c1"}})
        [delivery] = fetched(f"{url}/sandbox/webhooks")["webhooks"]
    sandbox.close()

    assert [each["customer"]["external_id"] for each in got] == ["c1"]
    assert [each["status"] for each in delivery["attempts"]] == [200]


def test_attempts_are_dated_as_lago_spaces_them() -> None:
    lago = Calls()
    lago.post("/sandbox/clock", {"now": "2026-01-01T10:00:00Z"})
    with receiver(500) as (hook, got):
        lago.post("webhook_endpoints", {"webhook_endpoint": {"webhook_url": hook, "signature_algo": "hmac"}})
        lago.post("customers", {"customer": {"external_id": "c1"}})
        [delivery] = lago.get("/sandbox/webhooks").body["webhooks"]
    lago.sandbox.close()

    assert got == ["customer.created"] * 3
    assert [each["at"][11:19] for each in delivery["attempts"]] == ["10:00:00", "10:00:03", "10:00:21"]


def test_what_waits_when_the_sandbox_is_reset_is_forgotten() -> None:
    lago = Calls(jobs="manual")
    with receiver(200) as (hook, got):
        lago.post("webhook_endpoints", {"webhook_endpoint": {"webhook_url": hook, "signature_algo": "hmac"}})
        lago.post("customers", {"customer": {"external_id": "c1"}})
        lago.post("/sandbox/reset")
        lago.post("/sandbox/drain")
    lago.sandbox.close()

    assert got == []


def test_a_job_that_fails_does_not_stand_in_the_way_of_others(monkeypatch: pytest.MonkeyPatch) -> None:
    from lago_gitops.sandbox.base.queue import Task
    from lago_gitops.sandbox.serving import jobs

    def fail(*_: object) -> None:
        raise RuntimeError("broken")

    monkeypatch.setitem(jobs._TASKS, Task.BILL, fail)
    lago = Calls(jobs="manual")
    lago.plan(pay_in_advance=True)
    lago.subscription()
    with pytest.raises(RuntimeError):
        lago.sandbox.drain()
    assert lago.sandbox.drain() == 0


def test_only_the_types_that_were_asked_for_are_delivered() -> None:
    found = delivered({**ENDPOINT, "event_types": ["customer.updated"]})
    assert [json.loads(each.body)["webhook_type"] for each in found] == ["customer.updated"]


def test_what_fails_is_tried_three_times_under_one_key() -> None:
    found = delivered({**ENDPOINT, "webhook_url": "${receiver}/fail", "event_types": ["customer.created"]})
    assert len(found) == 3
    assert len({each.headers["X-Lago-Unique-Key"] for each in found}) == 1


@pytest.mark.parametrize(("hosts", "error"), [((), "not allowed"), (("elsewhere.test",), "gaierror")])
def test_other_hosts_are_told_only_where_they_are_allowed(hosts: tuple[str, ...], error: str) -> None:
    lago = Calls(webhook_hosts=hosts)
    hook = {"webhook_url": "http://elsewhere.test/", "signature_algo": "hmac"}
    lago.post("webhook_endpoints", {"webhook_endpoint": hook})
    lago.post("customers", {"customer": {"external_id": "c1"}})
    [kept] = lago.get("/sandbox/webhooks").body["webhooks"]
    assert kept["attempts"][-1]["error"] == error
