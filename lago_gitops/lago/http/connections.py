"""Connections to one server: as many as there are requests under way."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager

from lago_gitops.lago.http.line import Line


class Connections:
    """A line for each request under way, kept for the next. Safe between threads.

    A client with all connections looks at each of them for every request: at twenty, that takes as long as all else
    that is done for one. `make` makes a line to the server.
    """

    def __init__(self, make: Callable[[], Line]) -> None:
        first = make()
        self._make, self._all, self._free = make, [first], [first]
        self._is_closed = False

    @contextmanager
    def one(self) -> Iterator[Line]:
        """The line that was used last of those that are free. Raises RuntimeError once they are closed."""
        try:
            line = self._free.pop()
        except IndexError:
            line = self._another()
        try:
            yield line
        finally:
            self._free.append(line)

    def close(self) -> None:
        """End what is under way."""
        self._is_closed = True
        for line in tuple(self._all):
            line.close()

    def _another(self) -> Line:
        if self._is_closed:
            raise RuntimeError("the connections to Lago are closed")
        line = self._make()
        self._all.append(line)
        return line
