"""Adapts the number of requests in flight to what the server handles without slowing down."""

import threading
from collections.abc import Hashable

START = 10
LEAST = 2
FEW_WAIT, MANY_WAIT = 6.0, 10.0  # requests queued in the server, or by this machine
SHORT_WAIT_S = 0.1  # in a queue that slows nobody down, however many are in it


class ConcurrencyLimit:
    """Limits requests in flight, and adapts the limit to their response times. Thread-safe.

    The time beyond the fastest request of the same sort was spent waiting. If few requests wait, or all of them only
    for a moment, the limit is raised by one; if many do, it is lowered by one: more would take as long in total, and
    slow the server down for everybody. If the server limits the rate or fails, the limit is halved.

    Until requests wait for the first time, every answer raises the limit, later as many answers as there are requests
    in flight.
    """

    def __init__(self, most: int) -> None:
        self._most, self._least = most, min(LEAST, most)
        self._limit = float(min(START, most))
        self._inside = self._times = 0
        self._is_steady = False  # a limit has been found
        self._fastest_s: dict[Hashable, float] = {}
        self._room = threading.Condition(threading.Lock())

    @property
    def limit(self) -> int:
        return int(self._limit)

    def enter(self) -> int:
        """Wait for a free slot. Returns how often the limit has been halved so far."""
        with self._room:
            while self._inside >= int(self._limit):
                self._room.wait()
            self._inside += 1
            return self._times

    def leave(self, sort: Hashable, took_s: float | None) -> None:
        """A request has ended, of a sort with similar durations; None if its duration is meaningless."""
        with self._room:
            if took_s is not None:
                self._learn(sort, took_s, is_full=self._inside >= int(self._limit))
            self._inside -= 1
            self._room.notify(max(int(self._limit) - self._inside, 0))

    def halve(self, times: int) -> None:
        """Halve the limit, once for all requests that entered before the last halving. `times` is from `enter`."""
        with self._room:
            if times == self._times:
                self._times += 1
                self._is_steady = True
                self._limit = max(self._limit / 2, self._least)

    def _learn(self, sort: Hashable, took_s: float, *, is_full: bool) -> None:
        fastest_s = self._fastest_s[sort] = min(took_s, self._fastest_s.get(sort, took_s))
        wait_s = took_s - fastest_s
        waiting = self._limit * wait_s / took_s if wait_s > SHORT_WAIT_S else 0.0
        self._is_steady = self._is_steady or waiting >= FEW_WAIT
        step = 1 / self._limit if self._is_steady else 1
        if waiting < FEW_WAIT and is_full:
            self._limit = min(self._limit + step, self._most)
        elif waiting > MANY_WAIT:
            self._limit = max(self._limit - step, self._least)
