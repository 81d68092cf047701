"""A clock that is never late, and a Lago that says what it is told to."""

import threading
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from dataclasses import dataclass, field

import httpx
import pytest

from lago_gitops.lago.client import Writer
from lago_gitops.lago.connect import Tuning, connect_writer
from lago_gitops.lago.http.events import Event
from lago_gitops.lago.target import IN_PROCESS, Secret


@dataclass
class InstantClock:
    """Sleep takes no time and is written down; jitter is always the longest."""

    time_s: float = 1_000.0
    slept: list[float] = field(default_factory=list)
    lock: threading.Lock = field(default_factory=threading.Lock)

    def now(self) -> float:
        return self.time_s

    def sleep(self, seconds: float) -> None:
        with self.lock:
            self.slept.append(round(seconds, 6))
            self.time_s += seconds

    def jitter(self) -> float:
        return 1.0

    def stir(self) -> None:
        pass

    def wake(self) -> None:
        pass


class ScriptedLago:
    """Answers each request with the next of `replies`, the last one for ever."""

    def __init__(self, *replies: httpx.Response | Exception) -> None:
        self.replies = list(replies)
        self.requests: list[httpx.Request] = []

    def __call__(self, request: httpx.Request) -> httpx.Response:
        self.requests.append(request)
        reply = self.replies.pop(0) if len(self.replies) > 1 else self.replies[0]
        if isinstance(reply, Exception):
            raise reply
        return httpx.Response(reply.status_code, headers=reply.headers, content=reply.content)


@pytest.fixture
def clock() -> InstantClock:
    return InstantClock()


@pytest.fixture
def script() -> type[ScriptedLago]:
    return ScriptedLago


@pytest.fixture
def events() -> list[Event]:
    return []


@pytest.fixture
def connect(clock: InstantClock, events: list[Event]) -> Iterator[Callable[..., Writer]]:
    """A writer whose requests go to a function instead of the network."""
    with ExitStack() as stack:

        def connected(lago: Callable[[httpx.Request], httpx.Response], **tuning: float) -> Writer:
            client = connect_writer(
                IN_PROCESS,
                Secret("the-key-0123456789"),
                transport=httpx.MockTransport(lago),
                observer=events.append,
                tuning=Tuning(clock=clock, **tuning),
            )
            return stack.enter_context(client)

        yield connected
