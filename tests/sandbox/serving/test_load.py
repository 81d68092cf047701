"""Many clients at once, and a process that is killed: every write that was answered is there afterwards."""

import json
import os
import signal
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from http.client import HTTPConnection
from pathlib import Path
from urllib.parse import urlsplit

import pytest

from lago_gitops.sandbox.base.settings import Settings
from lago_gitops.sandbox.serving.app import Sandbox
from lago_gitops.sandbox.serving.server import serve
from tests.sandbox.calls import KEY, Calls, plan

CLIENTS = 20
HEADERS = {"Authorization": f"Bearer {KEY}", "Content-Type": "application/json"}


def connected(url: str) -> HTTPConnection:
    return HTTPConnection(urlsplit(url).netloc, timeout=120)


def sent(connection: HTTPConnection, method: str, path: str, body: object = None) -> int:
    connection.request(method, path, json.dumps(body), HEADERS)
    with connection.getresponse() as answer:
        answer.read()
        return answer.status


def works(url: str, client: int) -> list[int]:
    """What one client does: it subscribes, uses, looks."""
    connection, name = connected(url), f"c{client}"
    subscription = {"external_customer_id": name, "external_id": name, "plan_code": "basic"}
    events = [{"transaction_id": f"{name}-{at}", "external_subscription_id": name, "code": "calls"} for at in range(50)]
    found = [
        sent(connection, "POST", "/api/v1/subscriptions", {"subscription": subscription}),
        *(
            sent(connection, "POST", "/api/v1/events/batch", {"events": events[at : at + 10]})
            for at in range(0, 50, 10)
        ),
        sent(connection, "GET", f"/api/v1/customers/{name}/current_usage?external_subscription_id={name}"),
        sent(connection, "GET", "/api/v1/invoices"),
        sent(connection, "POST", "/sandbox/drain", {}),
    ]
    connection.close()
    return found


@pytest.mark.slow
@pytest.mark.parametrize("database", [":memory:", "file"])
def test_twenty_clients_at_once_are_all_answered(tmp_path: Path, database: str) -> None:
    sandbox = Sandbox(Settings(database=database if database == ":memory:" else str(tmp_path / "lago.sqlite")))
    with serve(sandbox) as url:
        connection = connected(url)
        metric = {"name": "calls", "code": "calls", "aggregation_type": "count_agg"}
        assert sent(connection, "POST", "/api/v1/billable_metrics", {"billable_metric": metric}) == 200
        assert sent(connection, "POST", "/api/v1/plans", plan("basic", pay_in_advance=True)) == 200
        with ThreadPoolExecutor(CLIENTS) as pool:
            found = list(pool.map(lambda client: works(url, client), range(CLIENTS)))
        connection.close()
    sandbox.close()

    assert {status for each in found for status in each} == {200}


@pytest.mark.slow
def test_a_killed_sandbox_has_kept_every_write_that_it_answered(tmp_path: Path) -> None:
    file = str(tmp_path / "lago.sqlite")
    command = [sys.executable, "-m", "lago_gitops", "sandbox", "--port", "0", "--db", file]
    kept = {name: value for name, value in os.environ.items() if not name.startswith("LAGO_")}
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True, env=kept) as process:
        assert process.stdout is not None
        connection = connected(process.stdout.readline().split()[-1])
        for number in range(60):
            event = {"transaction_id": f"e{number}", "external_subscription_id": "s", "code": "calls"}
            assert sent(connection, "POST", "/api/v1/customers", {"customer": {"external_id": f"c{number}"}}) == 200
            assert sent(connection, "POST", "/api/v1/events", {"event": event}) == 200
        connection.request("POST", "/api/v1/customers", json.dumps({"customer": {"external_id": "late"}}), HEADERS)
        process.send_signal(signal.SIGKILL)
        connection.close()

    lago = Calls(database=file)
    customers = {each["external_id"] for each in lago.get("customers?per_page=1000").body["customers"]}
    events = {each["transaction_id"] for each in lago.get("events?per_page=1000").body["events"]}
    lago.sandbox.close()
    answered = {f"c{number}" for number in range(60)}
    assert answered <= customers <= answered | {"late"}
    assert events == {f"e{number}" for number in range(60)}
