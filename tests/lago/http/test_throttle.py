from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lago_gitops.lago.http.throttle import Throttle


@pytest.fixture
def begin(clock: Any) -> Callable[..., list[float]]:
    def moments(throttle: Throttle, requests: int) -> list[float]:
        began = []
        for _ in range(requests):
            throttle.wait()
            began.append(round(clock.now() - 1_000, 6))
        return began

    return moments


def test_without_a_rate_nobody_waits(clock: Any, begin: Any) -> None:
    assert begin(Throttle(clock), 100) == [0] * 100
    assert clock.slept == []


def test_in_a_hurry_a_slot_is_waited_for_and_a_hold_is_not(clock: Any) -> None:
    throttle = Throttle(clock, 10)
    throttle.wait()
    throttle.hurry()
    assert throttle.wait()
    throttle.hold(50)
    assert not throttle.wait()
    assert sum(clock.slept) < 1


def test_a_hold_ends_for_those_who_wait_when_there_is_hurry(clock: Any) -> None:
    throttle = Throttle(clock)
    throttle.hold(50)
    sleep = clock.sleep

    def stirred(_: float) -> None:
        throttle.hurry()
        sleep(1)

    clock.sleep = stirred
    assert not throttle.wait()


def test_with_a_rate_requests_begin_one_interval_apart(clock: Any, begin: Any) -> None:
    assert begin(Throttle(clock, 10), 4) == [0, 0.1, 0.2, 0.3]


def test_time_not_used_is_not_saved_up(clock: Any, begin: Any) -> None:
    throttle = Throttle(clock, 10)
    clock.sleep(60)
    assert begin(throttle, 3) == [60, 60.1, 60.2]


def test_a_limit_learnt_is_kept_below(clock: Any, begin: Any) -> None:
    throttle = Throttle(clock)
    throttle.learn(50)
    began = begin(throttle, 500)
    assert 0.94 * 50 < 499 / began[-1] < 0.97 * 50


def test_requests_begun_before_the_limit_was_known_count(clock: Any, begin: Any) -> None:
    throttle = Throttle(clock)
    begin(throttle, 10)
    throttle.learn(50)
    began = begin(throttle, 50)
    assert 10 + sum(moment < 1 for moment in began) <= 50


@given(st.lists(st.floats(0.1, 1_000), min_size=1, max_size=5))
def test_the_lowest_limit_counts_in_whatever_order_they_are_learnt(limits: list[float]) -> None:
    class Still:
        now = staticmethod(lambda: 0.0)
        sleep = wake = jitter = None

    throttle = Throttle(Still())  # type: ignore[arg-type]
    for limit in limits:
        throttle.learn(limit)
    slots = [throttle._take_slot(), throttle._take_slot()]
    assert slots[1] - slots[0] == pytest.approx(1 / (min(limits) * 0.96))


def test_a_hold_stops_everybody_and_is_not_shortened(clock: Any, begin: Any) -> None:
    throttle = Throttle(clock)
    throttle.hold(5)
    throttle.hold(1)
    assert begin(throttle, 2) == [5, 5]


def test_who_already_waits_is_held_too(clock: Any) -> None:
    throttle = Throttle(clock, 1)
    throttle.wait()
    sleep, clock.sleep = clock.sleep, lambda seconds: (sleep(seconds), once())
    holds = [lambda: throttle.hold(7)]

    def once() -> None:
        if holds:
            holds.pop()()

    throttle.wait()
    assert clock.now() == 1_000 + 1 + 7
