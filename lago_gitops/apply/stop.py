"""A request to stop a run early."""

import threading


class Stop:
    """After `ask`, nothing new starts; requests in flight finish. Thread-safe, also in signal handlers."""

    __slots__ = ("_asked", "reason")

    def __init__(self) -> None:
        self._asked = threading.Event()
        self.reason = ""

    def ask(self, reason: str) -> None:
        """The first reason is kept."""
        self.reason = self.reason or reason
        self._asked.set()

    @property
    def is_asked(self) -> bool:
        return self._asked.is_set()
