"""Recorded requests sent to a sandbox in order, and its answers held against those of Lago."""

import json
import re
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from enum import Enum
from functools import partial
from http.client import HTTPConnection
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from lago_gitops.sandbox.base.settings import Settings
from lago_gitops.sandbox.serving.app import Sandbox
from lago_gitops.sandbox.serving.server import serve
from tests.conformance.normal_form import UUID, Names, normal, shape
from tests.conformance.requests import KEY, Step, captures, sent

TRAFFIC = Path(__file__).parents[1] / "data" / "lago" / "traffic"
ORGANIZATIONS = TRAFFIC.parent / "org"
LISTS = ("api", "odd")
# The recorded servers: what Settings calls them, and what the names of their files have.
VERSIONS = {"HEAD": "", "1.38.0": "-1.38"}
TIMEOUT_S = 30.0
# Not Lago's: how the sandbox marks a fault of its own.
OWN_FAULT = "sandbox"


Send = Callable[[Step, Mapping[str, str]], tuple[int, Any]]
"""Sends a step, with what earlier ones gave; status and body of the answer."""


class Verdict(Enum):
    AGREED = "agreed"
    DIFFERS = "differs"
    UNANSWERED = "no recorded answer"


@dataclass(frozen=True, slots=True)
class Result:
    """One step of a replay; `expected` is None where no answer of Lago's is at hand."""

    step: str
    group: str
    verdict: Verdict
    expected: Any
    actual: Any


def replayed(steps: str, version: str) -> tuple[Result, ...]:
    """All steps of a list from an empty organization on, over HTTP; background jobs run where the list says so."""
    with _connection(version) as connection:
        return tuple(results(partial(sent, connection), steps, version))


def states(steps: str, version: str, organization: str) -> Iterator[Result]:
    """What every path of a recorded organization reads after all steps of a list, but for those that hold ids."""
    recorded = json.loads((ORGANIZATIONS / f"{organization}.json").read_text(encoding="utf-8"))
    with _connection(version) as connection:
        for _ in results(partial(sent, connection), steps, version):
            pass
        for path, body in recorded.items():
            if not UUID.search(path):
                step = {"id": path, "method": "GET", "path": f"/api/v1{path}"}
                expected, actual = normal(body, Names()), normal(sent(connection, step, {})[1], Names())
                verdict = Verdict.AGREED if expected == actual else Verdict.DIFFERS
                yield Result(path, group_of(step), verdict, expected, actual)


@contextmanager
def _connection(version: str) -> Iterator[HTTPConnection]:
    sandbox = Sandbox(Settings(api_key=KEY, organization="Recording", lago_version=version, jobs="manual"))
    with serve(sandbox) as url:
        connection = HTTPConnection(urlsplit(url).netloc, timeout=TIMEOUT_S)
        try:
            yield connection
        finally:
            connection.close()
    sandbox.close()


def results(send: Send, steps: str, version: str) -> Iterator[Result]:
    """One for each step of a list, in order: what is sent, and its answer beside that of the recorded version."""
    answers = {answer["id"]: answer for answer in read_lines(f"{steps}{VERSIONS[version]}.answers.jsonl")}
    captured: dict[str, str] = {}
    theirs, ours = Names(), Names()
    for step in read_lines(f"{steps}.steps.jsonl"):
        status, body = send(step, captured)
        captured |= captures(step, body)
        recorded = answers.get(step["id"])
        actual = {"status": status, "body": normal(body, ours if recorded else Names())}
        if recorded is None:
            own_fault = isinstance(body, dict) and OWN_FAULT in body
            verdict = Verdict.DIFFERS if own_fault else Verdict.UNANSWERED
            yield Result(step["id"], group_of(step), verdict, None, actual)
            continue
        expected = {"status": recorded["status"], "body": normal(recorded["body"], theirs)}
        loose = recorded.get("unstable", False)
        agree = shape(expected) == shape(actual) if loose else expected == actual
        yield Result(step["id"], group_of(step), Verdict.AGREED if agree else Verdict.DIFFERS, expected, actual)


def read_lines(name: str) -> list[Step]:
    return [json.loads(line) for line in (TRAFFIC / name).read_text(encoding="utf-8").splitlines()]


def group_of(step: Step) -> str:
    """The first part of the path below /api/v1."""
    path = str(step["path"]).removeprefix("/api/v1/")
    return re.split(r"[/?]", path)[0]
