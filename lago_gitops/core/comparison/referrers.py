"""Who refers to whom once the changes are made."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from lago_gitops.core.model.kind import ResourceKind
from lago_gitops.core.model.references import references
from lago_gitops.core.model.resources import Address, Change, Create, Delete, Live

Kinds = Mapping[str, ResourceKind]


def remaining_referrers(
    changes: Iterable[Change], live: Mapping[Address, Live], kinds: Kinds
) -> Mapping[Address, Sequence[Address]]:
    """For each address the live objects that refer to it now and go on doing so, in the order of `live`; of no changes
    nobody asks."""
    all_ = tuple(changes)
    changed = {change.live.address: change for change in all_ if not isinstance(change, Create)}
    referrers: dict[Address, list[Address]] = {}
    for address, one in live.items() if all_ else ():
        change = changed.get(address)
        after = {} if isinstance(change, Delete) else one.fields if change is None else change.desired.fields
        for target in sorted(_targets(address, one.fields, kinds) & _targets(address, after, kinds)):
            referrers.setdefault(target, []).append(address)
    return referrers


def _targets(address: Address, fields: Mapping[str, Any], kinds: Kinds) -> frozenset[Address]:
    return frozenset(target for _, target in references(kinds[address.kind].object, fields))
