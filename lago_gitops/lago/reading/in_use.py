"""Whether and how much objects are in use: their own counters are always 0, so other lists are read.

Rows of a list have the code of what they use. For one object, they are counted; for several, the whole list is
read, if that takes fewer requests.
"""

from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import partial
from typing import TypeVar

from lago_gitops.core.comparison.answer_shape import ROW
from lago_gitops.core.model.audience import Number
from lago_gitops.core.model.effects import Count
from lago_gitops.core.model.kind import CountedUse
from lago_gitops.core.model.resources import Address, Live
from lago_gitops.lago.client import PER_PAGE, Reader
from lago_gitops.lago.connect import CONCURRENCY
from lago_gitops.lago.errors import Forbidden, UnsteadyList
from lago_gitops.lago.http.payload import JsonObject
from lago_gitops.lago.http.threads import threads
from lago_gitops.lago.http.transport import Params
from lago_gitops.lago.reading.expected import expected_shape

Rows = Sequence[JsonObject]
MOST_PAGES = 20  # of a list read only for counts
Found = TypeVar("Found")


def in_use(reader: Reader, use: CountedUse, asked: Sequence[Live]) -> frozenset[Address]:
    """Those of `asked`, all of one kind, that are in use. Objects that the key can't read may be in use."""
    try:
        rows = _rows(reader, use.collection, use.code_param, use.params, len(asked))
    except Forbidden:
        return frozenset(one.address for one in asked)
    if rows is None:
        uses = _of_each(partial(is_in_use, reader, use), asked)
    else:
        uses = [_is_used(one, rows.get(one.address.key, ()), use) for one in asked]
    return frozenset(one.address for one, used in zip(asked, uses, strict=True) if used)


def is_in_use(reader: Reader, use: CountedUse, live: Live) -> bool:
    """One request: the newest row with the object's code decides."""
    params: Params = {use.code_param: live.address.key, **use.params}
    try:
        return _is_used(live, reader.newest(use.collection, params=params), use)
    except Forbidden:
        return True


def counts(reader: Reader, of: Count, asked: Sequence[Live]) -> list[Number]:
    """For each, the number of rows with its code; None if the key can't read them."""
    try:
        if of.within:
            return _within(reader, of, asked)
        rows = _rows(reader, of.collection, of.code_param, of.params, len(asked))
    except Forbidden:
        return [None] * len(asked)
    if rows is None:
        return _of_each(partial(_count, reader, of), asked)
    return [len(rows.get(one.address.key, ())) for one in asked]


def _within(reader: Reader, of: Count, asked: Sequence[Live]) -> list[Number]:
    """From the whole list; None if it is too long, or changes while it is read."""
    first = reader.first_page(of.collection, params=of.params, per_page=PER_PAGE)
    pages = first.total_pages or 1
    if pages > MOST_PAGES:
        return [None] * len(asked)
    try:
        rows = first.rows if pages == 1 else reader.pages(of.collection, params=of.params)
        numbers = Counter(item["code"] for row in rows for item in row.get(of.within) or ())
    except UnsteadyList:
        return [None] * len(asked)
    return [numbers[one.address.key] for one in asked]


def _is_used(live: Live, rows: Iterable[JsonObject], use: CountedUse) -> bool:
    """Rows older than the object belong to an earlier one with the same code."""
    return any(expected_shape(ROW, row, use.collection)["created_at"] >= live.created_at for row in rows)


def _count(reader: Reader, of: Count, live: Live) -> Number:
    try:
        return reader.count(of.collection, params={of.code_param: live.address.key, **of.params})
    except Forbidden:
        return None


def _rows(
    reader: Reader, collection: str, code_param: str, params: Mapping[str, tuple[str, ...]], asked: int
) -> Mapping[str, Rows] | None:
    """The rows of the whole list by code; None if requests for each object are fewer.

    The row's key for the code is also the name of the query parameter.
    """
    if asked == 1:
        return None
    first = reader.first_page(collection, params=params)
    if (first.total_pages or 1) > asked:
        return None
    try:
        rows = first.rows if (first.total_pages or 1) == 1 else reader.pages(collection, params=params)
    except UnsteadyList:
        return None
    by_key: dict[str, list[JsonObject]] = {}
    for row in rows:
        by_key.setdefault(str(row.get(code_param.removesuffix("[]"))), []).append(row)
    return by_key


def _of_each(ask: Callable[[Live], Found], asked: Sequence[Live]) -> list[Found]:
    with threads(CONCURRENCY, "counts") as pool:
        return list(pool.map(ask, asked))
