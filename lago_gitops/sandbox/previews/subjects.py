"""The customer, coupons and subscriptions of a preview: existing ones, or a subscription that doesn't exist yet."""

from datetime import datetime, timedelta
from typing import Any, NamedTuple

from lago_gitops.sandbox.base.clock import moment, stamp, unstamp
from lago_gitops.sandbox.base.doc import Doc
from lago_gitops.sandbox.base.errors import invalid, not_found
from lago_gitops.sandbox.base.lookup import with_code
from lago_gitops.sandbox.base.storage.kinds import APPLIED_COUPON, COUPON, CUSTOMER, PLAN, SUBSCRIPTION
from lago_gitops.sandbox.base.values.casts import text
from lago_gitops.sandbox.base.world import World, new_id
from lago_gitops.sandbox.catalog import billing_entities
from lago_gitops.sandbox.catalog.coupons import RATE
from lago_gitops.sandbox.customers import customer_fields, customers
from lago_gitops.sandbox.customers.applied_coupons import applied_to
from lago_gitops.sandbox.subscriptions import fields, periods
from lago_gitops.sandbox.subscriptions.relations import pending_after, plan_of
from lago_gitops.sandbox.subscriptions.shapes import yearly_cents

DAY = timedelta(days=1)
_UNLIMITED: Doc = {"plan_ids": [], "metric_ids": [], "limited_plans": False, "limited_billable_metrics": False}


class Subjects(NamedTuple):
    subscriptions: tuple[Doc, ...]
    are_kept: bool  # whether they existed before
    ending: bool = False


def customer(world: World, sent: Any) -> Doc:
    """An existing or new customer, with the request's fields. Saved, like everything here."""
    params = sent if isinstance(sent, dict) else {}
    if "external_id" in params:
        found = customers.found(world, text(params["external_id"]) or "")
    else:
        found = customers.new(world, "", billing_entities.default(world))
    changed = customer_fields.changed(world, found, params)
    world.store.save(CUSTOMER, changed)
    return changed


def give_coupons(world: World, customer: Doc, sent: Any) -> None:
    """The request's coupons apply if the customer has none."""
    given = world.store.children(APPLIED_COUPON, customer["id"])
    if any(each["status"] == "active" for each in given):
        return
    for item in sent if isinstance(sent, list) else ():
        if isinstance(item, dict):
            world.store.save(APPLIED_COUPON, applied_to(world, customer, _coupon(world, item), {}))


def _coupon(world: World, sent: Doc) -> Doc:
    """An existing one by its code, or a new one."""
    known = world.store.by_code(COUPON, text(sent.get("code")) or "")
    if known is not None:
        return known
    terms = ("amount_cents", "amount_currency", "frequency", "frequency_duration")
    made = {
        "id": new_id(),
        "created_at": world.stamp(),
        "terminated_at": None,
        "expiration": "no_expiration",
        "expiration_at": None,
        "description": None,
        "made_up": True,
        **{name: text(sent.get(name)) for name in ("code", "name", "coupon_type")},
        **{name: sent.get(name) for name in terms},
        "percentage_rate": RATE(sent.get("percentage_rate")),
        **_UNLIMITED,
    }
    made["frequency"] = made["frequency"] or "once"
    world.store.save(COUPON, made)
    return made


def subscriptions(world: World, customer: Doc, body: Doc) -> Subjects:
    """Raises RefusedError."""
    sent = body.get("subscriptions")
    named = sent if isinstance(sent, dict) else {}
    ids = named.get("external_ids")
    wanted = [text(each) for each in ids] if isinstance(ids, list) else []
    if not wanted:
        return Subjects((_proposed(world, customer, body),), are_kept=False)
    if customer["external_id"] == "":
        raise invalid({"customer": ["must_be_persisted"]})
    return _kept(world, _named(world, customer, wanted), named)


def _proposed(world: World, customer: Doc, body: Doc) -> Doc:
    plan = with_code(world, PLAN, text(body.get("plan_code")) or "")
    begins = stamp(moment(body.get("subscription_at")) or world.now())
    asked = body.get("billing_time")
    proposed = {
        **fields.unset(),
        "id": new_id(),
        "external_id": "",
        "name": None,
        "customer_id": customer["id"],
        "plan_id": plan["id"],
        "status": "active",
        "billing_time": asked if asked in ("calendar", "anniversary") else "calendar",
        **dict.fromkeys(("created_at", "subscription_at", "started_at"), begins),
    }
    world.store.save(SUBSCRIPTION, proposed)
    return proposed


def _named(world: World, customer: Doc, external_ids: list[str | None]) -> list[Doc]:
    """Active ones; a pending one counts if it is the only one requested."""
    own = [each for each in world.store.children(SUBSCRIPTION, customer["id"]) if each["external_id"] in external_ids]
    waits = len(own) == len(external_ids) == 1 and own[0]["status"] == "pending" and own[0]["previous_id"] is None
    if waits and own[0]["subscription_at"] > world.stamp():
        begun = {"status": "active", "started_at": own[0]["subscription_at"], "created_at": own[0]["subscription_at"]}
        return [own[0] | begun]
    return [each for each in own if each["status"] == "active"]


def _kept(world: World, own: list[Doc], named: Doc) -> Subjects:
    ends_at = named.get("terminated_at") or _due_end(world, own)
    target = named.get("plan_code")
    if len(own) > 1 and (ends_at or target):
        context = "termination" if ends_at else "plan_change"
        raise invalid({"subscriptions": [f"only_one_subscription_allowed_for_{context}"]})
    if not own:
        raise not_found("subscription")
    if ends_at:
        return Subjects((_ended(world, own[0], ends_at),), are_kept=True, ending=True)
    if target:
        return _moved(world, own[0], text(target) or "")
    every = [each for subscription in own for each in _with_following(world, subscription)]
    ending = any(each["status"] == "terminated" for each in every)
    return Subjects(tuple(every), are_kept=True, ending=ending)


def _due_end(world: World, own: list[Doc]) -> str | None:
    if len(own) != 1 or own[0]["ending_at"] is None:
        return None
    ending = str(own[0]["ending_at"])
    return ending if unstamp(ending) <= end_of_period(world, own[0]) + DAY else None


def end_of_period(world: World, subscription: Doc) -> datetime:
    """The last instant of the period."""
    period = periods.plan_period(world, subscription, periods.reference(world, subscription))
    return periods.midnight(period.last + DAY, periods.zone(world, subscription)) - timedelta(microseconds=1)


def _ended(world: World, subscription: Doc, ends_at: Any) -> Doc:
    when = moment(ends_at)
    if when is None:
        raise invalid({"terminated_at": ["invalid_timestamp"]})
    if when < world.now():
        raise invalid({"terminated_at": ["cannot_be_in_past"]})
    return _saved(world, subscription | {"status": "terminated", "terminated_at": stamp(when)})


def _saved(world: World, subscription: Doc) -> Doc:
    world.store.save(SUBSCRIPTION, subscription)
    return subscription


def _moved(world: World, current: Doc, code: str) -> Subjects:
    """The old one until now or the end of the period; the new one if it is billed in advance."""
    plan = with_code(world, PLAN, code)
    if plan["id"] == current["plan_id"]:
        raise invalid({"base": ["new_plan_should_be_different_from_existing_plan"]})
    upgrade = yearly_cents(plan) >= yearly_cents(plan_of(world, current))
    at = world.now() if upgrade else end_of_period(world, current) + DAY
    following = {
        **fields.unset(),
        **{
            name: current[name]
            for name in ("customer_id", "external_id", "billing_time", "subscription_at", "ending_at")
        },
        "id": new_id(),
        "name": plan["name"],
        "plan_id": plan["id"],
        "previous_id": current["id"],
        "status": "active",
        "created_at": world.stamp(),
        "started_at": stamp(at),
    }
    ended = _saved(world, current | {"status": "terminated", "terminated_at": stamp(at)})
    _saved(world, following)
    return Subjects((ended, following) if plan["pay_in_advance"] else (ended,), are_kept=True, ending=True)


def _with_following(world: World, subscription: Doc) -> list[Doc]:
    """With pending downgrades, which start at the end of the period."""
    waiting = pending_after(world, subscription)
    if not waiting:
        return [subscription]
    at = stamp(end_of_period(world, subscription) + DAY)
    ended = _saved(world, subscription | {"status": "terminated", "terminated_at": at})
    begun = _saved(world, waiting[0] | {"status": "active", "started_at": at})
    return [ended, begun] if plan_of(world, begun)["pay_in_advance"] else [ended]
