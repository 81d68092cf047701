"""The rate of requests: a token bucket with one token, shared by all threads of a run."""

import threading

from lago_gitops.lago.http.clock import Clock

# The share of the server's limit to use. Others use it, too, and its seconds don't begin when ours do; 0.96 still keeps
# a run above 0.94 of the limit from its first request to its last.
SHARE_OF_LIMIT = 0.96


HURRIED_S = 1.0  # the longest wait in a hurry


class Throttle:
    """Starts requests one interval apart; without a rate, at once. Thread-safe.

    Slots are assigned in advance, so a thread that wakes late doesn't delay others.
    """

    def __init__(self, clock: Clock, rate_per_s: float | None = None) -> None:
        self._clock = clock
        self._interval_s = 1 / rate_per_s if rate_per_s else 0.0
        self._next_slot = self._held_until = clock.now()
        self._begun = 0
        self._is_hurried = False
        self._lock = threading.Lock()

    @property
    def is_hurried(self) -> bool:
        return self._is_hurried

    def wait(self) -> bool:
        """Wait until the next request may start; False in a hurry, if the wait is too long."""
        while True:
            slot = self._take_slot()
            if (pause_s := slot - self._clock.now()) > 0 and not self._is_vain(slot):
                self._clock.sleep(pause_s)
            if self._is_vain(slot):
                return False
            if slot >= self._held_until:
                return True  # otherwise requests were paused meanwhile: take a later slot

    def hurry(self) -> None:
        """From now on, no thread waits for long. Safe in a signal handler."""
        self._is_hurried = True
        self._clock.stir()

    def hold(self, seconds: float) -> None:
        """Pause all requests for a time."""
        with self._lock:
            self._held_until = max(self._held_until, self._clock.now() + seconds)

    def learn(self, limit_per_s: float) -> None:
        """Stay below the limit that the server sent; the lowest one counts.

        Requests started before the first limit was known use up the next slots; otherwise the first second would
        exceed it.
        """
        interval_s = 1 / (limit_per_s * SHARE_OF_LIMIT)
        with self._lock:
            if not self._interval_s:
                self._next_slot = self._clock.now() + interval_s * min(self._begun, limit_per_s)
            self._interval_s = max(self._interval_s, interval_s)

    def _is_vain(self, slot: float) -> bool:
        return self._is_hurried and slot - self._clock.now() > HURRIED_S

    def _take_slot(self) -> float:
        with self._lock:
            slot = max(self._next_slot, self._held_until, self._clock.now())
            self._next_slot = slot + self._interval_s
            self._begun += 1
            return slot
