"""How subscriptions are shown: in a list, alone, and when they have just ended."""

from datetime import date, timedelta

from lago_gitops.sandbox.base.clock import last_second, midnight, stamp, to_millisecond, to_second, unstamp
from lago_gitops.sandbox.base.doc import Doc
from lago_gitops.sandbox.base.kinds import CUSTOMER, PLAN, SUBSCRIPTION
from lago_gitops.sandbox.base.store import Where
from lago_gitops.sandbox.base.world import World
from lago_gitops.sandbox.customers.periods import period_of
from lago_gitops.sandbox.plans import shapes as plan_shapes
from lago_gitops.sandbox.plans import thresholds


def plan_of(world: World, subscription: Doc) -> Doc:
    return world.store.with_deleted(PLAN, subscription["plan_id"])


def previous_of(world: World, subscription: Doc) -> Doc | None:
    id_ = subscription["previous_id"]
    return None if id_ is None else world.store.with_deleted(SUBSCRIPTION, id_)


def _next(world: World, subscription: Doc) -> Doc | None:
    """The newest that follows it and wasn't canceled."""
    where = Where(
        "code = ? AND json_extract(doc, '$.status') <> 'canceled' AND json_extract(doc, '$.previous_id') = ?",
        (subscription["external_id"], subscription["id"]),
    )
    found = world.store.kept(SUBSCRIPTION, where)
    return found[0] if found else None


def rendered_alone(world: World, subscription: Doc) -> Doc:
    shown = {"entitlements": [], **rendered_with_plan(world, subscription)}
    if world.can.subscription_details:
        shown["applicable_usage_thresholds"] = thresholds.rendered_applicable(world, plan_of(world, subscription))
    return shown


def rendered_with_plan(world: World, subscription: Doc) -> Doc:
    sections: Doc = {"applied_invoice_custom_sections": []} if world.can.subscription_details else {}
    plan = plan_shapes.rendered_inside(world, plan_of(world, subscription))
    return {**rendered(world, subscription), "plan": plan, **sections}


def rendered(world: World, subscription: Doc) -> Doc:
    plan = plan_of(world, subscription)
    details = world.can.subscription_details
    amounts = {"plan_amount_cents": plan["amount_cents"], "plan_amount_currency": plan["amount_currency"]}
    return {
        "lago_id": subscription["id"],
        "external_id": subscription["external_id"],
        "lago_customer_id": subscription["customer_id"],
        "external_customer_id": world.store.with_deleted(CUSTOMER, subscription["customer_id"])["external_id"],
        "name": subscription["name"],
        "plan_code": plan["code"],
        **(amounts if details else {}),
        "status": subscription["status"],
        "billing_time": subscription["billing_time"],
        "subscription_at": to_second(subscription["subscription_at"]),
        "started_at": to_millisecond(subscription["started_at"]),
        "trial_ended_at": None,
        **{name: to_second(subscription[name]) for name in ("ending_at", "terminated_at", "canceled_at")},
        "created_at": to_second(subscription["created_at"]),
        **_neighbours(world, subscription, plan),
        **_period(world, subscription, plan),
        "on_termination_credit_note": None,
        "on_termination_invoice": "generate",
        **(_details(subscription) if details else {}),
    }


def _neighbours(world: World, subscription: Doc, plan: Doc) -> Doc:
    previous, following = previous_of(world, subscription), _next(world, subscription)
    downgrades = following is not None and following["status"] == "pending"
    return {
        "previous_plan_code": None if previous is None else plan_of(world, previous)["code"],
        "next_plan_code": None if following is None else plan_of(world, following)["code"],
        "downgrade_plan_date": period(world, subscription, plan)[1].isoformat() if downgrades else None,
    }


def _period(world: World, subscription: Doc, plan: Doc) -> Doc:
    start, end = shown_period(world, subscription, plan)
    return {"current_billing_period_started_at": start, "current_billing_period_ending_at": end}


def shown_period(world: World, subscription: Doc, plan: Doc) -> tuple[str | None, str | None]:
    """From the start of the period or of the subscription to the end of either; nothing before it begins."""
    if subscription["started_at"] is None:
        return None, None
    first, following = period(world, subscription, plan)
    start = max(unstamp(subscription["started_at"]), midnight(first))
    end = subscription["terminated_at"] or stamp(last_second(following - timedelta(days=1)))
    return to_second(stamp(start)), to_second(end)


def period(world: World, subscription: Doc, plan: Doc) -> tuple[date, date]:
    """The first day of its running, or last, period, and the first one of the next."""
    ended = subscription["terminated_at"]
    day = (unstamp(ended) if ended else world.now()).date()
    begun = unstamp(subscription["subscription_at"]).date()
    return period_of(plan["interval"], subscription["billing_time"], begun, max(day, begun))


def _details(subscription: Doc) -> Doc:
    return {
        "progressive_billing_disabled": False,
        "consolidate_invoice": True,
        "purchase_order_number": None,
        "cancellation_reason": None,
        "activated_at": to_second(subscription["started_at"]),
        "payment_method": {"payment_method_id": None, "payment_method_type": "provider"},
        "activation_rules": [],
    }
