"""A Lago that answers reads as recorded ones did (tests/data/lago/audit, usage): a WSGI application."""

import gzip
import json
import re
from collections.abc import Callable, Iterable
from functools import cache
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl, unquote, urlsplit
from wsgiref.types import StartResponse, WSGIEnvironment

from lago_gitops.access import Access
from lago_gitops.lago.target import IN_PROCESS, Secret

FOLDER = Path(__file__).parent / "data" / "lago"
ORGANIZATION = {"lago_id": "0", "name": "Recorded", "slug": "recorded"}
FILTERS = {
    "events": ("external_subscription_id", "code"),
    "fees": ("external_subscription_id",),
    "subscriptions": ("plan_code",),
}
Answers = dict[str, Any]
Rows = list[dict[str, Any]]


@cache
def answers(name: str) -> Answers:
    """Path below /api/v1, with its query, → answer."""
    return answers_to_change(name)


def answers_to_change(name: str) -> Answers:
    """As `answers`, for one test alone."""
    found: Answers = json.loads(_text(name))
    return found


@cache
def _text(name: str) -> bytes:
    return gzip.decompress((FOLDER / name / "answers.json.gz").read_bytes())


class RecordedLago:
    """`lists` can be changed; `asked` has all paths with their queries; `has_events` False: it keeps them to itself.

    `before` is told of each request; where it gives a status, that is the answer.
    """

    def __init__(self, recorded: Answers, *, has_events: bool = True) -> None:
        self.answers = recorded
        self.lists = _lists(recorded)
        self.has_events = has_events
        self.asked: list[str] = []
        self.before: Callable[[RecordedLago, str], str | None] = lambda *_: None

    @property
    def access(self) -> Access:
        import httpx

        return Access(IN_PROCESS, Secret("k3y"), httpx.WSGITransport(app=self))

    def __call__(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        path = environ["PATH_INFO"].removeprefix("/api/v1/")
        query = dict(parse_qsl(environ.get("QUERY_STRING", "")))
        self.asked.append(f"{path}?{environ['QUERY_STRING']}" if query else path)
        refused = self.before(self, self.asked[-1])
        body = None if refused else self._answer(path, query)
        status = refused or ("404 Not Found" if body is None else "200 OK")
        body = {"status": int(status[:3]), "error": status[4:]} if body is None else body
        payload = json.dumps(body).encode()
        start_response(status, [("Content-Type", "application/json"), ("Content-Length", str(len(payload)))])
        return [payload]

    def _answer(self, path: str, query: dict[str, str]) -> Any:
        if path == "events" and not self.has_events:
            return None
        if path == "subscriptions" and "overridden" in query:
            return _page(path, [], 1, 100)
        if past := re.fullmatch("customers/(.+)/past_usage", path):
            asked = (body for known, body in self.answers.items() if known.startswith(f"/{past[0]}?"))
            return next(asked, _page("usage_periods", [], 1, 100))
        if path in self.lists and "page" in query:
            rows = [row for row in self.lists[path] if _fits(row, query, FILTERS.get(path, ()))]
            return _page(path, rows, int(query["page"]), int(query["per_page"]))
        plan = re.fullmatch("plans/(.+)/fixed_charges", path)
        if plan:
            return _page("fixed_charges", self._plan(plan[1])["fixed_charges"], int(query["page"]), 100)
        return self.answers.get(f"/{path}", {"organization": ORGANIZATION} if path == "organizations" else None)

    def _plan(self, code: str) -> dict[str, Any]:
        plan: dict[str, Any] = self.answers[f"/plans/{code}"]["plan"]
        return plan


def _fits(row: dict[str, Any], query: dict[str, str], filters: Iterable[str]) -> bool:
    return all(row[name] == query[name] for name in filters if name in query)


def _page(key: str, rows: Rows, number: int, size: int) -> dict[str, Any]:
    meta = {"current_page": number, "total_pages": -(-len(rows) // size), "total_count": len(rows)}
    return {key: rows[(number - 1) * size : number * size], "meta": meta}


def _lists(recorded: Answers) -> dict[str, Rows]:
    """Lists as they are without filters; plans, where they were asked for one by one, come together."""
    found: dict[str, Rows] = {}
    for asked, body in recorded.items():
        url = urlsplit(asked)
        if "page" in dict(parse_qsl(url.query)) and set(dict(parse_qsl(url.query))) <= {"page", "per_page"}:
            name = unquote(url.path.removeprefix("/"))
            found.setdefault(name, []).extend(body.get(name, ()))
    found["subscriptions"] = [
        row
        for asked, body in recorded.items()
        if asked.startswith("/subscriptions?plan_code=")
        for row in body["subscriptions"]
    ]
    one_by_one = [body["plan"] for asked, body in recorded.items() if re.fullmatch("/plans/[^/?]+", asked)]
    return {"plans": one_by_one, "billing_entities": [], "features": [], "webhook_endpoints": []} | found
