"""The tool on a sandbox in this process, one request at a time, in no time."""

import atexit
import shutil
import tempfile
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any

import httpx

from lago_gitops.access import Access
from lago_gitops.apply import Oversight, Remote, apply
from lago_gitops.core.execution.outcome import Outcome
from lago_gitops.kinds import KINDS
from lago_gitops.lago.client import Reader, Writer
from lago_gitops.lago.connect import Tuning, connect_reader, connect_writer
from lago_gitops.lago.http.events import Observer, unobserved
from lago_gitops.lago.reading.organization import Inventory, inventory, places
from lago_gitops.lago.target import IN_PROCESS, Secret
from lago_gitops.sandbox.base.settings import Settings
from lago_gitops.sandbox.serving.app import Sandbox
from lago_gitops.workflow.changes.plan import Planned, make_plan
from tests.faults.scenario import SCENARIOS
from tests.worlds import ENVIRONMENT, checked

App = Callable[..., Iterable[bytes]]
Sent = tuple[str, str, bytes]  # method, path below /api/v1, body
KEY = Settings().api_key
CHECKED = cache(checked)


class NoTime:
    """A clock on which every sleep is over at once."""

    def __init__(self) -> None:
        self.time_s = 0.0

    def now(self) -> float:
        return self.time_s

    def sleep(self, seconds: float) -> None:
        self.time_s += seconds

    def jitter(self) -> float:
        return 1.0

    def wake(self) -> None:
        """Nobody sleeps."""


class Wire(httpx.BaseTransport):
    """As a connection would carry it: what the application raises is a reset, what it leaves out is missed."""

    def __init__(self, app: App) -> None:
        self._inner = httpx.WSGITransport(app=app)  # type: ignore[arg-type]

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        try:
            answer = self._inner.handle_request(request)
            body = answer.read()
        except ConnectionResetError as error:
            raise httpx.ReadError(str(error), request=request) from error
        if len(body) < int(answer.headers.get("Content-Length", 0)):
            return httpx.Response(answer.status_code, headers=answer.headers, stream=_Broken(request))
        return httpx.Response(answer.status_code, headers=answer.headers, content=body)


class _Broken(httpx.SyncByteStream):
    def __init__(self, request: httpx.Request) -> None:
        self._request = request

    def __iter__(self) -> Iterator[bytes]:
        yield b"{"
        raise httpx.RemoteProtocolError("incomplete", request=self._request)


@dataclass
class Committed:
    """The requests that got to the application, each with its body, and the writes among them that it carried out."""

    app: App
    requests: list[Sent] = field(default_factory=list)
    writes: list[Sent] = field(default_factory=list)

    def __call__(self, environ: Any, start_response: Any) -> Iterable[bytes]:
        body = environ["wsgi.input"].read(int(environ.get("CONTENT_LENGTH") or 0))
        environ["wsgi.input"] = _Again(body)
        sent = (environ["REQUEST_METHOD"], environ["PATH_INFO"].removeprefix("/api/v1"), body)
        self.requests.append(sent)

        def started(status: str, headers: Any, *rest: Any) -> Any:
            if status.startswith("200") and sent[0] != "GET":
                self.writes.append(sent)
            return start_response(status, headers, *rest)

        return self.app(environ, started)


class _Again:
    def __init__(self, body: bytes) -> None:
        self._body = body

    def read(self, _: int) -> bytes:
        return self._body


@cache
def database(name: str) -> Path:
    """The organization of a scenario as it is before: made once, copied for each use."""
    folder = tempfile.mkdtemp(prefix="faults-")
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    path = Path(folder, "before.sqlite")
    scenario = SCENARIOS[name]
    sandbox = Sandbox(Settings(**{**scenario.settings, "database": str(path)}))
    outcomes = applied(sandbox, scenario.before)
    assert all(outcome.status.is_good for outcome in outcomes), outcomes
    sandbox.close()
    return path


@contextmanager
def sandbox_of(name: str) -> Iterator[Sandbox]:
    """A sandbox with the scenario's organization as it is before."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "sandbox.sqlite"
        shutil.copy(database(name), path)
        sandbox = Sandbox(Settings(**{**SCENARIOS[name].settings, "database": str(path)}))
        try:
            yield sandbox
        finally:
            sandbox.close()


def reader(app: App) -> Reader:
    return connect_reader(IN_PROCESS, Secret(KEY), transport=Wire(app), tuning=Tuning(clock=NoTime()))


def writer(app: App, observer: Observer = unobserved, concurrency: int = 1) -> Writer:
    tuning = Tuning(clock=NoTime(), concurrency=concurrency)
    return connect_writer(IN_PROCESS, Secret(KEY), transport=Wire(app), tuning=tuning, observer=observer)


def planned(app: App, *texts: str) -> Planned:
    """Raises LagoError."""
    with reader(app) as client:
        found = make_plan(CHECKED(*texts), ENVIRONMENT, client, Access(IN_PROCESS, Secret(KEY)))
    assert found.plan.refusals == (), found.plan.refusals
    return found


def carried_out(
    plan: Planned,
    app: App,
    oversight: Oversight | None = None,
    observer: Observer = unobserved,
    *,
    concurrency: int = 1,
) -> tuple[Outcome, ...]:
    """What `carry_out` does; one request after the other, unless said otherwise, so that the k-th is the same."""
    with writer(app, observer, concurrency) as client:
        found = plan.inventory
        ids = {address: one.lago_id for address, one in found.live.items()}
        watched, there = oversight or Oversight(), places(found, KINDS)
        remote = Remote(client, KINDS, found.server, ids, NoTime(), concurrency, oversight=watched, places=there)
        return apply(plan.plan.schedule, remote, lambda _: None)


def applied(app: App, *texts: str) -> tuple[Outcome, ...]:
    return carried_out(planned(app, *texts), app)


def contents(app: App) -> Inventory:
    with reader(app) as client:
        return inventory(client, "", KINDS.values(), concurrency=1)


def fields(found: Inventory) -> Mapping[str, Any]:
    return {str(address): one.fields for address, one in found.live.items()}
