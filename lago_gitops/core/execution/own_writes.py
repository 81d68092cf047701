"""What the writes of a run change besides the objects they are sent to, so that none is taken for somebody else's."""

from collections.abc import Iterator, Mapping, Sequence, Set
from typing import Any

from lago_gitops.core.comparison.lost_parts import lost_parts
from lago_gitops.core.model.kind import ResourceKind
from lago_gitops.core.model.references import references
from lago_gitops.core.model.resources import Address, Change, Create, Delete, Update

Kinds = Mapping[str, ResourceKind]
Place = tuple[Any, ...]
"""The path to a value in the canonical fields, including everything below."""
Named = tuple[str, str]
"""A kind and one of its fields."""


def reached(changes: Sequence[Change], kinds: Kinds) -> Mapping[Address, frozenset[Place]]:
    """By live address the places of each changed object that other changes of the same run reach."""
    gone = {change.live.address for change in changes if isinstance(change, Delete)}
    losing = lost_parts(changes, kinds).keys()
    told = {one.same_as[0] for kind in kinds.values() for one in kind.fields if one.same_as}
    telling = [change for change in changes if change.address.kind in told]  # others can do without: there may be many
    written = {(change.address.kind, field) for change in telling for field in written_fields(change)}
    shown = {field for change in changes for field in shows_in(change, kinds)}
    places: dict[Address, frozenset[Place]] = {}
    for change in changes:
        if not isinstance(change, Create):
            kind = kinds[change.address.kind]
            same = ((one.name,) for one in kind.fields if one.same_as in written or (kind.name, one.name) in shown)
            places[change.live.address] = frozenset((*same, *_around(change, gone, losing, kind)))
    return places


def shows_in(change: Change, kinds: Kinds) -> Iterator[Named]:
    """The fields of other kinds that a change writes, too, since they are the same fact."""
    shared = {one.name: one.same_as for one in kinds[change.address.kind].fields if one.same_as is not None}
    if shared:
        yield from (shared[name] for name in written_fields(change) if name in shared)


def written_fields(change: Change) -> Iterator[str]:
    """The names of the fields that a change gives a value or takes one from."""
    match change:
        case Create(desired):
            yield from (name for name, value in desired.fields.items() if value is not None)
        case Update():
            yield from (one.keys[0] for one in change.fields)
        case Delete():  # the last of its union
            yield from change.live.fields


def _around(change: Update | Delete, gone: Set[Address], losing: Set[Address], kind: ResourceKind) -> Iterator[Place]:
    """Lists and items that refer to what is deleted: Lago takes them out; and what is granted of what loses parts."""
    for way, target in references(kind.object, change.live.fields):
        if target in gone:
            yield way[:-1]
        elif target in losing:
            yield way
