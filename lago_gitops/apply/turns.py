"""Which writes may be under way beside others."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager


class Turns:
    """Lets writes be under way together, or one of them alone. Safe between threads.

    Two writes that Lago's database has dead-locked would do so again if both were repeated at once.
    """

    def __init__(self) -> None:
        self._writing, self._is_alone = 0, False
        self._one = threading.Lock()  # of those that want to be alone
        self._changed = threading.Condition()

    @contextmanager
    def together(self) -> Iterator[None]:
        """Beside others, once nobody is or waits to be alone."""
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
    def alone(self) -> Iterator[None]:
        """Once what is under way has ended; others wait."""
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
