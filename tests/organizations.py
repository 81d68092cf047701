"""Organizations as real Lago servers answered for them (tests/data/lago/org), served without a network."""

import json
import math
from decimal import Decimal
from functools import cache
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, unquote, urlsplit

import httpx

FOLDER = Path(__file__).parent / "data" / "lago" / "org"
NAMES = ("price_list", "odd", "price_list-1.38", "premium_a", "old_b")
# The sandbox as the servers of those that it can be filled with again, and what their API can't create.
SERVERS: dict[str, dict[str, Any]] = {
    "price_list": {"organization": "Recording"},
    "price_list-1.38": {"organization": "Recording", "lago_version": "1.38.0"},
    "premium_a": {"organization": "Default", "premium": True},
    "old_b": {"organization": "Default", "lago_version": "1.38.0"},
}
SEEDS = {
    "premium_a": {
        "pricing_units": [{"code": "cred"}, {"code": "tok ü"}],
        "custom_metrics": [{"code": "cust", "name": "Cu", "bills_as": "count_agg"}],
    }
}


@cache
def recorded(name: str) -> dict[str, Any]:
    """Path below /api/v1, with its query, → answer."""
    answers: dict[str, Any] = json.loads((FOLDER / f"{name}.json").read_text(), parse_float=Decimal)
    return answers


def transport(name: str) -> httpx.MockTransport:
    """Answers reads as the recorded server did, whatever the size of the pages asked for."""
    answers = recorded(name)
    lists = _lists(answers)

    def answer(request: httpx.Request) -> httpx.Response:
        url = urlsplit(str(request.url))
        path = url.path.removeprefix("/api/v1")
        query = {key: values[0] for key, values in parse_qs(url.query).items()}
        name = path.removeprefix("/")
        if "page" in query and name in lists:
            return _json(_page(name, lists[name], int(query["page"]), int(query["per_page"])))
        found = answers.get(path, answers.get(f"{path}?{url.query}"))
        if found is None:
            return httpx.Response(404, json={"status": 404, "error": "Not Found", "code": "resource_not_found"})
        if "page" in query:
            [(key, rows)] = [(key, rows) for key, rows in found.items() if key != "meta"]
            return _json(_page(key, rows, int(query["page"]), int(query["per_page"])))
        return _json(found)

    return httpx.MockTransport(answer)


def _json(body: Any) -> httpx.Response:
    return httpx.Response(200, text=json.dumps(body, default=float), headers={"Content-Type": "application/json"})


def _lists(answers: dict[str, Any]) -> dict[str, list[Any]]:
    found: dict[str, list[Any]] = {}
    for asked, body in answers.items():
        url = urlsplit(asked)
        if "page=" in url.query:
            name = unquote(url.path.removeprefix("/"))
            found.setdefault(name, []).extend(body.get(name, ()))
    return found


def _page(key: str, rows: list[Any], number: int, size: int) -> dict[str, Any]:
    if key == "billing_entities":
        return {key: rows}
    pages = math.ceil(len(rows) / size)
    meta = {
        "current_page": number if rows else 0,
        "next_page": number + 1 if number < pages else None,
        "prev_page": number - 1 if number > 1 else None,
        "total_pages": pages,
        "total_count": len(rows),
    }
    return {key: rows[(number - 1) * size : number * size], "meta": meta}
