"""From what is wanted and what is there to what has to change."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any

from lago_gitops.core.comparison.abilities.licence import licensed
from lago_gitops.core.comparison.abilities.server import Server
from lago_gitops.core.comparison.abilities.versions import known_to, unknown_to
from lago_gitops.core.comparison.diff import field_changes
from lago_gitops.core.comparison.live import named_like
from lago_gitops.core.comparison.lost_parts import Lost, deleted_parts, lost_parts, with_losses
from lago_gitops.core.comparison.renames import with_renames
from lago_gitops.core.model.kind import ResourceKind
from lago_gitops.core.model.resources import Address, Change, Create, Delete, Desired, Live, Update
from lago_gitops.core.model.types import Object
from lago_gitops.core.validation.ignored import has_place, ignored_keys

Kinds = Mapping[str, ResourceKind]
Fields = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Unknown:
    """A field that the manifest fills and the server would drop, so that it is not sent.

    `since` is the release that brought it; empty where it is a licence that the server lacks.
    """

    address: Address
    field: str
    since: str


@dataclass(frozen=True, slots=True)
class Comparison:
    """`changes` are in manifest order; `unmanaged` is what no manifest mentions.

    `live` is what the changes were found against: what is there, with references already under their new codes.
    `server` is whose it is.
    """

    changes: tuple[Change, ...]
    unchanged: int
    unmanaged: tuple[Address, ...]
    unknown: tuple[Unknown, ...]
    going: tuple[Desired, ...]  # what is wanted, and Lago is about to delete: neither there nor gone
    live: Mapping[Address, Live]
    server: Server

    def left_out(self, address: Address) -> tuple[str, ...]:
        """The fields that are not sent since the server has no licence."""
        return tuple(one.field for one in self.unknown if one.address == address and not one.since)


def compare(
    wanted: Iterable[Desired],
    there: Mapping[Address, Live],
    kinds: Kinds,
    server: Server,
    described: Iterable[Desired] = (),
) -> Comparison:
    """What has to change for the organization to be as manifests say. `described` are those that it is not about, too.

    What changes take away from others has to come again, so that it is among what changes.
    """
    pairs = _pairs(wanted, there, kinds)
    changes = pairs.changes(kinds, server)
    if lost := lost_parts(changes, kinds):
        pairs = pairs.without(lost, deleted_parts(changes, kinds), kinds)
        changes = pairs.changes(kinds, server)
    return _comparison(pairs, changes, kinds, server, described)


def compare_as_is(wanted: Iterable[Desired], there: Mapping[Address, Live], kinds: Kinds, server: Server) -> Comparison:
    """What separates the organization from manifests now, whatever it would take to change it."""
    pairs = _pairs(wanted, there, kinds)
    return _comparison(pairs, pairs.changes(kinds, server), kinds, server)


@dataclass(frozen=True, slots=True)
class _Pairs:
    """What is wanted, and what is there for it: `live` is all of `there` with references under their new codes, and
    `like` has the partners of what is wanted."""

    wanted: tuple[Desired, ...]
    there: Mapping[Address, Live]
    live: Mapping[Address, Live]
    like: Mapping[Address, Live]

    def changes(self, kinds: Kinds, server: Server) -> tuple[Change, ...]:
        return tuple(one for item in self.wanted for one in _change(item, self.like.get(item.address), kinds, server))

    def without(self, lost: Lost, deleted: Lost, kinds: Kinds) -> "_Pairs":
        """As what is there reads once it has lost those parts, but for what goes itself; what is ignored of those that
        come again is wanted again."""
        staying = [one.address for one in self.wanted if not one.absent and one.address in self.like]
        reads = {address: with_losses(kinds[address.kind], self.like[address], lost) for address in staying}
        kept = {address: with_losses(kinds[address.kind], self.like[address], deleted) for address in staying}
        wanted = tuple(
            _wanted_again(one, kept[one.address], reads[one.address], kinds) if one.address in reads else one
            for one in self.wanted
        )
        return replace(self, wanted=wanted, like={**self.like, **reads})


def _pairs(wanted: Iterable[Desired], there: Mapping[Address, Live], kinds: Kinds) -> _Pairs:
    all_ = tuple(wanted)
    partners = {item.address: found for item in all_ if (found := _partner(item, there)) is not None}
    renames = {found.address: address for address, found in partners.items() if found.address != address}
    live = {old: with_renames(kinds[old.kind], found, renames) for old, found in there.items()} if renames else there
    return _Pairs(all_, there, live, {address: live[partner.address] for address, partner in partners.items()})


def _comparison(
    pairs: _Pairs,
    changes: tuple[Change, ...],
    kinds: Kinds,
    server: Server,
    described: Iterable[Desired] = (),
) -> Comparison:
    staying = tuple(item for item in pairs.wanted if not item.absent)
    taken = {
        partner.address for one in (*pairs.wanted, *described) if (partner := _partner(one, pairs.there)) is not None
    }
    going = tuple(item for item in staying if _is_going(pairs.like.get(item.address)))
    return Comparison(
        changes=changes,
        unchanged=len(staying) - sum(not isinstance(change, Delete) for change in changes) - len(going),
        unmanaged=tuple(
            sorted(address for address in pairs.there if address not in taken and not kinds[address.kind].fixed)
        ),
        unknown=tuple(
            one for item in pairs.wanted for one in _unknown(item, pairs.like.get(item.address), kinds, server)
        ),
        going=going,
        live=pairs.live,
        server=server,
    )


def needed_update(wanted: Desired, live: Live, kind: ResourceKind, server: Server) -> Update | None:
    """What turns the one into the other; None where they mean the same.

    The desired state of the update has Lago's values where the manifest says `ignore` or the server lacks a licence,
    and lacks the fields that the server is too old for.
    """
    known = _for_server(wanted, kind, server)
    like = named_like(kind, live, known, server)
    fields = known.fields
    for path in wanted.ignore:
        fields = _left_to_others(kind.object, fields, like.fields, path)
    changes = field_changes(kind.object, like.fields, fields)
    kept = tuple(change for change in changes if not (change.licence and server.licence is False))
    for change in changes:
        if change not in kept:
            fields = with_value(fields, change.keys, change.before)
    return Update(replace(known, fields=fields), like, kept) if kept else None


def with_value(fields: Fields, keys: tuple[Any, ...], value: Any) -> Fields:
    """The same fields with another value at the end of the path; None removes the value."""
    first, *rest = keys
    if rest:
        return {**fields, first: with_value(fields.get(first) or {}, tuple(rest), value)}
    if value is None:
        return {key: kept for key, kept in fields.items() if key != first}
    return {**fields, first: value}


def value_at(fields: Fields, keys: tuple[Any, ...]) -> Any:
    """None where the way leads to nothing."""
    value: Any = fields
    for key in keys:
        value = None if value is None else value.get(key)
    return value


def _is_going(live: Live | None) -> bool:
    return live is not None and live.pending_deletion


def _partner(wanted: Desired, there: Mapping[Address, Live]) -> Live | None:
    kind, key = wanted.address.kind, wanted.address.key
    candidates = (there.get(Address(kind, code)) for code in (key, *wanted.previously))
    return next((found for found in candidates if found is not None), None)


def _change(wanted: Desired, live: Live | None, kinds: Kinds, server: Server) -> Iterator[Change]:
    match wanted.absent, live:
        case True, None | Live(pending_deletion=True):
            return
        case True, Live():
            yield Delete(wanted, live)
        case False, None:
            yield Create(_for_server(wanted, kinds[wanted.address.kind], server))
        case False, Live(pending_deletion=False):
            change = needed_update(wanted, live, kinds[wanted.address.kind], server)
            if change is not None:
                yield change


def _for_server(wanted: Desired, kind: ResourceKind, server: Server) -> Desired:
    """Without the fields that the server would drop."""
    return replace(wanted, fields=known_to(server, kind.object, wanted.fields))


def _unknown(wanted: Desired, live: Live | None, kinds: Kinds, server: Server) -> Iterator[Unknown]:
    kind = kinds[wanted.address.kind]
    for dropped in unknown_to(server, kind.object, wanted.fields):
        yield Unknown(wanted.address, dropped.name, dropped.since)
    if server.licence is False:
        yield from (Unknown(wanted.address, path, "") for path in _unlicensed(wanted, live, kind, server))


def _unlicensed(wanted: Desired, live: Live | None, kind: ResourceKind, server: Server) -> Iterator[str]:
    """The licensed fields that stay as Lago has them, which is not as the manifest says."""
    if live is None:
        yield from licensed(kind.object, wanted.fields)
        return
    like, fields = named_like(kind, live, wanted, server), wanted.fields
    for path in wanted.ignore:
        fields = _left_to_others(kind.object, fields, like.fields, path)
    differing = [one.where for one in field_changes(kind.object, like.fields, fields)]
    there = dict.fromkeys(licensed(kind.object, like.fields))
    for path in dict.fromkeys((*licensed(kind.object, fields), *there)):
        if path not in there or any(where == path or where.startswith((f"{path}.", f"{path}[")) for where in differing):
            yield path


def _wanted_again(wanted: Desired, kept: Live, reads: Live, kinds: Kinds) -> Desired:
    """With what it ignores, where that reads otherwise now, as Lago had it."""
    object_, fields, ignore = kinds[wanted.address.kind].object, wanted.fields, list(wanted.ignore)
    for path in wanted.ignore:
        theirs = _left_to_others(object_, fields, kept.fields, path)
        if theirs != _left_to_others(object_, fields, reads.fields, path):
            fields = theirs
            ignore.remove(path)
    return replace(wanted, fields=fields, ignore=tuple(ignore))


def _left_to_others(object_: Object, fields: Fields, there: Fields, path: str) -> Fields:
    """The wanted fields with what Lago has at the end of the path, unless all around it is to come or to go, or only
    one of the two has a place for it."""
    for keys in dict.fromkeys((*ignored_keys(object_, fields, path), *ignored_keys(object_, there, path))):
        around, around_there = value_at(fields, keys[:-1]), value_at(there, keys[:-1])
        if around is None or around_there is None:
            continue
        if has_place(object_, fields, keys) is has_place(object_, there, keys):
            fields = with_value(fields, keys, around_there.get(keys[-1]))
    return fields
