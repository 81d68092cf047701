"""The organization being written to: its objects one by one, and the requests that change them."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import partial
from typing import Any

from lago_gitops.apply.first_write import FirstWrite
from lago_gitops.apply.oversight import Oversight
from lago_gitops.apply.prefetch import Places, Prefetch
from lago_gitops.apply.write_lock import WriteLock
from lago_gitops.core.comparison.abilities.server import Server
from lago_gitops.core.comparison.live import live
from lago_gitops.core.comparison.renames import Renames, with_renames
from lago_gitops.core.execution.body import Writing
from lago_gitops.core.execution.own_writes import Place
from lago_gitops.core.execution.read_back import read_back, whole
from lago_gitops.core.execution.requests import Request
from lago_gitops.core.model.kind import PathBy, ResourceKind
from lago_gitops.core.model.resources import Address, Desired, Live
from lago_gitops.lago.client import Writer
from lago_gitops.lago.errors import NotFound
from lago_gitops.lago.http.clock import Clock
from lago_gitops.lago.http.payload import JsonObject
from lago_gitops.lago.reading.expected import expected


@dataclass(frozen=True, slots=True)
class Remote:
    """`ids` are Lago's ids of all objects; creates add theirs. `renames` are all of the run's, done or not; `own`
    are the parts of its objects that its other writes change. `growing` are objects written again later, to shrink.
    `places` are positions of objects in complete lists."""

    writer: Writer
    kinds: Mapping[str, ResourceKind]
    server: Server
    ids: dict[Address, str]
    clock: Clock
    concurrency: int
    renames: Renames = field(default_factory=dict)
    own: Mapping[Address, frozenset[Place]] = field(default_factory=dict)
    growing: frozenset[Address] = frozenset()
    oversight: Oversight = field(default_factory=Oversight)
    places: Places = field(default_factory=dict)
    first: FirstWrite = field(init=False)
    prefetch: Prefetch = field(init=False)
    write_lock: WriteLock = field(init=False, default_factory=WriteLock)

    def __post_init__(self) -> None:
        object.__setattr__(self, "first", FirstWrite(self.oversight.stop))
        object.__setattr__(self, "prefetch", Prefetch(self.writer, self.places, self._live, self.clock))

    def writing(self, wanted: Desired) -> Writing:
        return Writing(self.server, self.ids.__getitem__, wanted.options)

    def find(self, address: Address) -> Live | None:
        """The object's current state in Lago; None if there is none. Raises LagoError."""
        kind = self.kinds[address.kind]
        if kind.path_by is PathBy.KEY:
            return self._get(kind, address.key if kind.key else "")
        rows = self.writer.pages(kind.collection)
        found = next((row for row in rows if row.get(kind.key) == address.key), None)
        return None if found is None else self._live(kind, expected(kind, found, kind.collection))

    def again(self, seen: Live) -> Live | None:
        """An object seen before, under its old code; None if it no longer exists. Raises LagoError."""
        kind = self.kinds[seen.address.kind]
        return self._get(kind, seen.lago_id) if kind.path_by is PathBy.ID else self.find(seen.address)

    def before(self, seen: Live) -> Live | None:
        """Like `again`, right before a write."""
        return self.prefetch.take(seen.address) or self.again(seen)

    def created(self, kind: ResourceKind, answer: JsonObject | None) -> Live | None:
        """The object in the answer to a create; None if it must be read again."""
        return None if answer is None else whole(kind, answer, self.renames)

    def after(self, seen: Live | None, request: Request, answer: JsonObject | None) -> Live | None:
        """The new state of the object `seen` before the request; None if it must be read again."""
        if seen is None or answer is None:
            return None
        return read_back(self.kinds[seen.address.kind], seen, request, answer, self.renames)

    def send(self, request: Request) -> JsonObject:
        """Raises LagoError, NotSentError."""
        with self.write_lock.shared():
            return self.first.send(partial(self._send, request))

    def send_again(self, request: Request) -> JsonObject:
        """Send a request that was not carried out, with no other write in flight. Raises LagoError."""
        with self.write_lock.exclusive():
            return self._send(request)

    def _send(self, request: Request) -> JsonObject:
        match request.method:
            case "POST":
                return self.writer.post(*request.parts, body=request.body)
            case "PUT":
                return self.writer.put(*request.parts, body=request.body)
            case _:
                return self.writer.delete(*request.parts, params=request.params)

    def _get(self, kind: ResourceKind, name: str) -> Live | None:
        parts = (kind.collection, name) if name else (kind.collection,)
        try:
            return self._live(kind, expected(kind, self.writer.one(kind.name, *parts), *parts))
        except NotFound as error:
            if is_gone(error, kind):
                return None
            raise

    def _live(self, kind: ResourceKind, answer: Mapping[str, Any]) -> Live:
        """With references as they will be after all renames."""
        return with_renames(kind, live(kind, answer), self.renames)


def is_gone(error: NotFound, kind: ResourceKind) -> bool:
    """Whether the object itself is missing: another code would be about an object it refers to."""
    return error.code == f"{kind.name}_not_found"
