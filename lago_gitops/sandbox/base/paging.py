"""Lists, page by page, with what is odd about Lago's pages."""

import re
from collections.abc import Callable
from typing import Any, NamedTuple

from lago_gitops.sandbox.base.doc import Doc
from lago_gitops.sandbox.base.errors import crash
from lago_gitops.sandbox.base.http import Request
from lago_gitops.sandbox.base.store import EVERYTHING, Kind, Where
from lago_gitops.sandbox.base.world import World

PER_PAGE = 100
ODD_PER_PAGE = 25
_LEADING_DIGITS = re.compile(r"\s*([+-]?\d+)")
_NO_PAGES = {"current_page": 0, "next_page": None, "prev_page": None, "total_pages": 0, "total_count": 0}


class Listing(NamedTuple):
    """A kind, the root of its lists, and how one item is shown."""

    kind: Kind
    root: str
    render: Callable[[World, Doc], Doc]


def page(world: World, request: Request, listing: Listing, where: Where = EVERYTHING) -> Doc:
    """The answer to a list: the items of the page asked for, and `meta`."""
    kind, root, render = listing
    total = world.store.count(kind, where)
    number, size = page_number(request), _page_size(request)
    if size == 0 and total and world.can.counts_beyond_last_page:
        raise crash()  # it divides by the size
    docs = world.store.page(kind, (number - 1) * size, size, where) if size else []
    return {root: [render(world, doc) for doc in docs], "meta": _meta(world, number, size, total, len(docs))}


def page_of(world: World, request: Request, root: str, items: list[Doc]) -> Doc:
    """As `page`, of what lies in memory."""
    number, size = page_number(request), _page_size(request)
    if size == 0 and items and world.can.counts_beyond_last_page:
        raise crash()
    shown = items[(number - 1) * size : number * size]
    return {root: shown, "meta": _meta(world, number, size, len(items), len(shown))}


def page_number(request: Request) -> int:
    return max(_leading_integer(request.query.get("page")), 1)


def _page_size(request: Request) -> int:
    asked = request.query.get("per_page")
    if asked is None:
        return PER_PAGE
    return _leading_integer(asked) if asked[:1].isdigit() else ODD_PER_PAGE


def _leading_integer(text: Any) -> int:
    found = _LEADING_DIGITS.match(text) if isinstance(text, str) else None
    return int(found[1]) if found else 0


def _meta(world: World, number: int, size: int, total: int, rows: int) -> Doc:
    if total == 0 or not (rows or world.can.counts_beyond_last_page):
        return dict(_NO_PAGES)
    last = -(-total // size)
    return {
        "current_page": number,
        "next_page": number + 1 if number < last else None,
        "prev_page": number - 1 if number > 1 else None,
        "total_pages": last,
        "total_count": total,
    }
