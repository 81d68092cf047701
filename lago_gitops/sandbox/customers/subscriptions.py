"""Subscriptions: enough of them to be counted, to make plans used, and to end with their plans."""

import json
from datetime import datetime
from typing import Any

from lago_gitops.sandbox.base.casts import assigned, blank, text
from lago_gitops.sandbox.base.clock import moment, stamp
from lago_gitops.sandbox.base.doc import Doc
from lago_gitops.sandbox.base.errors import forbidden, invalid, not_found
from lago_gitops.sandbox.base.http import Request
from lago_gitops.sandbox.base.kinds import CUSTOMER, SUBSCRIPTION
from lago_gitops.sandbox.base.paging import Listing, page
from lago_gitops.sandbox.base.params import Shape, root, scalars
from lago_gitops.sandbox.base.queue import Task, queue
from lago_gitops.sandbox.base.routes import Route, read_route, write_route
from lago_gitops.sandbox.base.store import Where
from lago_gitops.sandbox.base.world import World, new_id
from lago_gitops.sandbox.customers import customers
from lago_gitops.sandbox.customers.subscription_shapes import (
    plan_of,
    previous_of,
    rendered,
    rendered_alone,
    rendered_with_plan,
)
from lago_gitops.sandbox.plans import lookup as plan_lookup
from lago_gitops.sandbox.plans import overrides

_A_YEAR = {"weekly": 52, "monthly": 12, "quarterly": 4, "semiannual": 2, "yearly": 1}
_STATUSES = frozenset({"pending", "active", "terminated", "canceled"})
_SCHEMA = {
    **scalars(
        ("external_customer_id", "plan_code", "external_id", "name", "billing_time", "subscription_at", "ending_at")
    ),
    "plan_overrides": Shape.OBJECT,
}
_EDITABLE = {"name": text}
_STATUS = "json_extract(doc, '$.status')"
_STATUS_IN = "json_extract(doc, '$.status') IN (SELECT value FROM json_each(?))"
# A deleted plan of the same code counts as well, and so do overrides, which share it.
_BY_OWNER = {
    "plan_code": "ref IN (SELECT id FROM objects plan WHERE plan.kind = 'plan' AND plan.code = ?)",
    "external_customer_id": "parent IN (SELECT id FROM objects o WHERE o.kind = 'customer' AND o.code = ?)",
}
_OVERRIDDEN = {
    "true": "(SELECT parent FROM objects plan WHERE plan.id = objects.ref) IS NOT NULL",
    "false": "(SELECT parent FROM objects plan WHERE plan.id = objects.ref) IS NULL",
}


def _create(world: World, request: Request) -> Doc:
    """A new one, or the move of an active one of that external_id to another plan."""
    params = root(request.body, "subscription", _SCHEMA)
    if params.get("plan_overrides") and not world.settings.premium:
        raise forbidden("feature_unavailable")
    for field in ("external_customer_id", "external_id"):
        if blank(params.get(field)):
            raise invalid({field: ["value_is_mandatory"]})
    plan = plan_lookup.found(world, text(params.get("plan_code")) or "")
    customer = _customer(world, plan, text(params["external_customer_id"]) or "")
    if params.get("plan_overrides"):
        plan = overrides.child(world, plan, params["plan_overrides"])
    current = _active(world, text(params["external_id"]) or "")
    if current is None:
        return {"subscription": rendered_alone(world, _start(world, customer, plan, params))}
    if current["customer_id"] != customer["id"]:
        raise invalid({"external_id": ["value_already_exist"]})
    return {"subscription": rendered_alone(world, _move(world, current, plan, params))}


def _customer(world: World, plan: Doc, external_id: str) -> Doc:
    """Made when it isn't there, and of the plan's currency when it has none."""
    customer = customers.found_or_new(world, external_id)
    if customer["currency"] not in (None, plan["amount_currency"]):
        raise invalid({"currency": ["currencies_does_not_match"]})
    customer["currency"] = plan["amount_currency"]
    world.store.save(CUSTOMER, customer)
    return customer


def _active(world: World, external_id: str) -> Doc | None:
    return world.store.first(SUBSCRIPTION, Where(f"code = ? AND {_STATUS} = 'active'", (external_id,)))


def _start(world: World, customer: Doc, plan: Doc, params: Doc) -> Doc:
    """Pending when it is to begin in the future, begun in the past when the date says so."""
    now = world.now()
    begins = moment(params.get("subscription_at")) or now
    pending = begins > now
    subscription = {
        "id": new_id(),
        "created_at": stamp(now),
        "customer_id": customer["id"],
        "plan_id": plan["id"],
        "previous_id": None,
        "external_id": text(params.get("external_id")),
        "name": text(params.get("name")) or "",
        "status": "pending" if pending else "active",
        "billing_time": text(params.get("billing_time")) or "calendar",
        "subscription_at": stamp(begins),
        "started_at": None if pending else stamp(begins),
        "ending_at": _stamped(moment(params.get("ending_at"))),
        "terminated_at": None,
        "canceled_at": None,
    }
    world.store.save(SUBSCRIPTION, subscription)
    return subscription


def _stamped(when: datetime | None) -> str | None:
    return None if when is None else stamp(when)


def _move(world: World, current: Doc, plan: Doc, params: Doc) -> Doc:
    """To a dearer plan at once, to a cheaper one when the period ends: until then the answer is the current one."""
    if current["plan_id"] == plan["id"]:
        current |= assigned(params, _EDITABLE)
        world.store.save(SUBSCRIPTION, current)
        return current
    for waiting in _pending_after(world, current):
        _cancel(world, waiting)
    if _yearly(plan) >= _yearly(plan_of(world, current)):
        return _upgrade(world, current, plan)
    world.store.save(SUBSCRIPTION, _successor(world, current, plan) | {"status": "pending", "started_at": None})
    return current


def _yearly(plan: Doc) -> int:
    return int(plan["amount_cents"]) * _A_YEAR[plan["interval"]]


def _upgrade(world: World, current: Doc, plan: Doc) -> Doc:
    successor = _successor(world, current, plan)
    _end(world, current | {"upgraded": True})
    world.store.save(SUBSCRIPTION, successor)
    return successor


def _successor(world: World, current: Doc, plan: Doc) -> Doc:
    now = world.stamp()
    kept = {name: current[name] for name in ("customer_id", "external_id", "name", "billing_time", "subscription_at")}
    return {
        **kept,
        "id": new_id(),
        "created_at": now,
        "plan_id": plan["id"],
        "previous_id": current["id"],
        "status": "active",
        "started_at": now,
        "ending_at": None,
        "terminated_at": None,
        "canceled_at": None,
    }


def _pending_after(world: World, current: Doc) -> list[Doc]:
    where = Where(f"code = ? AND {_STATUS} = 'pending'", (current["external_id"],))
    waiting = world.store.kept(SUBSCRIPTION, where)
    return [subscription for subscription in waiting if subscription["previous_id"] == current["id"]]


def _cancel(world: World, subscription: Doc) -> Doc:
    subscription = subscription | {"status": "canceled", "canceled_at": world.stamp()}
    world.store.save(SUBSCRIPTION, subscription)
    return subscription


def _end(world: World, subscription: Doc) -> Doc:
    """A job makes the invoice of what is due until now."""
    subscription = subscription | {"status": "terminated", "terminated_at": world.stamp()}
    world.store.save(SUBSCRIPTION, subscription)
    queue(world, Task.BILL_END, subscription)
    return subscription


def follow_new_amount(world: World, plan: Doc) -> None:
    """A plan that got dearer than the one a pending subscription comes from is moved to at once.

    A pending move away from a plan that is now the cheaper one is off.
    """
    for waiting in _of_plan(world, plan, "pending"):
        previous = previous_of(world, waiting)
        if previous is not None and _yearly(plan) >= _yearly(plan_of(world, previous)):
            _cancel(world, waiting)
            _upgrade(world, previous, plan)
    for current in _of_plan(world, plan, "active"):
        for waiting in _pending_after(world, current):
            if _yearly(plan_of(world, waiting)) > _yearly(plan):
                _cancel(world, waiting)


def end_all(world: World, plan: Doc) -> None:
    """What deleting the plan does to them."""
    for subscription in _of_plan(world, plan, "active"):
        _end(world, subscription)
    for subscription in _of_plan(world, plan, "pending"):
        _cancel(world, subscription)


def _of_plan(world: World, plan: Doc, status: str) -> list[Doc]:
    return world.store.kept(SUBSCRIPTION, Where(f"ref = ? AND {_STATUS} = ?", (plan["id"], status)))


def _update(world: World, request: Request) -> Doc:
    params = root(request.body, "subscription", _SCHEMA)
    subscription = _found(world, request)
    subscription |= assigned(params, _EDITABLE)
    if "ending_at" in params:
        subscription["ending_at"] = _stamped(moment(params["ending_at"]))
    world.store.save(SUBSCRIPTION, subscription)
    return {"subscription": rendered_alone(world, subscription)}


def _delete(world: World, request: Request) -> Doc:
    """An active one ends, a pending one (`status=pending`) is canceled."""
    subscription = _found(world, request)
    ended = (_cancel if subscription["status"] == "pending" else _end)(world, subscription)
    return {"subscription": rendered_with_plan(world, ended)}


def _show(world: World, request: Request) -> Doc:
    return {"subscription": rendered_alone(world, _found(world, request))}


def _found(world: World, request: Request) -> Doc:
    status = request.query.get("status", "active")
    where = Where(f"code = ? AND {_STATUS} = ?", (request.args[-1], status))
    found = world.store.kept(SUBSCRIPTION, where)
    if not found:
        raise not_found("subscription")
    return found[0]


def _index(world: World, request: Request) -> Doc:
    """Active ones only, unless statuses are named; an unknown plan has none."""
    return page(world, request, Listing(SUBSCRIPTION, "subscriptions", rendered), _matching(world, request))


def _matching(world: World, request: Request) -> Where:
    conditions, values = ["1"], list[Any]()
    for name, condition in _BY_OWNER.items():
        if isinstance(request.query.get(name), str):
            conditions.append(condition)
            values.append(request.query[name])
    statuses = _asked_statuses(world, request)
    if statuses:
        conditions.append(_STATUS_IN)
        values.append(json.dumps(statuses))
    overridden = request.query.get("overridden")
    if world.can.overridden_filter and overridden in _OVERRIDDEN:
        conditions.append(_OVERRIDDEN[overridden])
    return Where(" AND ".join(conditions), tuple(values))


def _asked_statuses(world: World, request: Request) -> list[str]:
    """None at all, which means every one, when there is one among them that Lago doesn't know."""
    asked = request.query.get("status[]") or ["active"]
    known = _STATUSES | ({"incomplete"} if world.can.incomplete_subscriptions else set())
    return asked if set(asked) <= known else []


ROUTES = (
    Route("POST", "subscriptions", _create),
    read_route("subscriptions", _index),
    read_route("subscriptions/{id}", _show),
    write_route("subscriptions/{id}", _update),
    Route("DELETE", "subscriptions/{id}", _delete),
)
