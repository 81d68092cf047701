"""The organization behind a key, read whole."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from functools import partial

from lago_gitops.core.assessment.unavailable import Why
from lago_gitops.core.comparison.abilities.server import Server, server_of
from lago_gitops.core.comparison.live import live
from lago_gitops.core.model.kind import Detail, ResourceKind
from lago_gitops.core.model.resources import Address, Live
from lago_gitops.core.plan import Organization
from lago_gitops.lago.client import Reader
from lago_gitops.lago.errors import NO_LICENCE, Forbidden, LagoError, NotFound
from lago_gitops.lago.http.payload import JsonObject
from lago_gitops.lago.http.threads import threads
from lago_gitops.lago.reading.expected import expected, whoami

Answers = Mapping[str, list[JsonObject]]


@dataclass(frozen=True, slots=True)
class Inventory:
    """Everything that Lago has of the kinds asked for. `unavailable` kinds could not be listed, for a reason: that is
    not none."""

    organization: Organization
    server: Server
    live: Mapping[Address, Live]
    unavailable: Mapping[str, Why] = field(default_factory=dict)

    @property
    def defaults(self) -> dict[str, Address]:
        """By kind the object that shares its facts with others."""
        return {one.address.kind: one.address for one in self.live.values() if one.is_default}


def inventory(reader: Reader, url: str, kinds: Iterable[ResourceKind], *, concurrency: int) -> Inventory:
    """Read all lists at the same time, then what lists leave out, then put them into values. Raises LagoError."""
    wanted = tuple(kinds)
    with threads(concurrency, "inventory") as pool:
        own = pool.submit(whoami, reader)
        listed = tuple(kind for kind in wanted if kind.key)
        lists = dict(zip((kind.name for kind in listed), pool.map(partial(_list, reader), listed), strict=True))
        about = own.result()
        answers = {name: found for name, found in lists.items() if not isinstance(found, Why)}
        answers |= {kind.name: [expected(kind, about, kind.collection)] for kind in wanted if not kind.key}
        server = server_of({**answers, "organization": [about]}, wanted)
        for kind in wanted:
            if kind.detail is not None and _has_details(kind.detail, answers, server):
                ask = partial(_with_detail, reader, kind, kind.detail, server)
                rows = answers.get(kind.name, [])
                reader.foretell(len(rows))
                answers[kind.name] = list(pool.map(ask, rows))
    found = (live(kind, answer) for kind in wanted for answer in answers.get(kind.name, ()))
    return Inventory(
        organization=_organization(url, about, server),
        server=server,
        live={one.address: one for one in found},
        unavailable={name: why for name, why in lists.items() if isinstance(why, Why)},
    )


def _list(reader: Reader, kind: ResourceKind) -> list[JsonObject] | Why:
    try:
        rows = reader.pages(kind.collection)
    except (Forbidden, NotFound) as error:
        why = why_unavailable(error)
        if why is None:
            raise
        return why
    return [expected(kind, row, kind.collection) for row in rows]


def why_unavailable(error: LagoError) -> Why | None:
    """Why a list can't be read, by what Lago answered; None for what is no such answer."""
    match error:
        case Forbidden(code=code):
            return Why.LICENCE if code == NO_LICENCE else Why.PERMISSION
        case NotFound(code="resource_not_found"):  # there is no such route
            return Why.RELEASE
        case _:
            return None


def _has_details(detail: Detail, answers: Answers, server: Server) -> bool:
    return not server.has(detail.since) or bool(answers.get(detail.made_of, True))


def _with_detail(reader: Reader, kind: ResourceKind, detail: Detail, server: Server, row: JsonObject) -> JsonObject:
    parts = (kind.collection, row[kind.key])
    if detail.field and server.has(detail.since):
        return expected(kind, {**row, detail.field: reader.pages(*parts, detail.field)}, *parts, detail.field)
    return expected(kind, reader.one(kind.name, *parts), *parts)


def _organization(url: str, about: JsonObject, server: Server) -> Organization:
    major, minor = server.version
    return Organization(url, about["lago_id"], about.get("slug") or "", about["name"], f"{major}.{minor}")
