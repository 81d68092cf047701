"""How many requests are under way at a time: as many as the server answers as fast as a few."""

import threading
from collections.abc import Hashable

START = 10
LEAST = 2
FEW_WAIT, MANY_WAIT = 6.0, 10.0  # requests that wait inside the server, or for a busy machine of ours


class Crowd:
    """Lets at most so many be under way, and learns how many from how long they take. Safe between threads.

    What a request takes longer than the fastest of its sort did, it waited for others. Where few wait, one more is let
    in; where many do, one less: more at a time would take as long in all, and make a server that others use, too,
    late for everybody. A server that limits the rate, or fails, gets half as many.
    """

    def __init__(self, most: int) -> None:
        self._most, self._least = most, min(LEAST, most)
        self._limit = float(min(START, most))
        self._inside = self._times = 0
        self._fastest_s: dict[Hashable, float] = {}
        self._room = threading.Condition(threading.Lock())

    @property
    def limit(self) -> int:
        return int(self._limit)

    def enter(self) -> int:
        """Return once there is room: how many times fewer were wanted until then."""
        with self._room:
            while self._inside >= int(self._limit):
                self._room.wait()
            self._inside += 1
            return self._times

    def leave(self, sort: Hashable, took_s: float | None) -> None:
        """One is over, of a sort that takes about equally long; None where how long it took tells nothing."""
        with self._room:
            if took_s is not None:
                self._learn(sort, took_s, is_full=self._inside >= int(self._limit))
            self._inside -= 1
            self._room.notify(max(int(self._limit) - self._inside, 0))

    def disperse(self, times: int) -> None:
        """The server wants fewer; those that entered before it was known say so together. `times` is from `enter`."""
        with self._room:
            if times == self._times:
                self._times += 1
                self._limit = max(self._limit / 2, self._least)

    def _learn(self, sort: Hashable, took_s: float, *, is_full: bool) -> None:
        """By one more or one less for as many answers as there are requests under way."""
        fastest_s = self._fastest_s[sort] = min(took_s, self._fastest_s.get(sort, took_s))
        waiting = self._limit * (1 - fastest_s / took_s) if took_s > 0 else 0.0
        if waiting < FEW_WAIT and is_full:
            self._limit = min(self._limit + 1 / self._limit, self._most)
        elif waiting > MANY_WAIT:
            self._limit = max(self._limit - 1 / self._limit, self._least)
