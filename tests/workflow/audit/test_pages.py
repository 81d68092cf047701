"""Fees page by page, whatever Lago does meanwhile."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager

import pytest

from lago_gitops.lago.client import Reader
from lago_gitops.lago.errors import UnsteadyList
from lago_gitops.workflow.audit.pages import Cursor, fee_pages
from tests.recorded_lago import RecordedLago

Before = Callable[[RecordedLago, str], str | None]


def fees(count: int, first: int = 0) -> list[dict[str, str]]:
    return [{"lago_id": f"fee-{number}"} for number in range(first, first + count)]


@contextmanager
def reading(count: int, before: Before = lambda *_: None) -> Iterator[tuple[Reader, RecordedLago]]:
    lago = RecordedLago({})
    lago.lists["fees"] = fees(count)
    lago.before = before
    with lago.access.reader() as client:
        yield client, lago


def read(client: Reader, cursor: Cursor = Cursor()) -> list[str]:  # noqa: B008 -- a value
    return [row["lago_id"] for _, rows in fee_pages(client, {}, cursor) for row in rows]


def ids(count: int, first: int = 0) -> list[str]:
    return [fee["lago_id"] for fee in fees(count, first)]


@pytest.mark.parametrize("count", [0, 1, 100, 101, 1_234])
def test_all_fees_come_in_order(count: int) -> None:
    with reading(count) as (client, lago):
        assert read(client) == ids(count)
        assert len(lago.asked) == max(1, -(-count // 100))


def test_pages_behind_the_first_are_asked_for_ahead_but_few() -> None:
    with reading(2_000) as (client, lago):
        pages = fee_pages(client, {}, Cursor())
        next(pages)
        next(pages)
        assert len(lago.asked) <= 6


def test_a_reading_goes_on_behind_the_last_fee_of_the_one_before() -> None:
    with reading(450) as (client, _):
        pages = fee_pages(client, {}, Cursor())
        seen = [next(pages) for _ in range(2)]
        assert read(client, seen[-1][0]) == ids(250, 200)


def test_it_goes_on_within_a_page_that_has_got_more() -> None:
    with reading(150) as (client, lago):
        [*_, (cursor, _)] = fee_pages(client, {}, Cursor())
        lago.lists["fees"] += fees(100, 150)
        assert read(client, cursor) == ids(100, 150)


def test_fees_that_go_while_the_list_is_read_cost_no_others() -> None:
    """As drafts do that are refreshed: what comes behind moves up."""

    def shrink(lago: RecordedLago, asked: str) -> None:
        if "page=3" in asked and len(lago.lists["fees"]) == 450:
            del lago.lists["fees"][150:170]

    with reading(450, shrink) as (client, _):
        found = read(client)
        assert set(found) >= {*ids(150), *ids(280, 170)}
        assert len(found) == len(set(found))


def test_where_the_last_page_moves_up_its_fees_come_once() -> None:
    with reading(450) as (client, lago):
        pages = fee_pages(client, {}, Cursor())
        cursor = [next(pages) for _ in range(3)][-1][0]
        del lago.lists["fees"][:120]
        assert read(client, cursor) == ids(150, 300)


def test_where_all_that_was_read_last_is_gone_it_says_so() -> None:
    with reading(450) as (client, lago):
        pages = fee_pages(client, {}, Cursor())
        cursor = [next(pages) for _ in range(2)][-1][0]
        del lago.lists["fees"][:200]
        with pytest.raises(UnsteadyList, match="start again"):
            read(client, cursor)
