"""How plans are rendered: alone, in the list, and inside a subscription."""

from lago_gitops.sandbox.base.clock import to_second
from lago_gitops.sandbox.base.doc import Doc
from lago_gitops.sandbox.base.storage.kinds import CHARGE, FIXED_CHARGE
from lago_gitops.sandbox.base.world import World
from lago_gitops.sandbox.catalog import taxes
from lago_gitops.sandbox.plans import charges, commitments, entitlements, fixed_charges, thresholds

_COUNTERS = ("customers_count", "active_subscriptions_count", "draft_invoices_count")


def rendered(world: World, plan: Doc) -> Doc:
    """A plan on its own."""
    fixed = world.unordered(world.store.children(FIXED_CHARGE, plan["id"]))
    return _shown(world, plan, {"fixed_charges": [fixed_charges.rendered(world, charge) for charge in fixed]})


def rendered_in_list(world: World, plan: Doc) -> Doc:
    """Without fixed charges."""
    return _shown(world, plan, {})


def rendered_inside(world: World, plan: Doc) -> Doc:
    """A subscription's plan, with neither fixed charges nor entitlements."""
    shown = rendered_in_list(world, plan)
    del shown["entitlements"]
    return shown


def _shown(world: World, plan: Doc, fixed: Doc) -> Doc:
    unordered = world.unordered(world.store.children(CHARGE, plan["id"]))
    return {
        "lago_id": plan["id"],
        "name": plan["name"],
        "invoice_display_name": plan["invoice_display_name"],
        "created_at": to_second(plan["created_at"]),
        "code": plan["code"],
        "interval": plan["interval"],
        "description": plan["description"],
        "amount_cents": plan["amount_cents"],
        "amount_currency": plan["amount_currency"],
        "trial_period": plan["trial_period"],
        "pay_in_advance": plan["pay_in_advance"],
        "bill_charges_monthly": plan["bill_charges_monthly"],
        "bill_fixed_charges_monthly": plan["bill_fixed_charges_monthly"],
        **dict.fromkeys(_COUNTERS, 0),
        "parent_id": plan["parent_id"],
        "pending_deletion": plan["pending_deletion"],
        "charges": [charges.rendered(world, charge) for charge in unordered],
        **fixed,
        "entitlements": entitlements.rendered_list(world, plan),
        "usage_thresholds": thresholds.rendered_list(world, plan),
        **_applicable(world, plan),
        "taxes": taxes.rendered_list(world, plan["tax_ids"]),
        **_optional(world, plan),
    }


def _applicable(world: World, plan: Doc) -> Doc:
    if not world.can.applicable_thresholds:
        return {}
    return {"applicable_usage_thresholds": thresholds.rendered_applicable(world, plan)}


def _optional(world: World, plan: Doc) -> Doc:
    """Keys that are omitted if there is nothing to show; an empty object is something."""
    shown = {}
    if plan["commitment"] is not None:
        shown["minimum_commitment"] = commitments.rendered(world, plan)
    if plan["metadata"] is not None:
        shown["metadata"] = plan["metadata"]
    return shown
