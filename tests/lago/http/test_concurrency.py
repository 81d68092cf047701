"""As many requests at a time as the server answers as fast as a few; half as many when it limits the rate."""

import threading
from concurrent.futures import ThreadPoolExecutor

import pytest

from lago_gitops.lago.http.concurrency import LEAST, SHORT_WAIT_S, START, ConcurrencyLimit


def settled(limiter: ConcurrencyLimit, workers: int, answers: int = 2_000) -> int:
    """How many are let in after so many answers of a server that works on so many requests at a time, 1 s each."""
    waiting: list[float] = []
    free, now = [0.0] * workers, 0.0
    for _ in range(answers):
        while len(waiting) < limiter.limit:
            limiter.enter()
            waiting.append(now)
        free.sort()
        entered = waiting.pop(0)
        now = free[0] = max(free[0], entered) + 1.0
        limiter.leave("sort", now - entered)
        free = [max(one, now - 1.0) for one in free]
    for _ in waiting:
        limiter.leave("sort", None)
    return limiter.limit


@pytest.mark.slow
@pytest.mark.parametrize(("workers", "least", "most"), [(1, 7, 12), (2, 8, 13), (4, 10, 16), (1_000, 20, 20)])
def test_more_are_let_in_as_long_as_few_wait_inside_the_server(workers: int, least: int, most: int) -> None:
    assert least <= settled(ConcurrencyLimit(20), workers) <= most


def test_a_server_that_keeps_up_gets_as_many_as_there_may_be_within_a_few_answers() -> None:
    limiter = ConcurrencyLimit(20)
    for _ in range(limiter.limit):
        limiter.enter()
    while limiter.limit < 20:
        answered = limiter.limit
        limiter.leave("sort", 0.02)
        assert limiter.limit == answered + 1
        limiter.enter()
        limiter.enter()


@pytest.mark.parametrize(("wait_s", "limit"), [(SHORT_WAIT_S, 20), (2 * SHORT_WAIT_S, START)])
def test_a_wait_that_slows_nobody_down_lets_more_in(wait_s: float, limit: int) -> None:
    limiter = ConcurrencyLimit(20)
    limiter.enter()
    limiter.leave("sort", 0.001)
    for _ in range(200):
        entered = limiter.limit
        for _ in range(entered):
            limiter.enter()
        for _ in range(entered):
            limiter.leave("sort", 0.001 + wait_s)
    assert limiter.limit == limit


def test_what_takes_longer_by_its_nature_does_not_count_as_waiting() -> None:
    limiter = ConcurrencyLimit(20)
    for _ in range(500):
        for sort, took_s in (("count", 0.02), ("list", 2.0)):
            for _ in range(limiter.limit):
                limiter.enter()
            for _ in range(limiter.limit):
                limiter.leave(sort, took_s)
    assert limiter.limit == 20


def test_a_limit_of_the_rate_halves_them_once_for_all_that_were_under_way() -> None:
    limiter = ConcurrencyLimit(20)
    times = [limiter.enter() for _ in range(START)]
    for each in times:
        limiter.halve(each)
        limiter.leave("sort", None)
    assert limiter.limit == START // 2
    for _ in range(5):
        limiter.halve(limiter.enter())
        limiter.leave("sort", None)
    assert limiter.limit == LEAST


def test_no_more_are_let_in_than_there_may_be_and_whoever_waits_gets_in() -> None:
    limiter, inside, most = ConcurrencyLimit(1), [0], [0]
    lock = threading.Lock()

    def request(_: int) -> None:
        limiter.enter()
        with lock:
            inside[0] += 1
            most[0] = max(most[0], inside[0])
        with lock:
            inside[0] -= 1
        limiter.leave("sort", 0.001)

    with ThreadPoolExecutor(20) as pool:
        list(pool.map(request, range(500)))
    assert most == [1]


def test_an_answer_in_no_time_is_as_fast_as_any() -> None:
    limiter = ConcurrencyLimit(20)
    for _ in range(50):
        limiter.enter()
        limiter.leave("sort", 0.0)
    assert limiter.limit == START
