"""Whether a server answers as the recorded one did: the list of requests that walks through every kind."""

import shlex
import subprocess
from collections.abc import Callable, Mapping
from http.client import HTTPConnection, HTTPSConnection
from typing import Any
from urllib.parse import urlsplit

from tests.conformance.replay import Result, results
from tests.conformance.requests import Step, sent
from tests.e2e.server import Server

STEPS = "api"
TIMEOUT_S = 60.0


Drain = Callable[[], None]
"""Has the server run the jobs that wait, and no other: a recording decides itself when they run."""


def conformance(server: Server, version: str, drain: Drain) -> tuple[Result, ...]:
    """All steps, from an empty organization on; afterwards it is not empty any more."""
    place = urlsplit(server.url)
    connection = (HTTPSConnection if place.scheme == "https" else HTTPConnection)(place.netloc, timeout=TIMEOUT_S)

    def send(step: Step, captured: Mapping[str, str]) -> tuple[int, Any]:
        if step["method"] == "CONTROL":
            drain()
            return 200, {}
        return sent(connection, {**step, "path": f"{place.path}{step['path']}"}, captured, key=server.key)

    try:
        return tuple(results(send, STEPS, version))
    finally:
        connection.close()


def worker(server: Server, command: str) -> Drain:
    """By starting and stopping the service `worker` with a command such as `docker compose`. It is stopped from now on.

    Raises subprocess.CalledProcessError.
    """

    def drain() -> None:
        _run(command, "start")
        server.wait_for_deletes()
        _run(command, "stop")

    _run(command, "stop")
    return drain


def _run(command: str, verb: str) -> None:
    subprocess.run((*shlex.split(command), verb, "worker"), check=True, stdout=subprocess.DEVNULL)
