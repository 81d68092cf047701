"""Lists, page by page, with the oddities of Lago's pages."""

import json
import re
from collections.abc import Callable
from datetime import timedelta
from typing import Any, NamedTuple

from lago_gitops.sandbox.base.doc import Doc
from lago_gitops.sandbox.base.errors import crash
from lago_gitops.sandbox.base.http.messages import Request
from lago_gitops.sandbox.base.storage.store import EVERYTHING, Kind, Where
from lago_gitops.sandbox.base.world import World

PER_PAGE = 100
REMEMBERED = timedelta(minutes=30)
ODD_PER_PAGE = 25
_LEADING_DIGITS = re.compile(r"\s*([+-]?\d+)")
_NO_PAGES = {"current_page": 0, "next_page": None, "prev_page": None, "total_pages": 0, "total_count": 0}


class Listing(NamedTuple):
    """A kind, the root key of its lists, and how an item is rendered.

    `counted_by`: the filters by which Lago caches counts, for half an hour; None: it doesn't cache them.
    """

    kind: Kind
    root: str
    render: Callable[[World, Doc], Doc]
    counted_by: frozenset[str] | None = None


class Slice(NamedTuple):
    """The part of a list that a page shows."""

    number: int
    size: int
    total: int
    counts_beyond: bool  # whether a page after the last one still has the total

    @property
    def offset(self) -> int:
        return (self.number - 1) * self.size

    def meta(self, rows: int) -> Doc:
        if self.total == 0 or not (rows or self.counts_beyond):
            return dict(_NO_PAGES)
        last = -(-self.total // self.size)
        return {
            "current_page": self.number,
            "next_page": self.number + 1 if self.number < last else None,
            "prev_page": self.number - 1 if self.number > 1 else None,
            "total_pages": last,
            "total_count": self.total,
        }


def page(world: World, request: Request, listing: Listing, where: Where = EVERYTHING) -> Doc:
    """The answer to a list request: the items of the requested page, and `meta`."""
    kind, root, render, counted_by = listing
    if counted_by is None or not world.can.remembered_counts:
        total = world.store.count(kind, where)
    else:
        total = _remembered(world, request, listing, where)
    asked = asked_slice(world, request, total)
    docs = world.store.page(kind, asked.offset, asked.size, where) if asked.size else []
    return {root: [render(world, doc) for doc in docs], "meta": asked.meta(len(docs))}


def _remembered(world: World, request: Request, listing: Listing, where: Where) -> int:
    """The cached count of an earlier request with the same `counted_by` filters, unless this is its last page.

    Lago crashes on a page number below zero without a cached count.
    """
    filters = ((name, value) for name, value in request.query.items() if name.partition("[")[0] in _counted(listing))
    key = ("count", listing.root, json.dumps(sorted(filters)))
    known, until = world.memo.get(key, (None, world.now()))
    known = known if until > world.now() else None
    number = 1 if request.query.get("page") is None else _leading_integer(request.query["page"])
    if (known or 0) > number * _page_size(request):
        if known is None:
            raise crash()
        return int(known)
    total = world.store.count(listing.kind, where)
    world.memo[key] = (total, world.now() + REMEMBERED)
    return total


def _counted(listing: Listing) -> frozenset[str]:
    return (listing.counted_by or frozenset()) | {"per_page"}


def page_of(world: World, request: Request, root: str, items: list[Doc]) -> Doc:
    """Like `page`, for items in memory."""
    asked = asked_slice(world, request, len(items))
    shown = items[asked.offset : asked.offset + asked.size]
    return {root: shown, "meta": asked.meta(len(shown))}


def asked_slice(world: World, request: Request, total: int) -> Slice:
    """Raises RefusedError for a page size of zero."""
    asked = Slice(page_number(request), _page_size(request), total, world.can.counts_beyond_last_page)
    if asked.size == 0 and total and world.can.counts_beyond_last_page:
        raise crash()  # Lago divides by the page size
    return asked


def page_number(request: Request) -> int:
    return max(_leading_integer(request.query.get("page")), 1)


def _page_size(request: Request) -> int:
    asked = request.query.get("per_page")
    if asked is None:
        return PER_PAGE
    return _leading_integer(asked) if asked[:1].isdigit() else ODD_PER_PAGE


def _leading_integer(text: Any) -> int:
    match = _LEADING_DIGITS.match(text) if isinstance(text, str) else None
    return int(match[1]) if match else 0
