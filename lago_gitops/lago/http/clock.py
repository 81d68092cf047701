"""Time and chance, which tests replace."""

import random
import threading
import time
from typing import Protocol


class Clock(Protocol):
    def now(self) -> float:
        """Seconds since some moment; never goes back."""

    def sleep(self, seconds: float) -> None: ...

    def jitter(self) -> float:
        """A random number from 0 to 1."""

    def stir(self) -> None:
        """End the sleep of those who sleep now."""

    def wake(self) -> None:
        """End all sleep, now and from now on."""


class SystemClock:
    """The real one. A sleeper can be woken, so that an interrupted run ends at once."""

    def __init__(self) -> None:
        self._morning = threading.Event()
        self._is_awake = False

    def now(self) -> float:
        return time.monotonic()

    def sleep(self, seconds: float) -> None:
        self._morning.wait(seconds)

    def jitter(self) -> float:
        return random.random()  # noqa: S311 -- spreads retries, guards nothing

    def stir(self) -> None:
        morning = self._morning
        if not self._is_awake:
            self._morning = threading.Event()
            morning.set()

    def wake(self) -> None:
        self._is_awake = True
        self._morning.set()
