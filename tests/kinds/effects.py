"""Changes of resources and what they come to, through the real tables."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

from lago_gitops.core.comparison.diff import field_changes
from lago_gitops.core.comparison.referrers import remaining_referrers
from lago_gitops.core.comparison.renames import with_renames
from lago_gitops.core.model.audience import NO_AUDIENCE, Audience, Subscribers
from lago_gitops.core.model.canonical import canonical
from lago_gitops.core.model.effects import Effect, Situation
from lago_gitops.core.model.problem import Mark
from lago_gitops.core.model.resources import Address, Change, Create, Delete, Desired, Live, Refusal, Update
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


def found(
    change: Change,
    *others: Mapping[str, Any],
    counts: Mapping[Address, Mapping[str, int | None]] | None = None,
    with_: Sequence[Change] = (),
    audience: Audience = NO_AUDIENCE,
    version: tuple[int, int] = (1, 51),
) -> list[Effect | Refusal]:
    """What the rules of its kind say of a change, among other live resources and changes."""
    changes = (change, *with_)
    there = [one.live for one in changes if not isinstance(one, Create)] + [live(other) for other in others]
    by_address = {one.address: one for one in there}
    renames = {one.live.address: one.address for one in changes if isinstance(one, Update)}
    following = {address: with_renames(KINDS[address.kind], one, renames) for address, one in by_address.items()}
    referrers = remaining_referrers(changes, following, KINDS)
    situation = Situation(by_address, changes, counts or {}, referrers, NOW, audience=audience, version=version)
    return [one for rule in KINDS[change.address.kind].effects for one in rule(change, situation)]


def effects(change: Change, *others: Mapping[str, Any], **more: Any) -> list[str]:
    """The same in words."""
    said = found(change, *others, **more)
    return [one.sentence if isinstance(one, Effect) else f"refused: {one.message}" for one in said]


def on(plan: str, active: int | None = 0, pending: int | None = 0, own: int | None = 0, **more: Any) -> Audience:
    """Subscribers of one plan, and nobody else. `moves` and lists of plans are the audience's, the rest the plan's."""
    ours = {name: more.pop(name) for name in ("moves", "own_plans", "ended_plans") if name in more}
    subscribers = Subscribers(active, pending, own, **more)
    return Audience(subscribers.all, {Address("plan", plan): subscribers}, **ours)
