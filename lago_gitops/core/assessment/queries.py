"""What Lago must be asked before changes can be assessed, and no more."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from lago_gitops.core.assessment.refusals import locked_changes
from lago_gitops.core.model.effects import Count
from lago_gitops.core.model.kind import ResourceKind
from lago_gitops.core.model.references import kinds_named, references
from lago_gitops.core.model.resources import Address, Change, Create, Delete, Live, Update
from lago_gitops.core.model.types import Lock

Kinds = Mapping[str, ResourceKind]


@dataclass(frozen=True, slots=True)
class AudienceQuery:
    """Of which objects the subscriptions matter; with none of them, how many there are in all.

    `moves`: who waits to move from one to another. `own`: what overridden ones, which Lago doesn't list, are made of;
    `ended`: also those that have ended, whose plans stay. `copies`: of what there are such plans at all.
    `since`: when what is there was made; what is older is of another one that had the same code, and went with it.
    """

    objects: frozenset[Address]
    moves: bool
    own: bool
    ended: bool = False
    copies: bool = False
    since: Mapping[Address, str] = field(default_factory=dict, compare=False)


def count_queries(changes: Iterable[Change], kinds: Kinds) -> Iterator[tuple[Live, Count]]:
    """Each count that a change depends on, with the live resource counted."""
    for change in changes:
        if not isinstance(change, Create):
            yield from ((change.live, one) for one in kinds[change.address.kind].counts if _depends_on(change, one))


def _depends_on(change: Update | Delete, of: Count) -> bool:
    return isinstance(change, Delete) or not of.fields or any(one.keys[0] in of.fields for one in change.fields)


def audience_query(changes: Sequence[Change], there: Mapping[Address, Live], kinds: Kinds) -> AudienceQuery | None:
    """None where no change can reach a subscription."""
    reaching = _reaching(kinds)
    mine = [one for one in changes if one.address.kind in reaching and _reaches(one, kinds)]
    if not mine:
        return None
    updates = (one for one in mine if isinstance(one, Update))
    return AudienceQuery(
        objects=frozenset(_objects(mine, there, kinds)),
        moves=any(kinds[one.address.kind].is_subscribed for one in updates),
        own=any(_may_hide_users(one, kinds[one.address.kind]) for one in mine),
        ended=any(kinds[one.address.kind].is_on_own_plans and locked_changes(one) for one in mine),
        copies=any(_names_copied(one, kinds) for one in mine),
        since={address: one.created_at for address, one in there.items() if kinds[address.kind].is_subscribed},
    )


def _reaching(kinds: Kinds) -> frozenset[str]:
    """Kinds that subscriptions name, that those refer to, and that show on invoices in other ways."""
    subscribed = [kind for kind in kinds.values() if kind.is_subscribed]
    named = (name for kind in subscribed for name in kinds_named(kind.object))
    shown = (kind.name for kind in kinds.values() if kind.is_subscribed or kind.on_invoices)
    return frozenset((*named, *shown))


def _reaches(change: Change, kinds: Kinds) -> bool:
    """What is new reaches nobody, unless it is written to something that is there."""
    if not isinstance(change, Create):
        return True
    fields = kinds[change.address.kind].fields
    return any(one.same_as is not None and change.desired.fields.get(one.name) for one in fields)


def _objects(changes: Iterable[Change], there: Mapping[Address, Live], kinds: Kinds) -> Iterator[Address]:
    """Those that change, that what changes refers to, and that refer to it."""
    touched = {change.live.address for change in changes if not isinstance(change, Create)}
    named = {target for one in touched for target in _targets(one, there[one].fields, kinds)}
    for change in changes:
        if isinstance(change, Update):
            named |= _targets(change.address, change.desired.fields, kinds)
    for address, one in there.items():
        if kinds[address.kind].is_subscribed and (
            address in touched | named or not touched.isdisjoint(_targets(address, one.fields, kinds))
        ):
            yield address


def _targets(address: Address, fields: Mapping[str, Any], kinds: Kinds) -> frozenset[Address]:
    return frozenset(target for _, target in references(kinds[address.kind].object, fields))


def _names_copied(change: Change, kinds: Kinds) -> bool:
    """Whether it is an update of what names something that can have copies, and of which they count."""
    if not kinds[change.address.kind].counts_copies or not isinstance(change, Update):
        return False
    return any(kinds[to.kind].is_subscribed for to in _targets(change.address, change.desired.fields, kinds))


def _may_hide_users(change: Change, kind: ResourceKind) -> bool:
    """Whether it matters that something uses it that Lago does not list."""
    if not kind.is_on_own_plans or isinstance(change, Create):
        return False
    telling = {*kind.billed_on_own_plans, *(field.name for field in kind.fields if field.grows_first)}
    return isinstance(change, Delete) or any(one.lock is Lock.IN_USE or one.keys[0] in telling for one in change.fields)
