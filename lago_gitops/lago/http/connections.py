"""Connections to one server: as many as there are requests under way."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass

import httpx


@dataclass(frozen=True, slots=True)
class Origin:
    """Where requests are sent, and what all of them say. `url` ends in no slash."""

    url: str
    headers: httpx.Headers


class Connections:
    """A transport with one connection for each request under way, kept for the next. Safe between threads.

    A transport with all connections looks at each of them for every request: at twenty, that takes as long as all else
    that is done for one. `make` makes a transport to the origin. There is no client of httpx around it: it would look
    for redirects, cookies and credentials, none of which an API has, for a fifth of the time of a request.
    """

    def __init__(self, origin: Origin, make: Callable[[], httpx.BaseTransport]) -> None:
        first = make()
        self.origin = origin
        self._make, self._all, self._free = make, [first], [first]
        self._is_closed = False

    @contextmanager
    def one(self) -> Iterator[httpx.BaseTransport]:
        """The transport that was used last of those that are free. Raises RuntimeError once they are closed."""
        if self._is_closed:
            raise RuntimeError("the connections to Lago are closed")
        try:
            transport = self._free.pop()
        except IndexError:
            transport = self._another()
        try:
            yield transport
        finally:
            self._free.append(transport)

    def close(self) -> None:
        """End what is under way."""
        self._is_closed = True
        for transport in tuple(self._all):
            transport.close()

    def _another(self) -> httpx.BaseTransport:
        transport = self._make()
        self._all.append(transport)
        return transport
