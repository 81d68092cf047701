import json
import threading
import time
from collections.abc import Callable
from typing import Any

import httpx
import pytest
from hypothesis import given
from hypothesis import strategies as st

from lago_gitops.lago.client import Reader
from lago_gitops.lago.errors import BadAnswer, Forbidden, UnsteadyList
from lago_gitops.lago.http.paging import Page, is_whole

Rows = list[dict[str, Any]]


def taxes(count: int) -> Rows:
    return [{"lago_id": f"id-{number}", "code": f"tax-{number}"} for number in range(count)]


class PagedLago:
    """Pages as Lago makes them. `before(request_number)` may change `rows` in between."""

    def __init__(self, rows: Rows, before: Callable[["PagedLago", int], None] = lambda *_: None) -> None:
        self.rows = rows
        self.before = before
        self.asked: list[tuple[str, dict[str, str]]] = []
        self.statuses: list[list[str]] = []
        self.lock = threading.Lock()

    def __call__(self, request: httpx.Request) -> httpx.Response:
        with self.lock:
            self.asked.append((request.url.path, dict(request.url.params)))
            self.statuses.append(request.url.params.get_list("status[]"))
            self.before(self, len(self.asked))
            return httpx.Response(200, json=self.page(request))

    def page(self, request: httpx.Request) -> dict[str, Any]:
        number, size = int(request.url.params["page"]), int(request.url.params["per_page"])
        rows = self.rows[(number - 1) * size : number * size]
        meta = {"total_pages": -(-len(self.rows) // size), "total_count": len(self.rows)}
        return {request.url.path.rsplit("/", 1)[-1]: rows, "meta": meta}


@pytest.mark.parametrize("count", [0, 1, 99, 100, 101, 1_234])
def test_all_pages_come_in_order_and_none_is_asked_twice(connect: Any, count: int) -> None:
    lago = PagedLago(taxes(count))
    assert connect(lago).pages("taxes") == taxes(count)
    pages = sorted(int(params["page"]) for _, params in lago.asked)
    assert pages == list(range(1, max(1, -(-count // 100)) + 1))


def test_pages_after_the_first_become_values_one_at_a_time(connect: Any) -> None:
    """The first may wait for another list, so that nobody waits for it."""
    client, inside, most = connect(PagedLago(taxes(1_000))), list[str](), list[int]()

    def each(row: dict[str, Any]) -> Any:
        if row["code"] == "tax-0":
            return client.pages("add_ons")
        inside.append(threading.current_thread().name)
        most.append(len(set(inside)))
        time.sleep(0)  # lets others in
        inside.pop()
        return row["code"]

    values = client.values(each, "taxes")

    assert values[1:] == [f"tax-{number}" for number in range(1, 1_000)]
    assert max(most) == 1


def test_parameters_go_with_every_page(connect: Any) -> None:
    lago = PagedLago(taxes(5))
    connect(lago).pages("plans", "a/b", "charges", params={"status[]": ["a", "b"]}, per_page=2)
    assert {path for path, _ in lago.asked} == {"/api/v1/plans/a/b/charges"}
    assert {params["per_page"] for _, params in lago.asked} == {"2"}
    assert {tuple(statuses) for statuses in lago.statuses} == {("a", "b")}


def test_rows_can_stand_under_another_key(connect: Any, script: Any) -> None:
    answer = {"usage_periods": [{"from": 1}, {"from": 2}], "meta": {"total_pages": 1, "total_count": 2}}
    client = connect(script(httpx.Response(200, json=answer)))
    assert len(client.pages("customers", "c", "past_usage", key="usage_periods")) == 2
    assert client.count("customers", "c", "past_usage", key="usage_periods") == 2


def test_pages_are_read_several_at_a_time_and_no_more_than_there_may_be(connect: Any) -> None:
    running, most, lock, crowded = [0], [0], threading.Lock(), threading.Event()
    paged, first = PagedLago(taxes(40)), [True]

    def lago(request: httpx.Request) -> httpx.Response:
        with lock:
            running[0] += 1
            most[0] = max(most[0], running[0])
            alone, first[0] = first[0], False  # the first page says how many there are
            if most[0] == 7:
                crowded.set()
        assert alone or crowded.wait(120)
        with lock:
            running[0] -= 1
        return paged(request)

    connect(lago, concurrency=7).pages("taxes", per_page=1)
    assert most[0] == 7


def test_a_list_that_shifts_while_it_is_read_is_read_again(connect: Any) -> None:
    def once(lago: PagedLago, request: int) -> None:
        if request == 2:
            lago.rows = [{"lago_id": "new", "code": "new"}, *lago.rows]

    lago = PagedLago(taxes(150), once)
    assert connect(lago).pages("taxes") == [{"lago_id": "new", "code": "new"}, *taxes(150)]
    assert len(lago.asked) == 4


def test_a_row_that_was_replaced_by_another_is_noticed_by_the_duplicate(connect: Any) -> None:
    def once(lago: PagedLago, request: int) -> None:
        if request == 2:  # one created, one deleted: the count stays, a row comes twice
            lago.rows = [{"lago_id": "new", "code": "new"}, *lago.rows[:-1]]

    lago = PagedLago(taxes(150), once)
    assert len({row["lago_id"] for row in connect(lago).pages("taxes")}) == 150
    assert len(lago.asked) == 4


def test_a_list_that_never_settles_is_an_error_that_says_why(connect: Any) -> None:
    def always(lago: PagedLago, request: int) -> None:
        lago.rows = [{"lago_id": f"new-{request}"}, *lago.rows]

    lago = PagedLago(taxes(150), always)
    with pytest.raises(UnsteadyList, match="somebody else is making changes"):
        connect(lago).pages("taxes")
    assert len(lago.asked) == 6


def test_fewer_rows_than_counted_are_not_the_list(connect: Any, script: Any) -> None:
    answer = {"taxes": taxes(25), "meta": {"total_pages": 1, "total_count": 60}}
    with pytest.raises(UnsteadyList):
        connect(script(httpx.Response(200, json=answer))).pages("taxes")


def test_a_list_without_meta_is_whole(connect: Any, script: Any) -> None:
    client = connect(script(httpx.Response(200, json={"billing_entities": [{"code": "a"}, {"code": "b"}]})))
    assert len(client.pages("billing_entities")) == 2
    assert client.count("billing_entities") == 2


def test_features_are_told_apart_by_code(connect: Any, script: Any) -> None:
    answer = {"features": [{"code": "a"}, {"code": "a"}], "meta": {"total_pages": 1, "total_count": 2}}
    with pytest.raises(UnsteadyList):
        connect(script(httpx.Response(200, json=answer))).pages("features")


def test_a_list_that_may_not_be_read_is_not_an_empty_one(connect: Any, script: Any) -> None:
    locked = httpx.Response(403, json={"status": 403, "error": "Forbidden", "code": "feature_unavailable"})
    with pytest.raises(Forbidden) as raised:
        connect(script(locked)).pages("features")
    assert raised.value.code == "feature_unavailable"


def test_an_error_on_a_later_page_ends_the_list(connect: Any) -> None:
    paged = PagedLago(taxes(150))

    def lago(request: httpx.Request) -> httpx.Response:
        if request.url.params["page"] == "2":
            return httpx.Response(403, json={"error": "Forbidden", "code": "read_action_not_allowed_for_tax"})
        return paged(request)

    with pytest.raises(Forbidden):
        connect(lago).pages("taxes")


@pytest.mark.parametrize(
    "answer",
    [
        {},
        {"taxes": None},
        {"taxes": {}},
        {"taxes": ["a"]},
        {"taxes": [], "meta": []},
        {"taxes": [], "meta": {}},
        {"taxes": [], "meta": {"total_count": "1", "total_pages": 1}},
        {"taxes": [], "meta": {"total_count": True, "total_pages": 1}},
        {"taxes": [], "meta": {"total_count": 1, "total_pages": -1}},
        {"taxes": [], "meta": {"total_count": 0, "total_pages": 100_000_000}},
        {"taxes": [{}], "meta": {"total_count": 1, "total_pages": 2}},
    ],
)
def test_an_object_that_is_no_page_is_a_bad_answer(connect: Any, script: Any, answer: dict[str, Any]) -> None:
    client = connect(script(httpx.Response(200, json=answer)))
    with pytest.raises(BadAnswer, match="GET /api/v1/taxes: an unexpected answer: "):
        client.pages("taxes")
    with pytest.raises(BadAnswer):
        client.count("taxes")


def test_more_pages_than_anybody_has_are_not_read(connect: Any, script: Any) -> None:
    meta = {"total_count": 10**9, "total_pages": 10**7}
    lago = script(httpx.Response(200, json={"taxes": taxes(100), "meta": meta}))
    with pytest.raises(BadAnswer, match="a list of 10000000 pages, which is more than the limit of 10000"):
        connect(lago).pages("taxes")
    assert len(lago.requests) == 1
    assert connect(lago).count("taxes") == 10**9


def test_the_newest_row_is_the_first_of_a_page_of_one(connect: Any) -> None:
    lago = PagedLago(taxes(3))
    assert connect(lago).newest("taxes", params={"a": "b"}) == (taxes(1)[0],)
    assert lago.asked == [("/api/v1/taxes", {"a": "b", "per_page": "1", "page": "1"})]


@pytest.mark.parametrize("answer", [{}, {"tax": None}, {"tax": []}, {"taxes": {}}])
def test_an_answer_without_its_object_is_a_bad_one(connect: Any, script: Any, answer: dict[str, Any]) -> None:
    assert connect(script(httpx.Response(200, json={"tax": {"code": "a"}}))).one("tax", "taxes", "a") == {"code": "a"}
    with pytest.raises(BadAnswer, match="GET /api/v1/taxes/a: an unexpected answer: no object under 'tax'"):
        connect(script(httpx.Response(200, json=answer))).one("tax", "taxes", "a")


@pytest.mark.parametrize("per_page", [0, -1])
def test_a_page_size_at_which_lago_fails_is_not_asked_for(connect: Any, script: Any, per_page: int) -> None:
    lago = script(httpx.Response(200, json={"taxes": []}))
    with pytest.raises(ValueError, match="rows a page"):
        connect(lago).pages("taxes", per_page=per_page)
    assert lago.requests == []


def test_a_count_costs_one_row(connect: Any) -> None:
    lago = PagedLago(taxes(1_234))
    assert connect(lago).count("subscriptions", params={"plan_code": "growth"}) == 1_234
    assert lago.asked == [("/api/v1/subscriptions", {"plan_code": "growth", "per_page": "1", "page": "1"})]


def test_writes_carry_their_method_path_and_body(connect: Any, script: Any) -> None:
    lago = script(httpx.Response(200, json={"tax": {}}))
    client = connect(lago)
    client.post("taxes", body={"tax": {"code": "a"}})
    client.put("taxes", "a", body={"tax": {"code": "b"}})
    client.patch("taxes", "b", body={"tax": {"code": "c"}})
    client.delete("plans", "p", "charges", "c", params={"charge[cascade_updates]": True})
    assert [(request.method, request.url.path) for request in lago.requests] == [
        ("POST", "/api/v1/taxes"),
        ("PUT", "/api/v1/taxes/a"),
        ("PATCH", "/api/v1/taxes/b"),
        ("DELETE", "/api/v1/plans/p/charges/c"),
    ]
    assert [json.loads(request.content)["tax"]["code"] for request in lago.requests[:3]] == ["a", "b", "c"]
    assert dict(lago.requests[3].url.params) == {"charge[cascade_updates]": "true"}
    assert lago.requests[3].content == b""


def test_a_closed_client_sends_nothing(connect: Any, script: Any) -> None:
    lago = script(httpx.Response(200, json={"tax": {}}))
    with connect(lago) as client:
        pass
    with pytest.raises(RuntimeError, match="closed"):
        client.post("taxes", body={"tax": {}})
    assert lago.requests == []


def test_a_reader_has_no_method_that_writes() -> None:
    assert not {"post", "put", "patch", "delete", "send", "request"} & set(dir(Reader))


@given(st.integers(0, 30), st.integers(1, 7))
def test_the_pages_of_one_moment_are_whole(count: int, size: int) -> None:
    rows = taxes(count)
    pages = [Page(tuple(rows[start : start + size]), count, 1) for start in range(0, count, size)]
    assert is_whole([*pages, Page((), 0, 0)])  # an old server says 0 on an empty page


@given(st.integers(2, 30), st.integers(1, 7), st.data())
def test_a_row_too_few_or_too_many_is_noticed(count: int, size: int, data: st.DataObject) -> None:
    rows = taxes(count)
    if data.draw(st.booleans()):
        rows[data.draw(st.integers(0, count - 2))] = rows[-1]
    else:
        del rows[data.draw(st.integers(0, count - 1))]
    assert not is_whole([Page(tuple(rows[start : start + size]), count, 1) for start in range(0, count, size)])


def test_pages_that_count_differently_are_not_of_one_moment() -> None:
    first, second = taxes(2)
    assert not is_whole([Page((first,), 2, 2), Page((second,), 3, 2)])


def test_no_rows_are_the_list_only_when_none_are_counted() -> None:
    assert is_whole([Page((), 0, 0)])
    assert is_whole([Page((), None, None)])
    assert not is_whole([Page((), 5, 1)])


def test_pages_with_and_without_counts_are_not_of_one_list() -> None:
    first, second = taxes(2)
    assert not is_whole([Page((first,), 2, 2), Page((second,), None, None)])
