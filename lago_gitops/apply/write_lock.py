"""A shared or exclusive lock for writes."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager


class WriteLock:
    """Allows several writes in parallel, or one alone. Thread-safe.

    Two writes that deadlocked in Lago's database would do so again if both were retried in parallel.
    """

    def __init__(self) -> None:
        self._writing, self._is_alone = 0, False
        self._one = threading.Lock()  # held by the exclusive writer
        self._changed = threading.Condition()

    @contextmanager
    def shared(self) -> Iterator[None]:
        """Together with other writes, unless a write is or waits to be alone."""
        with self._changed:
            while self._is_alone:
                self._changed.wait()
            self._writing += 1
        try:
            yield
        finally:
            with self._changed:
                self._writing -= 1
                if self._is_alone:
                    self._changed.notify_all()

    @contextmanager
    def exclusive(self) -> Iterator[None]:
        """Alone, after writes in flight have ended; others wait."""
        with self._one:
            with self._changed:
                self._is_alone = True
                self._changed.wait_for(lambda: not self._writing)
            try:
                yield
            finally:
                with self._changed:
                    self._is_alone = False
                    self._changed.notify_all()
