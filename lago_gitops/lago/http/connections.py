"""Connections to one server: as many as there are requests under way."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager

import httpx


class Connections:
    """A client with one connection for each request under way, kept for the next. Safe between threads.

    A client with all connections looks at each of them for every request: at twenty, that takes as long as all else
    that is done for one. `make` makes a client of the server; `headers` are those that it sends.
    """

    def __init__(self, make: Callable[[], httpx.Client]) -> None:
        first = make()
        self.origin, self.headers = str(first.base_url).removesuffix("/"), first.headers
        self._make, self._all, self._free = make, [first], [first]
        self._is_closed = False

    @contextmanager
    def one(self) -> Iterator[httpx.Client]:
        """The client that was used last of those that are free. Raises RuntimeError once they are closed."""
        try:
            client = self._free.pop()
        except IndexError:
            client = self._another()
        try:
            yield client
        finally:
            self._free.append(client)

    def close(self) -> None:
        """End what is under way."""
        self._is_closed = True
        for client in tuple(self._all):
            client.close()

    def _another(self) -> httpx.Client:
        if self._is_closed:
            raise RuntimeError("the connections to Lago are closed")
        client = self._make()
        self._all.append(client)
        return client
