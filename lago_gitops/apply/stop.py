"""A wish to end a run early."""

import threading


class Stop:
    """Once asked, nothing new starts; requests in flight finish. Safe between threads, and in a signal handler."""

    __slots__ = ("_asked", "reason")

    def __init__(self) -> None:
        self._asked = threading.Event()
        self.reason = ""

    def ask(self, reason: str) -> None:
        """The first reason stays."""
        self.reason = self.reason or reason
        self._asked.set()

    @property
    def is_asked(self) -> bool:
        return self._asked.is_set()
