"""Converts plans, taxes and coupons for the rating engine.

The engine's code of a charge, fixed charge or applied coupon is its id: codes can be missing or shared.
"""

from collections.abc import Mapping

from lago_gitops.pricing.base.rules import Rules, rules_of
from lago_gitops.pricing.catalog import reading
from lago_gitops.pricing.catalog.items import Frequency, Plan, Tax
from lago_gitops.pricing.invoicing.coupons import AppliedCoupon
from lago_gitops.pricing.invoicing.taxes import TaxLevels
from lago_gitops.sandbox.base.doc import Doc
from lago_gitops.sandbox.base.storage.kinds import (
    ADD_ON,
    APPLIED_COUPON,
    BILLING_ENTITY,
    CHARGE,
    COUPON,
    FIXED_CHARGE,
    METRIC,
    PLAN,
    SEED,
    TAX,
)
from lago_gitops.sandbox.base.versions import release
from lago_gitops.sandbox.base.world import World

PARTS_OF_A_PLAN = (PLAN, CHARGE, FIXED_CHARGE, METRIC, ADD_ON, TAX, SEED)


def rules(world: World) -> Rules:
    return rules_of(release(world.settings.lago_version)[:2], licensed=world.premium)


def plan(world: World, doc: Doc) -> Plan:
    """Cached until something in the catalogue is written."""
    return world.once(("plan", doc["id"]), PARTS_OF_A_PLAN, lambda: _plan(world, doc))


def _plan(world: World, doc: Doc) -> Plan:
    charges = world.store.children(CHARGE, doc["id"])
    metrics = {each["metric_id"]: world.store.with_deleted(METRIC, each["metric_id"]) for each in charges}
    fixed = world.store.children(FIXED_CHARGE, doc["id"]) if world.can.bills_fixed_charges else []
    add_ons = {each["add_on_id"]: world.store.with_deleted(ADD_ON, each["add_on_id"]) for each in fixed}
    fields = {
        **doc,
        "tax_codes": tax_codes(world, doc["tax_ids"]),
        "charges": [_charge(world, each, metrics[each["metric_id"]]) for each in charges],
        "fixed_charges": [_fixed_charge(world, each, add_ons[each["add_on_id"]]) for each in fixed],
        "minimum_commitment": _commitment(world, doc),
        "usage_thresholds": doc["thresholds"],
    }
    read = {metric["code"]: reading.metric(_metric(metric)) for metric in metrics.values()}
    taxes = {each["code"]: tax_codes(world, each["tax_ids"]) for each in add_ons.values()}
    return reading.plan(fields, read, taxes)


def _metric(doc: Doc) -> Doc:
    """A custom metric is aggregated as its seed says."""
    aggregated = {"aggregation_type": doc.get("bills_as") or doc["aggregation_type"]}
    return doc | aggregated | {"filters": [{"key": key, "values": values} for key, values in doc["filters"].items()]}


def _charge(world: World, doc: Doc, metric: Doc) -> Doc:
    named = {"code": doc["id"], "billable_metric_code": metric["code"], "tax_codes": tax_codes(world, doc["tax_ids"])}
    return {**doc, **named, "applied_pricing_unit": _pricing_unit(world, doc)}


def _pricing_unit(world: World, charge: Doc) -> Doc | None:
    unit: Doc | None = charge["pricing_unit"]
    return None if unit is None else {**unit, "short_name": world.grants().pricing_units.get(unit["code"], "")}


def _fixed_charge(world: World, doc: Doc, add_on: Doc) -> Doc:
    return {**doc, "code": doc["id"], "add_on_code": add_on["code"], "tax_codes": tax_codes(world, doc["tax_ids"])}


def _commitment(world: World, doc: Doc) -> Doc | None:
    commitment: Doc | None = doc["commitment"]
    return None if commitment is None else {**commitment, "tax_codes": tax_codes(world, commitment["tax_ids"])}


def tax_codes(world: World, ids: list[str]) -> tuple[str, ...]:
    """A deleted tax disappears from everything that had it."""
    taxes = (world.store.get(TAX, id_) for id_ in ids)
    return tuple(tax["code"] for tax in taxes if tax is not None)


def tax_docs(world: World) -> Mapping[str, Doc]:
    """By code."""
    return {tax["code"]: tax for tax in world.store.kept(TAX)}


def tax_levels(world: World, customer: Doc) -> TaxLevels:
    entity = world.store.with_deleted(BILLING_ENTITY, customer["entity_id"])
    return TaxLevels(
        taxes={code: Tax(code, float(tax["rate"])) for code, tax in tax_docs(world).items()},
        customer=tax_codes(world, customer["tax_ids"]),
        billing_entity=tax_codes(world, entity["tax_ids"]),
    )


def coupons(world: World, customer: Doc) -> tuple[AppliedCoupon, ...]:
    """A customer's coupons, in the order of application, without those whose coupon was deleted."""
    given = (each for each in world.store.children(APPLIED_COUPON, customer["id"]) if each["status"] == "active")
    applied = ((each, world.store.get(COUPON, each["coupon_id"])) for each in given)
    return tuple(_coupon(world, each, coupon) for each, coupon in applied if coupon is not None)


def _coupon(world: World, given: Doc, coupon: Doc) -> AppliedCoupon:
    targets = {
        "plan_codes": [world.store.with_deleted(PLAN, id_)["code"] for id_ in coupon["plan_ids"]],
        "billable_metric_codes": [world.store.with_deleted(METRIC, id_)["code"] for id_ in coupon["metric_ids"]],
    }
    fields = {**given, "code": given["id"], "coupon_type": coupon["coupon_type"], "applies_to": targets}
    read = reading.coupon(fields)
    return AppliedCoupon(
        coupon=read,
        invoices_left=given["frequency_duration_remaining"] if read.frequency == Frequency.RECURRING else None,
        cents_left=given["amount_cents_remaining"],
    )
