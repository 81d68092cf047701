import pytest

from tests.sandbox.calls import Calls

NONE = {"current_page": 0, "next_page": None, "prev_page": None, "total_pages": 0, "total_count": 0}


def with_taxes(count: int, **settings: object) -> Calls:
    lago = Calls(**settings)
    for number in range(count):
        lago.tax(f"t{number:03}", name="n")
    return lago


def codes(lago: Calls, query: str) -> list[str]:
    return [tax["code"] for tax in lago.get(f"taxes?{query}").body["taxes"]]


def test_a_hundred_is_the_size_of_a_page_and_there_is_no_largest() -> None:
    lago = with_taxes(101)
    assert len(codes(lago, "")) == 100
    assert len(codes(lago, "per_page=1000")) == 101


@pytest.mark.parametrize("odd", ["abc", "-1", "", "x5"])
def test_an_odd_size_is_twenty_five(odd: str) -> None:
    assert len(codes(with_taxes(30), f"per_page={odd}")) == 25


def test_a_size_is_read_as_far_as_it_goes() -> None:
    assert len(codes(with_taxes(12), "per_page=10abc")) == 10


@pytest.mark.parametrize("first", ["0", "-1", "abc", "1"])
def test_no_page_is_before_the_first(first: str) -> None:
    assert codes(with_taxes(3), f"page={first}&per_page=2") == ["t002", "t001"]


def test_meta_links_the_pages() -> None:
    meta = with_taxes(5).get("taxes?page=2&per_page=2").body["meta"]
    assert meta == {"current_page": 2, "next_page": 3, "prev_page": 1, "total_pages": 3, "total_count": 5}


def test_a_page_beyond_the_last_still_counts() -> None:
    meta = with_taxes(5).get("taxes?page=9&per_page=2").body["meta"]
    assert meta == {"current_page": 9, "next_page": None, "prev_page": 8, "total_pages": 3, "total_count": 5}


def test_before_1_39_an_empty_page_counts_nothing() -> None:
    lago = with_taxes(5, lago_version="1.38.0")
    assert lago.get("taxes?page=9&per_page=2").body == {"taxes": [], "meta": NONE}
    assert lago.get("taxes?per_page=0").body == {"taxes": [], "meta": NONE}


def test_a_size_of_zero_is_a_crash_once_there_is_something() -> None:
    lago = with_taxes(0)
    assert lago.get("taxes?per_page=0").body == {"taxes": [], "meta": NONE}
    lago.tax()
    assert lago.get("taxes?per_page=0").status == 500


def test_a_filters_list_has_pages_too() -> None:
    lago = Calls()
    metric = lago.metric(filters=[{"key": "region", "values": ["eu", "us"]}])
    charge = {"billable_metric_id": metric["lago_id"], "charge_model": "standard", "code": "c"}
    filters = [{"values": {"region": [value]}, "properties": {"amount": "1"}} for value in ("eu", "us")]
    lago.plan(charges=[{**charge, "properties": {"amount": "1"}, "filters": filters}])
    body = lago.get("plans/basic/charges/c/filters?page=2&per_page=1").body
    assert [found["values"] for found in body["filters"]] == [{"region": ["us"]}]
    assert body["meta"]["total_count"] == 2
