"""Reads the whole organization of a key."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from concurrent.futures import Future
from dataclasses import dataclass, field
from functools import partial
from itertools import count
from typing import Any

from lago_gitops.core.assessment.unavailable import Why
from lago_gitops.core.comparison.abilities.server import Server, server_of
from lago_gitops.core.comparison.live import NOTHING, live
from lago_gitops.core.model.kind import Detail, ResourceKind
from lago_gitops.core.model.packed import Packed
from lago_gitops.core.model.resources import Address, Live
from lago_gitops.core.plan import Organization
from lago_gitops.lago.client import Reader
from lago_gitops.lago.errors import NO_LICENCE, Forbidden, LagoError, NotFound
from lago_gitops.lago.http.payload import JsonObject
from lago_gitops.lago.http.threads import threads
from lago_gitops.lago.http.transport import has_path
from lago_gitops.lago.reading.expected import expected, whoami

Like = Mapping[Address, Mapping[str, Any]]
Row = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Inventory:
    """Everything that Lago has of the requested kinds. `unavailable` kinds couldn't be listed, with the reason: that
    doesn't mean that there are none."""

    organization: Organization
    server: Server
    live: Mapping[Address, Live]
    unavailable: Mapping[str, Why] = field(default_factory=dict)

    @property
    def defaults(self) -> dict[str, Address]:
        """By kind, the object that shares its facts with others."""
        return {one.address.kind: one.address for one in self.live.values() if one.is_default}


def inventory(
    reader: Reader,
    url: str,
    kinds: Iterable[ResourceKind],
    *,
    concurrency: int,
    like: Like = NOTHING,
) -> Inventory:
    """Read all lists in parallel, then what they omit. Raises LagoError.

    `like` are expected objects, in canonical form: objects equal to them share their values, to save
    memory.
    """
    wanted = tuple(kinds)
    with threads(concurrency, "inventory") as pool:
        own = pool.submit(whoami, reader)
        asked: Asked = {}
        for kind in sorted((one for one in wanted if one.key), key=lambda one: one.detail is not None):
            asked[kind.name] = pool.submit(_list, reader, kind, _Making(kind, asked, like))
        lists = {kind.name: asked[kind.name].result() for kind in wanted if kind.key}
        about = own.result()
        listed = {name: found for name, found in lists.items() if not isinstance(found, Why)}
        listed |= {kind.name: _alone(kind, about, like) for kind in wanted if not kind.key}
        firsts = {name: one.first for name, one in listed.items()}
        server = server_of({**firsts, "organization": (about,)}, wanted)
        details: dict[str, Iterator[Live]] = {}  # of all kinds in parallel
        for kind in wanted:
            if kind.detail is not None and kind.name in listed and _has_details(kind.detail, firsts, server):
                rows = [row for row in listed[kind.name].found if not isinstance(row, Live)]
                reader.announce(len(rows))
                ask = partial(_with_detail, reader, kind, kind.detail, server)
                details[kind.name] = pool.map(partial(_whole, kind, ask, like), rows)
        listed |= {name: _Listed(list(found)) for name, found in details.items()}
    found = (one for kind in wanted if kind.name in listed for one in _values(kind, listed[kind.name], like))
    return Inventory(
        organization=_organization(url, about, server),
        server=server,
        live={one.address: one for one in found},
        unavailable={name: why for name, why in lists.items() if isinstance(why, Why)},
    )


def places(read: Inventory, kinds: Mapping[str, ResourceKind]) -> Mapping[Address, int]:
    """Positions of objects in the list of their kind, from 0; not for kinds whose lists omit something."""
    there = dict.fromkeys((*(address.kind for address in read.live), *read.unavailable), ("some",))
    parts = {name: there.get(name, ()) for name in kinds}
    details = {kind.name: kind.detail for kind in kinds.values() if kind.key}
    numbers = {
        name: count()
        for name, detail in details.items()
        if detail is None or not _has_details(detail, parts, read.server)
    }
    return {address: next(numbers[address.kind]) for address in read.live if address.kind in numbers}


@dataclass(frozen=True, slots=True)
class _Listed:
    """The objects of a list, or its rows if details may have to be added; and its first row."""

    found: "Sequence[Live | Row]"
    first: tuple[JsonObject, ...] = ()


Asked = dict[str, Future[_Listed | Why]]


class _Making:
    """Creates objects from the rows of a list as they arrive, unless the first row lacks details."""

    def __init__(self, kind: ResourceKind, asked: Asked, like: Like) -> None:
        self._kind, self._asked, self._like = kind, asked, like
        self._is_whole: bool | None = None
        self.first: tuple[JsonObject, ...] = ()

    def __call__(self, row: JsonObject) -> "Live | Row":
        expected(self._kind, row, self._kind.collection)
        if self._is_whole is None:
            self.first = (row,)
            self._is_whole = self._has_all(row)
        return live(self._kind, row, self._like) if self._is_whole else Packed(row)

    def _has_all(self, row: JsonObject) -> bool:
        detail = self._kind.detail
        if detail is None or detail.made_of not in self._asked:
            return detail is None
        objects = self._asked[detail.made_of].result()  # it was requested earlier, so this wait ends
        server = server_of({self._kind.name: (row,)}, (self._kind,))
        return isinstance(objects, _Listed) and not _has_details(detail, {detail.made_of: objects.first}, server)


def _list(reader: Reader, kind: ResourceKind, making: _Making) -> _Listed | Why:
    try:
        return _Listed(reader.values(making, kind.collection), making.first)
    except (Forbidden, NotFound) as error:
        why = why_unavailable(error)
        if why is None:
            raise
        return why


def _alone(kind: ResourceKind, about: JsonObject, like: Like) -> _Listed:
    """The only object of a kind without a list."""
    return _Listed([live(kind, expected(kind, about, kind.collection), like)], (about,))


def _values(kind: ResourceKind, listed: _Listed, like: Like) -> Iterator[Live]:
    return (one if isinstance(one, Live) else live(kind, one, like) for one in listed.found)


def why_unavailable(error: LagoError) -> Why | None:
    """Why a list can't be read, by what Lago answered; None for what is no such answer."""
    match error:
        case Forbidden(code=code):
            return Why.LICENCE if code == NO_LICENCE else Why.PERMISSION
        case NotFound(code="resource_not_found"):  # there is no such route
            return Why.RELEASE
        case _:
            return None


def _has_details(detail: Detail, answers: Mapping[str, Sequence[object]], server: Server) -> bool:
    return not server.has(detail.since) or bool(answers.get(detail.made_of, True))


def _whole(kind: ResourceKind, ask: Callable[[Row], Row], like: Like, row: Row) -> Live:
    return live(kind, ask(row), like)


def _with_detail(reader: Reader, kind: ResourceKind, detail: Detail, server: Server, row: Row) -> Row:
    parts = (kind.collection, row[kind.key])
    if not has_path(row[kind.key]):
        return row
    if detail.field and server.has(detail.since):
        return expected(kind, {**row, detail.field: reader.pages(*parts, detail.field)}, *parts, detail.field)
    return expected(kind, reader.one(kind.name, *parts), *parts)


def _organization(url: str, about: JsonObject, server: Server) -> Organization:
    major, minor = server.version
    return Organization(url, about["lago_id"], about.get("slug") or "", about["name"], f"{major}.{minor}")
