"""Whether and how much objects are in use: of several from one list, if that takes fewer requests."""

from typing import Any

import httpx

from lago_gitops.core.model.effects import Count
from lago_gitops.core.model.kind import CountedUse
from lago_gitops.core.model.resources import Address, Live
from lago_gitops.lago.reading.in_use import counts, in_use
from tests.lago.conftest import ScriptedLago

USE = CountedUse("applied_coupons", "coupon_code[]", {}, words="", way_out="")
APPLIED = Count("applied", "applied_coupons", "coupon_code[]", {"status": ("active",)})
A, B, C = (Live(Address("coupon", code), code, {}, {}, created_at="2026-02-01T00:00:00Z") for code in "abc")
FORBIDDEN = httpx.Response(403, json={"status": 403, "error": "Forbidden", "code": "read_action_not_allowed"})


def rows(*codes: str, pages: int = 1, day: str = "2026-03-01", total: int | None = None) -> httpx.Response:
    found = [{"lago_id": f"{code}{n}", "coupon_code": code, "created_at": day} for n, code in enumerate(codes)]
    meta = {"total_count": len(found) if total is None else total, "total_pages": pages}
    return httpx.Response(200, json={"applied_coupons": found, "meta": meta})


def test_of_several_one_list_tells(connect: Any) -> None:
    lago = ScriptedLago(rows("a", "c", "a"))
    assert counts(connect(lago), APPLIED, [A, B, C]) == [2, 0, 1]
    assert len(lago.requests) == 1
    assert in_use(connect(ScriptedLago(rows("b"))), USE, [A, B]) == {B.address}


def test_of_one_it_is_asked_by_itself(connect: Any) -> None:
    lago = ScriptedLago(rows("a", total=3, pages=3))
    assert counts(connect(lago), APPLIED, [A]) == [3]
    assert lago.requests[0].url.params["coupon_code[]"] == "a"


def test_rows_older_than_an_object_belong_to_another_of_the_code(connect: Any) -> None:
    assert in_use(connect(ScriptedLago(rows("a", "b", day="2026-01-01"))), USE, [A, B]) == frozenset()


def test_a_list_of_more_pages_than_objects_is_left_for_questions(connect: Any) -> None:
    lago = ScriptedLago(rows("x", pages=3, total=3), rows("a"), rows())
    assert sorted(counts(connect(lago), APPLIED, [A, B]), key=str) == [0, 1]
    assert len(lago.requests) == 3


def test_a_list_that_changes_while_it_is_read_is_left_for_questions(connect: Any) -> None:
    shifting = [rows("x", pages=2, total=number) for number in range(9, 2, -1)]
    lago = ScriptedLago(*shifting, rows("a"), rows("a"))
    assert in_use(connect(lago), USE, [A, B]) == {A.address, B.address}


def test_what_the_key_may_not_read_may_be_in_use(connect: Any) -> None:
    assert in_use(connect(ScriptedLago(FORBIDDEN)), USE, [A, B]) == {A.address, B.address}
    assert counts(connect(ScriptedLago(FORBIDDEN)), APPLIED, [A, B]) == [None, None]
    assert counts(connect(ScriptedLago(FORBIDDEN)), APPLIED, [A]) == [None]
    assert in_use(connect(ScriptedLago(FORBIDDEN)), USE, [A]) == {A.address}


# What no query picks -----------------------------------------------------------------------------------------------

CARRIED = Count("customers", "customers", within="taxes", fields=("rate",))


def customers(*taxes: str, pages: int = 1, total: int | None = None) -> httpx.Response:
    """A customer for each text, with a tax for each letter of it."""
    found = [{"lago_id": f"{n}", "taxes": [{"code": code} for code in each]} for n, each in enumerate(taxes)]
    meta = {"total_count": len(found) if total is None else total, "total_pages": pages}
    return httpx.Response(200, json={"customers": found, "meta": meta})


def test_what_no_query_picks_is_counted_in_the_whole_list(connect: Any) -> None:
    lago = ScriptedLago(customers("a", "ab", ""))

    assert counts(connect(lago), CARRIED, [A, B, C]) == [2, 1, 0]
    assert len(lago.requests) == 1


def test_a_long_list_is_read_to_its_end(connect: Any) -> None:
    halves = [customers("a", pages=2, total=2), httpx.Response(200, json={
        "customers": [{"lago_id": "9", "taxes": [{"code": "a"}]}],
        "meta": {"total_count": 2, "total_pages": 2},
    })]  # fmt: skip
    assert counts(connect(ScriptedLago(halves[0], *halves)), CARRIED, [A]) == [2]


def test_a_list_that_is_too_long_or_shifts_tells_nothing(connect: Any) -> None:
    assert counts(connect(ScriptedLago(customers("a", pages=21, total=2100))), CARRIED, [A, B]) == [None, None]
    shifting = [customers("a", pages=2, total=number) for number in range(9, 1, -1)]
    assert counts(connect(ScriptedLago(*shifting)), CARRIED, [A]) == [None]
    assert counts(connect(ScriptedLago(FORBIDDEN)), CARRIED, [A]) == [None]
