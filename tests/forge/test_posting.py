from collections.abc import Callable

import httpx
import pytest

from lago_gitops.forge.comments import Draft
from lago_gitops.forge.connection import ForgeError
from lago_gitops.forge.posting import Posted, post
from lago_gitops.render.markdown.header import Header
from tests.forge.stub import OWN, Stub, always, once


def draft(text: str = "1 pays more", time: str = "12:00", *, is_quiet: bool = False) -> Draft:
    valid_at = f"2026-10-01T{time}:00Z"
    return Draft(Header("production", valid_at, digest=text, money=text, shown_since=valid_at), text, is_quiet)


def posted(stub: Stub, one: Draft) -> Posted:
    return post(stub.github(), 1, one, lambda _: None)


def test_a_comment_is_created_once_and_then_updated_in_place() -> None:
    stub = Stub()

    assert posted(stub, draft()) is Posted.CREATED
    assert posted(stub, draft(time="12:30")) is Posted.UNCHANGED
    assert posted(stub, draft("2 pay more", "13:00")) is Posted.UPDATED
    assert stub.bodies() == [draft("2 pay more", "13:00").body]
    assert len(stub.writes) == 2


def test_the_own_comment_is_found_on_any_page() -> None:
    stub = Stub()
    for number in range(7):
        stub.add(f"chat {number}", author="somebody")
    posted(stub, draft())
    posted(stub, draft("2 pay more", "13:00"))

    assert len(stub.comments) == 8


def test_somebody_elses_comment_with_our_header_is_left_alone() -> None:
    stub = Stub()
    stub.add(draft().body, author="mallory")

    assert posted(stub, draft("2 pay more", "13:00")) is Posted.CREATED
    assert stub.bodies()[0] == draft().body


def test_nothing_to_say_where_nothing_was_said_needs_no_comment() -> None:
    stub = Stub()

    assert posted(stub, draft("no changes", is_quiet=True)) is Posted.NONE
    assert stub.writes == []


def test_an_older_run_leaves_the_newer_comment_as_it_is() -> None:
    stub = Stub()
    posted(stub, draft("2 pay more", "13:00"))

    assert posted(stub, draft(time="12:00")) is Posted.UNCHANGED
    assert stub.bodies() == [draft("2 pay more", "13:00").body]


def test_two_first_runs_at_once_end_with_one_comment_of_the_newer_plan() -> None:
    stub = Stub()
    stub.after = [lambda _: _other_run(stub, draft("2 pay more", "13:00"))]
    posted(stub, draft())

    assert stub.bodies() == [draft("2 pay more", "13:00").body]


def _other_run(stub: Stub, one: Draft) -> None:
    """It had looked before the first one wrote."""
    stub.add(one.body)


def test_a_comment_that_was_created_though_the_answer_was_a_502_is_not_created_again() -> None:
    stub = Stub()
    stub.faults = [_committed(stub)]

    assert posted(stub, draft()) is Posted.UNCHANGED
    assert len(stub.comments) == 1


def _committed(stub: Stub) -> Callable[[httpx.Request], httpx.Response | None]:
    fail = once("POST", 502)

    def fault(request: httpx.Request) -> httpx.Response | None:
        answer = fail(request)
        if answer is not None:
            stub.add(draft().body)
        return answer

    return fault


@pytest.mark.parametrize("method", ["GET", "POST"])
@pytest.mark.parametrize("fault", [(500, {}), (503, {}), (429, {"retry_after": "1"}), (403, {"retry_after": "1"})])
def test_what_passes_is_tried_again(method: str, fault: tuple[int, dict[str, str]]) -> None:
    stub = Stub(faults=[once(method, fault[0], **fault[1])])

    assert posted(stub, draft()) is Posted.CREATED


def test_an_outage_ends_after_some_tries() -> None:
    stub = Stub(faults=[always("GET", 502, "Bad Gateway")])

    with pytest.raises(ForgeError, match="502 Bad Gateway"):
        posted(stub, draft())
    assert len(stub.requests) < 10


def test_a_403_names_the_permission_that_is_missing() -> None:
    stub = Stub(faults=[always("POST", 403, "Resource not accessible by integration")])

    with pytest.raises(ForgeError, match=r"403 Resource not accessible.*pull-requests: write"):
        posted(stub, draft())


def test_the_token_of_a_workflow_may_not_ask_who_it_is() -> None:
    stub = Stub(login=None)
    stub.add(draft().body, author=OWN)

    assert posted(stub, draft("2 pay more", "13:00")) is Posted.UPDATED


def test_the_token_is_sent_to_no_other_host() -> None:
    elsewhere = httpx.Response(200, json=[], headers={"Link": '<https://evil.example/x>; rel="next"'})
    stub = Stub(faults=[lambda request: elsewhere if request.url.path.endswith("comments") else None])

    with pytest.raises(ForgeError, match=r"evil\.example"):
        posted(stub, draft())
