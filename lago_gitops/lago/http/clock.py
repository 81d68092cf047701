"""Time and randomness, replaceable in tests."""

import random
import threading
import time
from typing import Protocol


class Clock(Protocol):
    def now(self) -> float:
        """Seconds on a monotonic clock."""

    def sleep(self, seconds: float) -> None: ...

    def jitter(self) -> float:
        """A random number from 0 to 1."""

    def stir(self) -> None:
        """Wake all threads that are sleeping now."""

    def wake(self) -> None:
        """Wake all threads, and let none sleep again."""


class SystemClock:
    """The system's clock. Sleeping threads can be woken, so an interrupted run ends at once."""

    def __init__(self) -> None:
        self._morning = threading.Event()
        self._is_awake = False

    def now(self) -> float:
        return time.monotonic()

    def sleep(self, seconds: float) -> None:
        self._morning.wait(seconds)

    def jitter(self) -> float:
        return random.random()  # noqa: S311 (not for security)

    def stir(self) -> None:
        morning = self._morning
        if not self._is_awake:
            self._morning = threading.Event()
            morning.set()

    def wake(self) -> None:
        self._is_awake = True
        self._morning.set()
