"""Whether an object is still what the plan saw, and what of the plan is left to do."""

from collections.abc import Set
from dataclasses import dataclass, replace
from typing import Any

from lago_gitops.core.comparison.abilities.server import Server
from lago_gitops.core.comparison.compare import needed_update
from lago_gitops.core.execution.own_writes import Place
from lago_gitops.core.model.kind import ResourceKind
from lago_gitops.core.model.resources import Delete, Desired, FieldChange, Live, Update


@dataclass(frozen=True, slots=True)
class Stale:
    """Somebody else changed the object after the plan was created, so the plan no longer applies."""

    message: str


def left_to_do(
    planned: Update, live: Live | None, kind: ResourceKind, server: Server, own: Set[Place] = frozenset()
) -> Update | Stale | None:
    """The planned update of the object as it is now; None where it is as wanted already.

    Each field may be as the plan saw it or as it is wanted. Anything else is somebody else's change, and stays, but for
    the places that writes of the same run reach.
    """
    if live is None:
        return Stale("it no longer exists")
    if live.pending_deletion:
        return Stale("Lago is deleting it")
    if live.address != planned.live.address and live.lago_id != planned.live.lago_id:
        return Stale(f"another {kind.name} has taken its new code since")
    left = needed_update(planned.desired, live, kind, server)
    if left is None:
        return None
    seen = {name: value for name, value in planned.live.fields.items() if name in planned.desired.fields}
    moved = needed_update(replace(planned.desired, fields=seen), live, kind, server)
    foreign = () if moved is None else _overlapping(moved, left, own)
    return _changed(foreign) if foreign else left


def obstacle(
    planned: Delete, live: Live, kind: ResourceKind, server: Server, own: Set[Place] = frozenset()
) -> Stale | None:
    """Why what is there now is not what was to be deleted."""
    if live.lago_id != planned.live.lago_id:
        return Stale(f"another {kind.name} has taken its code since")
    moved = needed_update(seen_by(planned), live, kind, server)
    foreign = () if moved is None else tuple(one.where for one in moved.fields if not _is_reached(one, own))
    return _changed(foreign) if foreign else None


def seen_by(planned: Delete) -> Desired:
    """What the plan saw, as if it were wanted."""
    return replace(planned.desired, address=planned.live.address, fields=planned.live.fields, ignore=())


def _overlapping(moved: Update, left: Update, own: Set[Place]) -> tuple[str, ...]:
    """What moved and is not where it is wanted: the rest moved there by itself."""
    return tuple(
        one.where
        for one in moved.fields
        if not _is_reached(one, own) and any(_is_within(one.keys, other.keys) for other in left.fields)
    )


def _is_reached(change: FieldChange, own: Set[Place]) -> bool:
    return any(_is_within(change.keys, place) for place in own)


def _is_within(one: tuple[Any, ...], other: tuple[Any, ...]) -> bool:
    """Whether one of two paths leads through the end of the other."""
    shorter = min(len(one), len(other))
    return one[:shorter] == other[:shorter]


def _changed(places: tuple[str, ...]) -> Stale:
    return Stale(f"somebody changed {', '.join(places)} after the plan was made")
