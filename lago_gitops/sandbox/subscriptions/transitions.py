"""The life cycle of a subscription: it starts, moves to another plan, is canceled, ends."""

from datetime import datetime, timedelta

from lago_gitops.sandbox.base.clock import stamp, unstamp
from lago_gitops.sandbox.base.doc import Doc
from lago_gitops.sandbox.base.queue import Task, announce, queue
from lago_gitops.sandbox.base.storage.kinds import FIXED_CHARGE, SUBSCRIPTION
from lago_gitops.sandbox.base.storage.store import Where
from lago_gitops.sandbox.base.world import Event, World, new_id
from lago_gitops.sandbox.subscriptions import fields, lifetime, periods, units
from lago_gitops.sandbox.subscriptions.relations import (
    STATUS,
    next_of,
    pending_after,
    plan_of,
    previous_of,
)
from lago_gitops.sandbox.subscriptions.shapes import yearly_cents

_ALERT_DAYS = (15, 45)


def starting(world: World, subscription: Doc) -> Doc:
    """Start an unsaved subscription: today, in the past, or pending if its date is in the future."""
    begins, now = unstamp(subscription["subscription_at"]), world.now()
    day, today = (periods.local_day(world, subscription, at) for at in (begins, now))
    if day > today:
        world.store.save(SUBSCRIPTION, subscription)
        return subscription
    if day == today:
        return activate(world, subscription, begins)
    started = max([subscription["subscription_at"], *_invoiced_ends(world, subscription)])
    subscription = _begun(world, subscription, unstamp(started))
    announce(world, "subscription.started", subscription)
    return subscription


def _invoiced_ends(world: World, subscription: Doc) -> list[str]:
    """The ends of others with this external id that were billed."""
    others = world.store.of_code(SUBSCRIPTION, subscription["external_id"])
    ended = (each for each in others if each["status"] == "terminated" and each["on_termination_invoice"] == "generate")
    return [each["terminated_at"] for each in ended if each["customer_id"] == subscription["customer_id"]]


def activate(world: World, subscription: Doc, at: datetime) -> Doc:
    """Activate it, and queue the invoice of what is billed in advance."""
    subscription = _begun(world, subscription, at)
    plan = plan_of(world, subscription)
    if plan["pay_in_advance"] and not periods.in_trial(world, subscription):
        bill(world, (subscription,), at, "subscription_starting")
    elif has_fixed_charges_in_advance(world, plan):
        queue(
            world, Task.BILL_FIXED_CHARGES, subscription, at=stamp(unstamp(subscription["started_at"]) + units.SECOND)
        )
    announce(world, "subscription.started", subscription)
    return subscription


def bill(world: World, subscriptions: tuple[Doc, ...], at: datetime, reason: str) -> None:
    """Queue a job: one invoice for all of these subscriptions of one customer."""
    ids = [each["id"] for each in subscriptions]
    queue(world, Task.BILL, subscriptions[0], subscription_ids=ids, at=stamp(at), reason=reason)


def _begun(world: World, subscription: Doc, at: datetime) -> Doc:
    begun = subscription | {"status": "active", "started_at": stamp(at), "activated_at": stamp(at)}
    world.store.save(SUBSCRIPTION, begun)
    lifetime.begin(world, begun)
    units.begin(world, begun)
    return begun


def has_fixed_charges_in_advance(world: World, plan: Doc) -> bool:
    charges = world.store.children(FIXED_CHARGE, plan["id"]) if world.can.bills_fixed_charges else []
    return any(each["pay_in_advance"] for each in charges)


def move(world: World, current: Doc, plan: Doc, params: Doc) -> Doc:
    """To a more expensive plan at once, to a cheaper one when the period ends; until then, returns the current one."""
    if current["status"] == "pending":
        moved = current | {"plan_id": plan["id"], "name": params["name"] or current["name"]}
        world.store.save(SUBSCRIPTION, moved)
        return moved
    for waiting in pending_after(world, current):
        cancel(world, waiting)
    successor = _successor(world, current, plan) | params
    if yearly_cents(plan) >= yearly_cents(plan_of(world, current)):
        return _upgrade(world, current, successor)
    world.store.save(SUBSCRIPTION, successor)
    announce(world, "subscription.updated", current)
    return current


def _upgrade(world: World, current: Doc, successor: Doc) -> Doc:
    """Ends the old one; both are billed together."""
    now, plan = world.now(), plan_of(world, successor)
    world.store.save(SUBSCRIPTION, successor)
    ended = terminate(world, current, upgrade=True)
    begun = _begun(world, successor, now)
    in_advance = plan["pay_in_advance"] and not periods.in_trial(world, begun)
    billed = (ended, begun) if in_advance or has_fixed_charges_in_advance(world, plan) else (ended,)
    bill(world, billed, now, "upgrading")
    announce(world, "subscription.started", begun)
    return begun


def downgrade(world: World, waiting: Doc, at: datetime) -> None:
    """Start the cheaper plan at the end of the period."""
    previous = previous_of(world, waiting)
    if previous is None:
        return
    ended = previous | {"status": "terminated", "terminated_at": stamp(at)}
    world.store.save(SUBSCRIPTION, ended)
    begun = _begun(world, waiting, at)
    plan = plan_of(world, begun)
    both = plan["pay_in_advance"] or has_fixed_charges_in_advance(world, plan)
    announce(world, "subscription.terminated", ended)
    announce(world, "subscription.started", begun)
    bill(world, (ended, begun) if both else (ended,), at, "upgrading")


def _successor(world: World, current: Doc, plan: Doc) -> Doc:
    kept = ("customer_id", "external_id", "billing_time", "subscription_at", "ending_at", "consolidate_invoice")
    return {
        **fields.unset(),
        **{name: current[name] for name in (*kept, "purchase_order_number")},
        "id": new_id(),
        "created_at": world.stamp(),
        "plan_id": plan["id"],
        "previous_id": current["id"],
        "status": "pending",
    }


def cancel(world: World, subscription: Doc) -> Doc:
    subscription = subscription | {"status": "canceled", "canceled_at": world.stamp()}
    world.store.save(SUBSCRIPTION, subscription)
    return subscription


def terminate(world: World, subscription: Doc, options: Doc | None = None, *, upgrade: bool = False) -> Doc:
    """A job invoices what is due until now; `options` are the request's fields about the end.

    Lago saves these options in an update, and announces it.
    """
    chosen = {
        "on_termination_credit_note": subscription["on_termination_credit_note"] or "credit",
        "on_termination_invoice": subscription["on_termination_invoice"] or "generate",
        **(options or {}),
    }
    plan, now = plan_of(world, subscription), world.now()
    ended = subscription | {"status": "terminated", "terminated_at": stamp(now)}
    ended["on_termination_invoice"] = chosen["on_termination_invoice"]
    if plan["pay_in_advance"]:
        ended["on_termination_credit_note"] = chosen["on_termination_credit_note"]
    world.store.save(SUBSCRIPTION, ended)
    announce(world, "subscription.updated", ended)
    world.notify(Event.SUBSCRIPTION_ENDED, ended | {"upgrade": upgrade})
    if not upgrade:
        if chosen["on_termination_invoice"] == "generate":
            bill(world, (ended,), now, "subscription_terminating")
        following = next_of(world, ended)
        if following is not None:
            cancel(world, following)
    announce(world, "subscription.terminated", ended)
    return ended


def follow_new_amount(world: World, plan: Doc) -> None:
    """Pending moves to a plan that is no longer cheaper than the current one happen at once.

    A pending move away from a plan that is now cheaper than its target is canceled.
    """
    for waiting in of_plan(world, plan, "pending"):
        previous = previous_of(world, waiting)
        if previous is not None and yearly_cents(plan) >= yearly_cents(plan_of(world, previous)):
            cancel(world, waiting)
            _upgrade(world, previous, _successor(world, previous, plan) | {"name": waiting["name"]})
    for current in of_plan(world, plan, "active"):
        for waiting in pending_after(world, current):
            if yearly_cents(plan_of(world, waiting)) > yearly_cents(plan):
                cancel(world, waiting)


def end_all(world: World, plan: Doc) -> None:
    """End all subscriptions of a deleted plan."""
    for subscription in of_plan(world, plan, "active"):
        terminate(world, subscription)
    for subscription in of_plan(world, plan, "pending"):
        cancel(world, subscription)


def of_plan(world: World, plan: Doc, status: str) -> list[Doc]:
    return world.store.newest(SUBSCRIPTION, Where(f"ref = ? AND {STATUS} = ?", (plan["id"], status)))


def activate_pending(world: World) -> None:
    """Those due to begin by today."""
    now = world.now()
    for waiting in world.store.kept(SUBSCRIPTION, Where(f"{STATUS} = 'pending'", ())):
        begins = unstamp(waiting["subscription_at"])
        day, today = (periods.local_day(world, waiting, at) for at in (begins, now))
        if waiting["previous_id"] is None and day <= today:
            activate(world, waiting, now)


def end_due(world: World) -> None:
    """Those whose last day is today."""
    now = world.now()
    dated = Where(f"{STATUS} = 'active' AND json_extract(doc, '$.ending_at') IS NOT NULL", ())
    for subscription in world.store.kept(SUBSCRIPTION, dated):
        ending = unstamp(subscription["ending_at"])
        if periods.local_day(world, subscription, ending) == periods.local_day(world, subscription, now):
            terminate(world, subscription)


def end_all_of_customer(world: World, customer: Doc) -> None:
    """Ends active subscriptions, cancels pending ones."""
    for subscription in world.store.children(SUBSCRIPTION, customer["id"]):
        if subscription["status"] == "active":
            terminate(world, subscription)
        elif subscription["status"] == "pending":
            cancel(world, subscription)


def announce_ends(world: World) -> None:
    """Announce ends fifteen and forty-five days ahead, once a day."""
    today = world.now().date()
    days = {(today + timedelta(days=ahead)).isoformat() for ahead in _ALERT_DAYS}
    dated = Where(f"{STATUS} = 'active' AND json_extract(doc, '$.ending_at') IS NOT NULL", ())
    for subscription in reversed(world.store.newest(SUBSCRIPTION, dated)):
        if subscription["ending_at"][:10] in days and subscription.get("told_of_end_on") != today.isoformat():
            world.store.save(SUBSCRIPTION, subscription | {"told_of_end_on": today.isoformat()})
            announce(world, "subscription.termination_alert", subscription)
