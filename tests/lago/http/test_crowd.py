"""As many requests at a time as the server answers as fast as a few; half as many when it limits the rate."""

import threading
from concurrent.futures import ThreadPoolExecutor

import pytest

from lago_gitops.lago.http.crowd import LEAST, START, Crowd


def settled(crowd: Crowd, workers: int, answers: int = 2_000) -> int:
    """How many are let in after so many answers of a server that works on so many requests at a time, 1 s each."""
    waiting: list[float] = []
    free, now = [0.0] * workers, 0.0
    for _ in range(answers):
        while len(waiting) < crowd.limit:
            crowd.enter()
            waiting.append(now)
        free.sort()
        entered = waiting.pop(0)
        now = free[0] = max(free[0], entered) + 1.0
        crowd.leave("sort", now - entered)
        free = [max(one, now - 1.0) for one in free]
    for _ in waiting:
        crowd.leave("sort", None)
    return crowd.limit


@pytest.mark.slow
@pytest.mark.parametrize(("workers", "least", "most"), [(1, 7, 12), (2, 8, 13), (4, 10, 16), (1_000, 20, 20)])
def test_more_are_let_in_as_long_as_few_wait_inside_the_server(workers: int, least: int, most: int) -> None:
    assert least <= settled(Crowd(20), workers) <= most


def test_what_takes_longer_by_its_nature_does_not_count_as_waiting() -> None:
    crowd = Crowd(20)
    for _ in range(500):
        for sort, took_s in (("count", 0.02), ("list", 2.0)):
            for _ in range(crowd.limit):
                crowd.enter()
            for _ in range(crowd.limit):
                crowd.leave(sort, took_s)
    assert crowd.limit == 20


def test_a_limit_of_the_rate_halves_them_once_for_all_that_were_under_way() -> None:
    crowd = Crowd(20)
    times = [crowd.enter() for _ in range(START)]
    for each in times:
        crowd.disperse(each)
        crowd.leave("sort", None)
    assert crowd.limit == START // 2
    for _ in range(5):
        crowd.disperse(crowd.enter())
        crowd.leave("sort", None)
    assert crowd.limit == LEAST


def test_no_more_are_let_in_than_there_may_be_and_whoever_waits_gets_in() -> None:
    crowd, inside, most = Crowd(1), [0], [0]
    lock = threading.Lock()

    def request(_: int) -> None:
        crowd.enter()
        with lock:
            inside[0] += 1
            most[0] = max(most[0], inside[0])
        with lock:
            inside[0] -= 1
        crowd.leave("sort", 0.001)

    with ThreadPoolExecutor(20) as pool:
        list(pool.map(request, range(500)))
    assert most == [1]


def test_an_answer_in_no_time_is_as_fast_as_any() -> None:
    crowd = Crowd(20)
    for _ in range(50):
        crowd.enter()
        crowd.leave("sort", 0.0)
    assert crowd.limit == START
