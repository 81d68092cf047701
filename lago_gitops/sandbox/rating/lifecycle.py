"""Converts a subscription for the rating engine, with its predecessor and its end."""

from dataclasses import replace
from decimal import Decimal

from lago_gitops.pricing.catalog.items import Plan
from lago_gitops.pricing.periods.subscription import BillingTime, Change, Subscription, Successor, UnitsFrom
from lago_gitops.sandbox.base.clock import unstamp
from lago_gitops.sandbox.base.doc import Doc
from lago_gitops.sandbox.base.storage.kinds import CHARGE, METRIC, UNITS
from lago_gitops.sandbox.base.world import World
from lago_gitops.sandbox.customers.customer_shapes import zone_of
from lago_gitops.sandbox.rating import price_list
from lago_gitops.sandbox.subscriptions.relations import customer_of, first_start, next_of, plan_of, previous_of
from lago_gitops.sandbox.subscriptions.shapes import yearly_cents


def subscription(world: World, doc: Doc) -> Subscription:
    started, anchored = unstamp(doc["started_at"] or doc["subscription_at"]), unstamp(doc["subscription_at"])
    return Subscription(
        plan=_plan(world, doc),
        started_at=started,
        billing_time=BillingTime(doc["billing_time"]),
        zone=zone_of(world, customer_of(world, doc)),
        anchored_at=anchored,
        entered_at=unstamp(doc["created_at"]),
        first_started_at=unstamp(first_start(world, doc)),
        trial_ended=doc["trial_ended_at"] is not None,
        ended_at=None if doc["terminated_at"] is None else unstamp(doc["terminated_at"]),
        follows=_follows(world, doc),
        successor=_successor(world, doc),
        units=_units(world, doc),
    )


def _plan(world: World, doc: Doc) -> Plan:
    return price_list.plan(world, plan_of(world, doc))


def _follows(world: World, doc: Doc) -> Change | None:
    previous = previous_of(world, doc)
    return None if previous is None else _change(plan_of(world, previous), plan_of(world, doc))


def _successor(world: World, doc: Doc) -> Successor | None:
    following = next_of(world, doc)
    if following is None or doc["terminated_at"] is None:
        return None
    plan = plan_of(world, following)
    charges = world.store.children(CHARGE, plan["id"])
    codes = frozenset(world.store.with_deleted(METRIC, charge["metric_id"])["code"] for charge in charges)
    return Successor(_change(plan_of(world, doc), plan), codes)


def _change(old: Doc, new: Doc) -> Change:
    return Change.UPGRADE if yearly_cents(new) >= yearly_cents(old) else Change.DOWNGRADE


def _units(world: World, doc: Doc) -> tuple[UnitsFrom, ...]:
    where = zone_of(world, customer_of(world, doc))
    return tuple(
        UnitsFrom(unstamp(each["at"]).astimezone(where).date(), Decimal(each["units"]), each["charge_id"])
        for each in world.store.children(UNITS, doc["id"])
    )


def as_if_active(of: Subscription) -> Subscription:
    return replace(of, ended_at=None, successor=None)
