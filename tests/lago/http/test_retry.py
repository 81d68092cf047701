from concurrent.futures import ThreadPoolExecutor

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lago_gitops.lago.errors import (
    BadAnswer,
    Call,
    Forbidden,
    LagoError,
    LostAnswer,
    NotFound,
    RateLimited,
    Rejected,
    Rejection,
    ServerFailed,
    Unauthorized,
    Unreachable,
    UnsteadyList,
)
from lago_gitops.lago.http.retry import LONGEST_DELAY_S, RetryBudget, backoff_s, may_repeat

CALL = Call("GET", "/x")


def refused(status: int) -> Rejection:
    return Rejection(status, "no")


@pytest.mark.parametrize(
    "error",
    [
        Unreachable(CALL, "x", sent=True),
        Unreachable(CALL, "x", sent=False),
        BadAnswer(CALL, "broke off", status=None),
        BadAnswer(CALL, "html", status=502),
        ServerFailed(CALL, refused(500)),
        ServerFailed(CALL, refused(502)),
        ServerFailed(CALL, refused(503)),
        ServerFailed(CALL, refused(504)),
        RateLimited(CALL, refused(429), wait_s=None),
        RateLimited(CALL, refused(429), wait_s=60),
        LostAnswer(CALL, "x", sent=False),
    ],
    ids=repr,
)
def test_what_passes_is_tried_again(error: LagoError) -> None:
    assert may_repeat(error)


@pytest.mark.parametrize(
    "error",
    [
        ServerFailed(CALL, refused(501)),
        BadAnswer(CALL, "html", status=200),
        BadAnswer(CALL, "html", status=404),
        RateLimited(CALL, refused(429), wait_s=61),
        LostAnswer(CALL, "x", sent=True),
        Unauthorized(CALL, refused(401)),
        Forbidden(CALL, refused(403)),
        NotFound(CALL, refused(404)),
        Rejected(CALL, refused(422)),
        UnsteadyList(CALL, "x"),
    ],
    ids=repr,
)
def test_what_stays_wrong_or_may_have_been_done_is_not(error: LagoError) -> None:
    assert not may_repeat(error)


def test_delays_double() -> None:
    assert [backoff_s(attempt, 1.0) for attempt in range(1, 9)] == [0.5, 1, 2, 4, 8, 16, 20, 20]


@given(st.integers(1, 1_000), st.floats(0, 1))
def test_a_delay_is_anything_up_to_the_doubled_one(attempt: int, jitter: float) -> None:
    assert 0 <= backoff_s(attempt, jitter) <= backoff_s(attempt, 1.0) <= LONGEST_DELAY_S


def test_a_budget_is_spent_once_whoever_spends_it() -> None:
    budget = RetryBudget(50)
    with ThreadPoolExecutor(8) as pool:
        assert sum(pool.map(lambda _: budget.take(), range(200))) == 50
