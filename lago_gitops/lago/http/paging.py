"""Pages of a list, and whether they form a consistent list."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, Generic, TypeVar

from lago_gitops.lago.http.payload import JsonObject

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Page:
    """`total_count` and `total_pages` are None for a list without `meta`, which has one page."""

    rows: tuple[JsonObject, ...]
    total_count: int | None
    total_pages: int | None

    @property
    def names(self) -> tuple[str | None, ...]:
        """The identities of the rows; None for a row without one."""
        return tuple(map(_identity, self.rows))


@dataclass(frozen=True, slots=True)
class PageOf(Generic[T]):
    """A page with converted rows: the raw rows take ten times the memory."""

    rows: tuple[T, ...]
    names: tuple[str | None, ...]
    total_count: int | None
    total_pages: int | None


def made(fetched: Page, each: Callable[[JsonObject], T]) -> PageOf[T]:
    return PageOf(tuple(map(each, fetched.rows)), fetched.names, fetched.total_count, fetched.total_pages)


def page(answer: JsonObject, key: str) -> Page:
    """The page under `key` in the answer. Raises ValueError with what is missing."""
    rows = answer.get(key)
    if not isinstance(rows, list) or not all(isinstance(row, dict) for row in rows):
        raise ValueError(f"there is no list of objects under {key!r}")
    meta = answer.get("meta")
    if meta is None:
        return Page(tuple(rows), None, None)
    count, pages = _count(meta, "total_count"), _count(meta, "total_pages")
    if pages > max(count, 1):
        raise ValueError(f"meta counts {count} rows on {pages} pages")
    return Page(tuple(rows), count, pages)


def is_whole(pages: Sequence[Page | PageOf[Any]]) -> bool:
    """Whether `pages`, all of one list, are a consistent snapshot of it.

    Lists are ordered newest first, so creating or deleting an object shifts the rest: rows appear twice or not at
    all. The `total_count` of an empty page is ignored if other pages have rows (Lago 1.38: always 0).
    """
    number = sum(len(each.rows) for each in pages)
    if not number:
        return not any(each.total_count for each in pages)
    totals = {each.total_count for each in pages if each.rows}
    names = [name for each in pages for name in each.names if name is not None]
    return totals in ({None}, {number}) and len(set(names)) == len(names)


def _identity(row: JsonObject) -> str | None:
    name = row.get("lago_id") or row.get("code")  # features have no lago_id
    return name if isinstance(name, str) else None


def _count(meta: object, name: str) -> int:
    value = meta.get(name) if isinstance(meta, dict) else None
    if isinstance(value, bool) or not isinstance(value, int) or value < 0:
        raise ValueError(f"there is no count under meta.{name}")
    return value
