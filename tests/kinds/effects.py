"""Changes of resources and what they come to, through the real tables."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

from lago_gitops.core.comparison.diff import field_changes
from lago_gitops.core.comparison.referrers import remaining_referrers
from lago_gitops.core.model.canonical import canonical
from lago_gitops.core.model.effects import Effect, Situation
from lago_gitops.core.model.problem import Mark
from lago_gitops.core.model.resources import Address, Change, Create, Delete, Desired, Live, Update
from lago_gitops.kinds import KINDS

NOW = "2027-06-01T00:00:00Z"


def desired(data: Mapping[str, Any], **more: Any) -> Desired:
    kind = KINDS[data["kind"]]
    return Desired(kind.address(data), canonical(kind.object, data), Mark(f"{data['kind']}.yaml"), **more)


def live(data: Mapping[str, Any]) -> Live:
    one = desired(data)
    return Live(one.address, "1", one.fields, data)


def create(data: Mapping[str, Any]) -> Create:
    return Create(desired(data))


def update(before: Mapping[str, Any], **fields: Any) -> Update:
    there, wanted = live(before), desired({**before, **fields})
    return Update(wanted, there, field_changes(KINDS[before["kind"]].object, there.fields, wanted.fields))


def delete(data: Mapping[str, Any]) -> Delete:
    return Delete(replace(desired(data), fields={}, absent=True), live(data))


def effects(
    change: Change,
    *others: Mapping[str, Any],
    counts: Mapping[Address, Mapping[str, int]] | None = None,
    with_: Sequence[Change] = (),
) -> list[str]:
    """What the rules of its kind say of a change, among other live resources and changes, in words."""
    changes = (change, *with_)
    there = [one.live for one in changes if not isinstance(one, Create)] + [live(other) for other in others]
    by_address = {one.address: one for one in there}
    referrers = remaining_referrers(changes, by_address, KINDS)
    situation = Situation(by_address, changes, counts or {}, referrers, NOW)
    found = [one for rule in KINDS[change.address.kind].effects for one in rule(change, situation)]
    return [one.sentence if isinstance(one, Effect) else f"refused: {one.message}" for one in found]
