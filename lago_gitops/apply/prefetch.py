"""Reads objects right before they are written: one request for several neighbours in a list."""

import threading
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Any

from lago_gitops.core.comparison.answer_shape import misfit
from lago_gitops.core.model.kind import ResourceKind
from lago_gitops.core.model.resources import Address, Live
from lago_gitops.lago.client import Reader
from lago_gitops.lago.errors import LagoError
from lago_gitops.lago.http.clock import Clock

FRESH_S = 1.0  # older reads are repeated before a write
MOST = 20  # rows of a page
FEWEST = 4  # tasks for which a page is read; fewer objects are read individually
Places = Mapping[Address, int]
"""An object's position in the list of its kind when the plan was created, from 0; only for complete lists."""


@dataclass(frozen=True, slots=True)
class _Page:
    kind: ResourceKind
    number: int  # from 1
    rows: int
    is_read: threading.Event = field(default_factory=threading.Event, compare=False)

    @property
    def name(self) -> tuple[str, int, int]:
        return self.kind.name, self.number, self.rows


class Prefetch:
    """Reads the objects of tasks that are about to start. Thread-safe.

    Reads only expected objects: their tasks can start, so their dependencies are done. Each is handed out once,
    and only while fresh; if writes are slow, fewer are read together.
    """

    def __init__(
        self, reader: Reader, places: Places, live: Callable[[ResourceKind, Mapping[str, Any]], Live], clock: Clock
    ) -> None:
        self._reader, self._places, self._live, self._clock = reader, places, live, clock
        self._lock = threading.Lock()
        self._rows = MOST
        self._times = 0
        self._expected: dict[Address, tuple[ResourceKind, int]] = {}  # each with a unique number
        self._waiting: set[tuple[str, int]] = set()  # their positions
        self._shift: dict[str, int] = {}  # how far lists have shifted since the plan was created
        self._seen: dict[Address, tuple[float, Live]] = {}
        self._shown: dict[Address, tuple[float, Live]] = {}
        self._reading: dict[tuple[str, int, int], _Page] = {}

    def expect(self, kind: ResourceKind, address: Address) -> None:
        """A task of the object can start now, and will soon ask for it."""
        if address in self._places:
            with self._lock:
                self._times += 1
                self._expected[address] = kind, self._times
                self._waiting.add((address.kind, self._places[address]))

    def show(self, live: Live) -> None:
        """An object from the answer to a write, for a following task of the same object."""
        self._shown[live.address] = self._clock.now(), live

    def take(self, address: Address) -> Live | None:
        """The object's current state; None if it must be read individually."""
        shown_s, shown = self._shown.pop(address, (0.0, None))
        if shown is not None and self._clock.now() - shown_s <= FRESH_S:
            return shown
        if address not in self._expected:
            return None
        with self._lock:
            page, is_own = self._wanted(address)
        if page is not None and is_own:
            self._read(page)
        elif page is not None:
            page.is_read.wait()
        with self._lock:
            self._expected.pop(address, None)
            self._waiting.discard((address.kind, self._places[address]))
            return self._fresh(address)

    def _wanted(self, address: Address) -> tuple[_Page | None, bool]:
        """The page to read first, and whether this thread has to read it."""
        if address in self._seen:
            if self._reading or len(self._seen) > self._rows // 2:
                return None, False
            following = next((one for one in self._expected if one not in self._seen), None)
            return (None, False) if following is None else (self._begun(self._page(following)), True)
        page = self._page(address)
        being_read = self._reading.get(page.name)
        return (self._begun(page), True) if being_read is None else (being_read, False)

    def _page(self, address: Address) -> _Page:
        kind, _ = self._expected[address]
        place = self._places[address] + self._shift.get(kind.name, 0)
        return _Page(kind, max(place, 0) // self._rows + 1, self._rows)

    def _begun(self, page: _Page) -> _Page | None:
        """None if too few tasks wait for objects on it."""
        first = (page.number - 1) * page.rows - self._shift.get(page.kind.name, 0)
        if sum((page.kind.name, place) in self._waiting for place in range(first, first + page.rows)) < FEWEST:
            return None
        self._reading[page.name] = page
        return page

    def _read(self, page: _Page) -> None:
        """If it can't be read, objects are read individually later, which reports the error."""
        with self._lock:
            expected = dict(self._expected)
        try:
            began_s, seen = self._clock.now(), list[tuple[int, Live]]()
            with suppress(LagoError):
                rows = self._reader.page(page.kind.collection, number=page.number, per_page=page.rows).rows
                for at, row in enumerate(rows, (page.number - 1) * page.rows):
                    if not misfit(page.kind, row) and page.kind.address(row) in expected:
                        seen.append((at, self._live(page.kind, row)))
            with self._lock:
                self._rows = min(self._rows + 1, MOST)
                for at, one in seen:
                    self._shift[page.kind.name] = at - self._places[one.address]
                    if self._expected.get(one.address) == expected[one.address]:
                        self._seen[one.address] = began_s, one
        finally:
            with self._lock:
                self._reading.pop(page.name)
            page.is_read.set()

    def _fresh(self, address: Address) -> Live | None:
        seen_s, live = self._seen.pop(address, (0.0, None))
        if live is not None and self._clock.now() - seen_s > FRESH_S:
            self._rows = max(self._rows // 2, FEWEST)
            return None
        return live
