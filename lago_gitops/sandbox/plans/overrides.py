"""Overridden plans: copies of a plan for one subscription, with the same code. They take a licence.

Parts of a plan or charge with their own tables, such as taxes and the minimum commitment, aren't copied.
"""

from collections.abc import Mapping
from typing import Any

from lago_gitops.sandbox.base.doc import Doc
from lago_gitops.sandbox.base.http.params import Many, One, Schema, Shape, permit, scalars
from lago_gitops.sandbox.base.storage.kinds import CHARGE, FIXED_CHARGE, METRIC, PLAN
from lago_gitops.sandbox.base.storage.store import Kind
from lago_gitops.sandbox.base.values.casts import assigned, floating, integer, text
from lago_gitops.sandbox.base.world import World, new_id
from lago_gitops.sandbox.catalog import taxes
from lago_gitops.sandbox.plans import (
    charge_filters,
    charge_models,
    charges,
    commitments,
    fixed_charges,
    pricing_units,
    thresholds,
)

_CASTS = {
    "name": text,
    "invoice_display_name": text,
    "description": text,
    "amount_cents": integer,
    "amount_currency": text,
    "trial_period": floating,
}
CHARGE_SCHEMA: Schema = {
    **scalars(("invoice_display_name", "min_amount_cents")),
    "properties": Shape.OBJECT,
    "filters": Many(charge_filters.SCHEMA),
    "tax_codes": Shape.SCALARS,
    "applied_pricing_unit": One(scalars(("code", "conversion_rate"))),
}
FIXED_CHARGE_SCHEMA: Schema = {
    **scalars(("invoice_display_name", "units", "apply_units_immediately")),
    "properties": Shape.OBJECT,
    "tax_codes": Shape.SCALARS,
}
_SCHEMA: Schema = {
    **scalars(_CASTS),
    "tax_codes": Shape.SCALARS,
    "minimum_commitment": One(commitments.SCHEMA),
    "usage_thresholds": Many(thresholds.SCHEMA),
    "charges": Many({**CHARGE_SCHEMA, "id": Shape.SCALAR}),
    "fixed_charges": Many({**FIXED_CHARGE_SCHEMA, "id": Shape.SCALAR}),
}


def child(world: World, plan: Doc, given: Doc) -> Doc:
    """The copy, with what `given`, the plan_overrides of a request, says of it. Charges are named by id alone."""
    params = permit(given, _SCHEMA)
    copy = {
        **plan,
        "id": new_id(),
        "parent_id": plan["id"],
        "created_at": world.stamp(),
        "metadata": None,
        "tax_ids": [],
        "commitment": None,
        "thresholds": [],
        **assigned(params, _CASTS),
    }
    _write_parts(world, copy, params)
    for kind, override, schema in _KINDS:
        wanted = {item.get("id"): permit(item, schema) for item in params.get(f"{kind.name}s", ())}
        for charge in world.store.children(kind, plan["id"]):
            override(world, charge, copy, wanted.get(charge["id"], {}))
    return copy


def _write_parts(world: World, plan: Doc, params: Doc) -> None:
    if "tax_codes" in params:
        plan["tax_ids"] = taxes.ids_of_codes(world, params["tax_codes"])
    if params.get("minimum_commitment"):
        plan["commitment"] = commitments.written(world, None, params["minimum_commitment"])
    if params.get("usage_thresholds") and world.has("progressive_billing"):
        plan["thresholds"] = thresholds.written(world, [], params["usage_thresholds"])
    world.store.save(PLAN, plan)


def charge(world: World, parent: Doc, plan: Doc, params: Doc) -> Doc:
    """A copy of a charge on an overridden plan."""
    copy = _copied(world, parent, plan)
    copy["filters"] = [each | {"id": new_id()} for each in parent["filters"]]
    return changed_charge(world, copy, params)


def fixed_charge(world: World, parent: Doc, plan: Doc, params: Doc) -> Doc:
    return changed_fixed_charge(world, _copied(world, parent, plan), params)


def _copied(world: World, parent: Doc, plan: Doc) -> Doc:
    own = {"id": new_id(), "plan_id": plan["id"], "parent_id": parent["id"], "created_at": world.stamp()}
    return parent | own | {"tax_ids": []}


def changed_charge(world: World, charge: Doc, params: Doc) -> Doc:
    """Changes the keys sent, but never model or metric."""
    changed = charge | _common(world, params)
    if "min_amount_cents" in params:
        changed["min_amount_cents"] = integer(params["min_amount_cents"]) or 0
    metric = world.store.with_deleted(METRIC, charge["metric_id"])
    if "properties" in params:
        changed["properties"] = charge_models.sliced(world, changed["charge_model"], metric, params["properties"])
    charges.check(world, changed, metric)
    if "filters" in params:
        changed["filters"] = charge_filters.synced(world, changed, metric, params["filters"])
    if changed["pricing_unit"]:
        changed["pricing_unit"] = pricing_units.updated(changed["pricing_unit"], params.get("applied_pricing_unit"))
    world.store.save(CHARGE, changed)
    return changed


def changed_fixed_charge(world: World, charge: Doc, params: Doc) -> Doc:
    """Changes the keys sent, but never the model."""
    changed = charge | _common(world, params)
    if params.get("properties"):
        changed["properties"] = charge_models.sliced(
            world, changed["charge_model"], fixed_charges.NO_METRIC, params["properties"]
        )
    units = params.get("units", charge["units"])
    fixed_charges.check(world, changed, units)
    changed["units"] = fixed_charges.UNITS(units)
    world.store.save(FIXED_CHARGE, changed)
    return changed


def _common(world: World, params: Mapping[str, Any]) -> Doc:
    fields = assigned(params, {"invoice_display_name": text})
    if "tax_codes" in params:
        fields["tax_ids"] = taxes.ids_of_codes(world, params["tax_codes"])
    return fields


def counterpart(world: World, kind: Kind, plan: Doc, parent_id: str) -> Doc | None:
    """The copy of a parent's charge on an overridden plan."""
    own = world.store.children(kind, plan["id"])
    return next((each for each in own if each["parent_id"] == parent_id), None)


_KINDS = ((CHARGE, charge, CHARGE_SCHEMA), (FIXED_CHARGE, fixed_charge, FIXED_CHARGE_SCHEMA))
