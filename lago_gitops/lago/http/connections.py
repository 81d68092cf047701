"""Connections to one server: as many as there are requests in flight."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass

import httpx


@dataclass(frozen=True, slots=True)
class Origin:
    """The server's URL, without a trailing slash, and the headers of all requests."""

    url: str
    headers: httpx.Headers


class Connections:
    """A pool with one transport of one connection per request in flight. Thread-safe.

    A transport with all connections scans them for every request: with twenty, that takes as long as everything else
    for a request. `make` creates a transport to the origin. It isn't wrapped in an httpx client, which would check
    for redirects, cookies and credentials, which an API doesn't have: a fifth of the time of a request.
    """

    def __init__(self, origin: Origin, make: Callable[[], httpx.BaseTransport]) -> None:
        first = make()
        self.origin = origin
        self._make, self._all, self._free = make, [first], [first]
        self._is_closed = False

    @contextmanager
    def one(self) -> Iterator[httpx.BaseTransport]:
        """The most recently used free transport. Raises RuntimeError once the pool is closed."""
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
        """Abort requests in flight."""
        self._is_closed = True
        for transport in tuple(self._all):
            transport.close()

    def _another(self) -> httpx.BaseTransport:
        transport = self._make()
        self._all.append(transport)
        return transport
