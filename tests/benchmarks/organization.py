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

from lago_gitops.sandbox.base.settings import Settings
from lago_gitops.sandbox.serving.app import Sandbox
from tests.benchmarks.trees import A_TEN, COLLECTIONS, FIRST_TEN, OTHERS, documents
from tests.worlds import world

SAMPLE_TEN = 9876543  # whose digits are in no other text
_LIST = re.compile(r"/api/v1/([a-z_]+)/?")
_ID = re.compile(r'(id": ?")[0-9a-f]{8}(?=-[0-9a-f]{4}-)')
Rows = dict[str, list[str]]
"""Texts of rows, by collection."""


class Organization:
    """A WSGI callable: the lists are served as they were made, all else is for an empty sandbox."""

    def __init__(self, resources: int) -> None:
        self._sandbox = Sandbox(Settings())
        self._lists = _lists(resources)

    def __call__(self, environ: Any, start_response: Any) -> Iterable[bytes]:
        found = _LIST.fullmatch(environ["PATH_INFO"])
        if environ["REQUEST_METHOD"] != "GET" or found is None or found[1] not in self._lists:
            return self._sandbox(environ, start_response)
        asked = parse_qs(environ["QUERY_STRING"])
        payload = _page(found[1], self._lists[found[1]], int(asked["page"][0]), int(asked["per_page"][0]))
        start_response("200 OK", [("Content-Type", "application/json"), ("Content-Length", str(len(payload)))])
        return [payload]


def _lists(resources: int) -> Rows:
    """The newest first, as in Lago."""
    found: Rows = {name: [] for name in COLLECTIONS}
    samples = [_sample(SAMPLE_TEN + at) for at in range(len(OTHERS))]
    for ten in range(FIRST_TEN, FIRST_TEN + resources // A_TEN):
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
