"""The organization that a project of any size describes, as the sandbox would answer for it.

The sandbox is given a ten of each sort; the answers for all others follow by replacement of their numbers, so that a
large organization is there at once and is served without a thought.
"""

import json
import re
from collections.abc import Iterable
from functools import cache
from typing import Any
from urllib.parse import parse_qs

from lago_gitops.access import Access
from lago_gitops.lago.http.inprocess import InProcess
from lago_gitops.lago.http.payload import encode
from lago_gitops.lago.target import IN_PROCESS, Secret
from lago_gitops.sandbox.base.settings import Settings
from lago_gitops.sandbox.serving.app import Sandbox
from lago_gitops.workflow.changes.apply import carry_out
from lago_gitops.workflow.changes.plan import make_plan
from tests.benchmarks.trees import A_TEN, COLLECTIONS, FIRST_TEN, OTHERS, documents
from tests.worlds import ENVIRONMENT, checked, world

COUNT = "/requests"
SAMPLE_TEN = 9876543  # whose digits are in no other text
_LIST = re.compile(r"/api/v1/([a-z_]+)/?")
_ID = re.compile(r'(id": ?")[0-9a-f]{8}(?=-[0-9a-f]{4}-)')
Rows = dict[str, list[str]]
"""Texts of rows, by collection."""


class Organization:
    """A WSGI callable: the lists are served as they were made, all else is for a sandbox that has the first so many
    resources, those that are `changeable`. `COUNT` answers how many requests there were before."""

    def __init__(self, resources: int, changeable: int = 0) -> None:
        self._sandbox = Sandbox(Settings())
        self._number = 0
        first = _filled(self._sandbox, changeable) if changeable else {}
        self._lists = {name: rows + first.get(name, []) for name, rows in _lists(resources, changeable).items()}

    def __call__(self, environ: Any, start_response: Any) -> Iterable[bytes]:
        if environ["PATH_INFO"] == COUNT:
            start_response("200 OK", [("Content-Type", "text/plain")])
            return [str(self._number).encode()]
        self._number += 1
        found = _LIST.fullmatch(environ["PATH_INFO"])
        if environ["REQUEST_METHOD"] != "GET" or found is None or found[1] not in self._lists:
            return self._sandbox(environ, start_response)
        asked = parse_qs(environ["QUERY_STRING"])
        payload = _page(found[1], self._lists[found[1]], int(asked["page"][0]), int(asked["per_page"][0]))
        start_response("200 OK", [("Content-Type", "application/json"), ("Content-Length", str(len(payload)))])
        return [payload]


def _filled(sandbox: Sandbox, resources: int) -> Rows:
    """The rows of the first so many resources, once they are there."""
    access = Access(IN_PROCESS, Secret(sandbox.settings.api_key), InProcess(sandbox))
    texts = (text for ten in range(FIRST_TEN, FIRST_TEN + resources // A_TEN) for text in documents(ten))
    with access.writer() as client:
        outcomes = carry_out(make_plan(checked(*texts), ENVIRONMENT, client, access), client, lambda _: None)
        assert all(one.status.is_good for one in outcomes)
        return {name: [encode(row).decode() for row in client.pages(name)] for name in COLLECTIONS}


def _lists(resources: int, without: int) -> Rows:
    """The newest first, as in Lago, without the first so many resources."""
    found: Rows = {name: [] for name in COLLECTIONS}
    samples = [_sample(SAMPLE_TEN + at) for at in range(len(OTHERS))]
    for ten in range(FIRST_TEN + without // A_TEN, FIRST_TEN + resources // A_TEN):
        at = (ten - SAMPLE_TEN) % len(OTHERS)
        for collection, rows in samples[at].items():
            own = (row.replace(str(SAMPLE_TEN + at), str(ten)) for row in rows)
            found[collection] += (_ID.sub(rf"\g<1>{ten:08x}", row) for row in own)
    return {name: rows[::-1] for name, rows in found.items()}


@cache
def _sample(ten: int) -> Rows:
    """What the sandbox answers once the resources of that ten are made."""
    with world() as one:
        one.apply(*documents(ten))
        return {name: [json.dumps(row) for row in one.send("GET", name)[name][::-1]] for name in COLLECTIONS}


def _page(name: str, rows: list[str], number: int, size: int) -> bytes:
    pages = -(-len(rows) // size)
    meta = {
        "current_page": number if rows else 0,
        "next_page": number + 1 if number < pages else None,
        "prev_page": number - 1 if number > 1 else None,
        "total_pages": pages,
        "total_count": len(rows),
    }
    return f'{{"{name}":[{",".join(rows[(number - 1) * size : number * size])}],"meta":{json.dumps(meta)}}}'.encode()
