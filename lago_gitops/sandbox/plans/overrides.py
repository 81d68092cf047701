"""Overridden plans: a copy of a plan for one subscription, under the same code, which takes a licence."""

from lago_gitops.sandbox.base.casts import assigned, floating, integer, text
from lago_gitops.sandbox.base.doc import Doc
from lago_gitops.sandbox.base.kinds import CHARGE, FIXED_CHARGE, PLAN
from lago_gitops.sandbox.base.store import Kind
from lago_gitops.sandbox.base.world import World, new_id

_CASTS = {
    "name": text,
    "invoice_display_name": text,
    "description": text,
    "amount_cents": integer,
    "amount_currency": text,
    "trial_period": floating,
}


def child(world: World, plan: Doc, params: Doc) -> Doc:
    """The copy, with its own attributes and charge properties where `params` has some."""
    copy = plan | {"id": new_id(), "parent_id": plan["id"], "created_at": world.stamp()} | assigned(params, _CASTS)
    world.store.save(PLAN, copy)
    given = params.get("charges", [])
    changes = {item.get("id"): item for item in given if isinstance(item, dict)} if isinstance(given, list) else {}
    for kind in (CHARGE, FIXED_CHARGE):
        _copy_charges(world, kind, plan, copy, changes)
    return copy


def _copy_charges(world: World, kind: Kind, plan: Doc, copy: Doc, changes: dict[object, Doc]) -> None:
    for charge in world.store.children(kind, plan["id"]):
        own = changes.get(charge["id"], {})
        properties = own.get("properties") or charge["properties"]
        changed = {"id": new_id(), "plan_id": copy["id"], "parent_id": charge["id"], "properties": properties}
        world.store.save(kind, charge | changed)
