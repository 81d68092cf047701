"""The list of fees, page by page, oldest first: resumable, and correct even if it changes meanwhile."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Final

from lago_gitops.lago.client import Reader
from lago_gitops.lago.errors import Call, UnsteadyList
from lago_gitops.lago.http.payload import JsonObject
from lago_gitops.lago.http.transport import Params, api_path

_KEPT: Final = 20  # number of fees that identify a position in the list


@dataclass(frozen=True, slots=True)
class Cursor:
    """A position in the list: its page, and the last fees read, in order."""

    page: int = 1
    last: tuple[str, ...] = ()
    total: int = 0


def fee_pages(client: Reader, params: Params, cursor: Cursor) -> Iterator[tuple[Cursor, list[JsonObject]]]:
    """The fees after the cursor, each page with the cursor after it.

    New fees are added at the end of the list. If fees disappear meanwhile, like those of drafts that are refreshed,
    the position is searched for again. Raises UnsteadyList when it can't be found, LagoError.
    """
    while True:
        cursor, steady = _found_again(client, params, cursor), True
        for number, page in enumerate(client.walk("fees", params=params, first=cursor.page), cursor.page):
            total = page.total_count or 0
            if total < cursor.total:
                cursor, steady = replace(cursor, total=total), False
                break
            rows = _after(page.rows, cursor.last)
            cursor = Cursor(number, (*cursor.last, *map(_id, rows))[-_KEPT:], total)
            yield cursor, rows
        if steady:
            return


def _found_again(client: Reader, params: Params, cursor: Cursor) -> Cursor:
    """The cursor with the page on which its last fee is now: the same page, or an earlier one."""
    if not cursor.last:
        return cursor
    for number in range(cursor.page, 0, -1):
        page = next(client.walk("fees", params=params, first=number))
        if not set(cursor.last).isdisjoint(map(_id, page.rows)):
            return replace(cursor, page=number)
    raise UnsteadyList(Call("GET", api_path("fees")), "the fees read last are gone; start again without --resume")


def _after(rows: Sequence[JsonObject], last: tuple[str, ...]) -> list[JsonObject]:
    """The rows after the last known one; all of them if none is known."""
    known = [at for at, row in enumerate(rows) if _id(row) in last]
    return list(rows[known[-1] + 1 :] if known else rows)


def _id(row: JsonObject) -> str:
    return str(row["lago_id"])
