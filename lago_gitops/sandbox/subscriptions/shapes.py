"""How subscriptions are rendered: in a list, alone, and after an update or end."""

from datetime import timedelta

from lago_gitops.sandbox.base.clock import to_millisecond, to_second
from lago_gitops.sandbox.base.doc import Doc
from lago_gitops.sandbox.base.world import World
from lago_gitops.sandbox.plans import shapes as plan_shapes
from lago_gitops.sandbox.plans import thresholds
from lago_gitops.sandbox.subscriptions import entitlements, periods
from lago_gitops.sandbox.subscriptions.relations import customer_of, next_of, plan_of, previous_of


def rendered_alone(world: World, subscription: Doc) -> Doc:
    return {**rendered_updated(world, subscription), "entitlements": entitlements.rendered_list(world, subscription)}


def rendered_updated(world: World, subscription: Doc) -> Doc:
    """As in the answer to an update: without entitlements."""
    shown = rendered_with_plan(world, subscription)
    if world.can.subscription_details:
        shown["applicable_usage_thresholds"] = applicable_thresholds(world, subscription)
    return shown


def applicable_thresholds(world: World, subscription: Doc) -> list[Doc]:
    return thresholds.rendered_applicable(world, {"thresholds": own_thresholds(world, subscription)})


def own_thresholds(world: World, subscription: Doc) -> list[Doc]:
    """Its own or else its plan's."""
    if subscription["progressive_billing_disabled"]:
        return []
    return list(subscription["thresholds"] or plan_of(world, subscription)["thresholds"])


def rendered_with_plan(world: World, subscription: Doc) -> Doc:
    sections: Doc = {"applied_invoice_custom_sections": []} if world.can.subscription_details else {}
    plan = plan_shapes.rendered_inside(world, plan_of(world, subscription))
    return {**rendered(world, subscription), "plan": plan, **sections}


def rendered(world: World, subscription: Doc) -> Doc:
    plan = plan_of(world, subscription)
    details = world.can.subscription_details
    amounts = {"plan_amount_cents": plan["amount_cents"], "plan_amount_currency": plan["amount_currency"]}
    start, end = periods.shown(world, subscription)
    times = ("trial_ended_at", "ending_at", "terminated_at", "canceled_at")
    return {
        "lago_id": subscription["id"],
        "external_id": subscription["external_id"],
        "lago_customer_id": subscription["customer_id"],
        "external_customer_id": customer_of(world, subscription)["external_id"],
        "name": subscription["name"],
        "plan_code": plan["code"],
        **(amounts if details else {}),
        "status": subscription["status"],
        "billing_time": subscription["billing_time"],
        "subscription_at": to_second(subscription["subscription_at"]),
        "started_at": to_millisecond(subscription["started_at"]),
        **{name: to_second(subscription[name]) for name in times},
        "created_at": to_second(subscription["created_at"]),
        **_neighbours(world, subscription),
        "current_billing_period_started_at": start,
        "current_billing_period_ending_at": end,
        "on_termination_credit_note": subscription["on_termination_credit_note"],
        "on_termination_invoice": subscription["on_termination_invoice"],
        **(_details(subscription) if details else {}),
    }


def _neighbours(world: World, subscription: Doc) -> Doc:
    previous, following = previous_of(world, subscription), next_of(world, subscription)
    return {
        "previous_plan_code": None if previous is None else plan_of(world, previous)["code"],
        "next_plan_code": None if following is None else plan_of(world, following)["code"],
        "downgrade_plan_date": None if following is None else _downgrade_day(world, subscription, following),
    }


def _downgrade_day(world: World, subscription: Doc, following: Doc) -> str | None:
    """The day after the current period while the downgrade is pending, then the day on which it began."""
    cheaper = yearly_cents(plan_of(world, following)) < yearly_cents(plan_of(world, subscription))
    if following["status"] == "pending":
        last = periods.plan_period(world, subscription, world.now()).last
        return (last + timedelta(days=1)).isoformat()
    return str(following["started_at"])[:10] if following["status"] == "active" and cheaper else None


_A_YEAR = {"weekly": 52, "monthly": 12, "quarterly": 4, "semiannual": 2, "yearly": 1}


def yearly_cents(plan: Doc) -> int:
    return int(plan["amount_cents"]) * _A_YEAR[plan["interval"]]


def _details(subscription: Doc) -> Doc:
    return {
        **{name: subscription[name] for name in ("progressive_billing_disabled", "consolidate_invoice")},
        "purchase_order_number": subscription["purchase_order_number"],
        "cancellation_reason": None,
        "activated_at": to_second(subscription["activated_at"]),
        "payment_method": {
            "payment_method_id": None,
            "payment_method_type": subscription["payment_method_type"],
        },
        "activation_rules": [],
    }
