"""What `cascade_updates` does to the overrides of a plan; without it, they don't change.

Lago does this a moment later, in jobs; here, it is done at once.
"""

from collections.abc import Iterator

from lago_gitops.sandbox.base.doc import Doc
from lago_gitops.sandbox.base.storage.kinds import PLAN, SUBSCRIPTION
from lago_gitops.sandbox.base.storage.store import Kind, Where
from lago_gitops.sandbox.base.world import Event, World, new_id

_LIVING = "ref = ? AND json_extract(doc, '$.status') IN ('active', 'pending')"
_ALWAYS_FOLLOWING = ("pricing_group_keys", "presentation_group_keys")
_PRICES = ("properties", "units")


def create(world: World, kind: Kind, plan: Doc, charge: Doc) -> None:
    """Create it on each override."""
    for child in _children(world, plan):
        own = charge | {"id": new_id(), "plan_id": child["id"], "parent_id": charge["id"]}
        world.store.save(kind, own)
        if "units" in own:
            _notify_units(world, own)


def update(world: World, kind: Kind, before: Doc, after: Doc, plan: Doc) -> None:
    """Update prices that still equal the plan's old ones exactly; code and group keys always."""
    for follower in _followers(world, kind, plan, after):
        changed = {**follower, "code": after["code"]}
        same_model = follower["charge_model"] == after["charge_model"]
        if same_model and all(follower.get(key) == before.get(key) for key in _PRICES):
            changed |= {key: after[key] for key in _PRICES if key in after}
        keys = {key: after["properties"][key] for key in _ALWAYS_FOLLOWING if key in after["properties"]}
        kept = {key: value for key, value in changed["properties"].items() if key not in _ALWAYS_FOLLOWING}
        world.store.save(kind, changed | {"properties": {**kept, **keys}})
        if changed.get("units") != follower.get("units"):
            _notify_units(world, changed)


def _notify_units(world: World, charge: Doc) -> None:
    world.notify(Event.UNITS_CHANGED, {"charge": charge, "subscription": None, "immediately": False})


def delete(world: World, kind: Kind, plan: Doc, charge: Doc) -> None:
    for follower in _followers(world, kind, plan, charge):
        world.store.save(kind, follower | {"deleted_at": world.stamp()})


def amount(world: World, before: Doc, after: Doc) -> None:
    """Update the overrides that still have the old amount."""
    for child in world.store.children(PLAN, after["id"]):
        if child["amount_cents"] == before["amount_cents"]:
            world.store.save(PLAN, child | {"amount_cents": after["amount_cents"]})


def _children(world: World, plan: Doc) -> Iterator[Doc]:
    """The overrides with an active or pending subscription."""
    for child in world.store.children(PLAN, plan["id"]):
        if world.store.first(SUBSCRIPTION, Where(_LIVING, (child["id"],))) is not None:
            yield child


def _followers(world: World, kind: Kind, plan: Doc, charge: Doc) -> Iterator[Doc]:
    for child in _children(world, plan):
        for own in world.store.children(kind, child["id"]):
            if own["parent_id"] == charge["id"]:
                yield own
