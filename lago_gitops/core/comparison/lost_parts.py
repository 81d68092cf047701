"""What changes take away from others: what has values of a part that goes, or is replaced, reads without them then."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import replace
from typing import Any

from lago_gitops.core.model.canonical import canonical
from lago_gitops.core.model.kind import ResourceKind
from lago_gitops.core.model.resources import Address, Change, FieldChange, Live, Update
from lago_gitops.core.model.types import Grants, Lock

Kinds = Mapping[str, ResourceKind]
Lost = Mapping[Address, frozenset[str]]
"""The codes of parts that are lost, by what they are parts of."""


def lost_parts(changes: Iterable[Change], kinds: Kinds) -> Lost:
    """What is deleted inside objects, for good or to come again."""
    return _parts(changes, kinds, _is_lost)


def deleted_parts(changes: Iterable[Change], kinds: Kinds) -> Lost:
    """What is deleted inside objects for good."""
    return _parts(changes, kinds, _is_deleted)


def with_losses(kind: ResourceKind, live: Live, lost: Lost) -> Live:
    """The object as it reads once the parts are gone."""
    data = dict(live.data)
    for field in kind.fields:
        if isinstance(field.type, Grants):
            data[field.name] = _granted(field.type, data.get(field.name) or {}, lost)
    return live if data == live.data else replace(live, data=data, fields=canonical(kind.object, data))


def _granted(grants: Grants, values: Mapping[str, Mapping[str, Any]], lost: Lost) -> Mapping[str, Any]:
    gone = {code: lost.get(Address(grants.kind, code), frozenset()) for code in values}
    return {
        code: {part: value for part, value in of.items() if part not in gone[code]} if gone[code] else of
        for code, of in values.items()
    }


def _parts(changes: Iterable[Change], kinds: Kinds, is_one: Callable[[FieldChange], bool]) -> Lost:
    parts = {
        change.address: frozenset(one.keys[1] for one in _inside(change, kinds[change.address.kind]) if is_one(one))
        for change in changes
        if isinstance(change, Update)
    }
    return {address: codes for address, codes in parts.items() if codes}


def _inside(change: Update, kind: ResourceKind) -> Iterator[FieldChange]:
    """Changes of parts that have to be deleted one by one."""
    merged = {nested.field for nested in kind.nested if nested.merges}
    return (one for one in change.fields if one.keys[0] in merged)


def _is_deleted(one: FieldChange) -> bool:
    return len(one.keys) == 2 and one.after is None


def _is_lost(one: FieldChange) -> bool:
    return _is_deleted(one) or one.lock is Lock.REPLACE
