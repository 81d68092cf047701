"""Routes of subscriptions."""

from typing import Any

from lago_gitops.sandbox.base.clock import moment, stamp
from lago_gitops.sandbox.base.doc import Doc
from lago_gitops.sandbox.base.errors import Problems, crash, forbidden, invalid, not_found, note, refuse_if_any
from lago_gitops.sandbox.base.http.messages import Request
from lago_gitops.sandbox.base.http.paging import Listing, page
from lago_gitops.sandbox.base.http.params import root
from lago_gitops.sandbox.base.http.routes import Route, read_route, write_route
from lago_gitops.sandbox.base.queue import announce
from lago_gitops.sandbox.base.storage.kinds import SUBSCRIPTION
from lago_gitops.sandbox.base.storage.store import Where, all_of, among
from lago_gitops.sandbox.base.values.casts import blank, text
from lago_gitops.sandbox.base.world import World, new_id
from lago_gitops.sandbox.customers import customers
from lago_gitops.sandbox.plans import lookup as plan_lookup
from lago_gitops.sandbox.plans import overrides, thresholds
from lago_gitops.sandbox.subscriptions import fields, periods, transitions
from lago_gitops.sandbox.subscriptions.lookup import with_status
from lago_gitops.sandbox.subscriptions.relations import active, plan_of, previous_of
from lago_gitops.sandbox.subscriptions.shapes import rendered, rendered_alone, rendered_updated, rendered_with_plan

_STATUSES = frozenset({"pending", "active", "terminated", "canceled"})
_BILLING_TIMES = ("calendar", "anniversary")
_OF_CUSTOMER = "parent IN (SELECT id FROM objects o WHERE o.kind = 'customer' AND o.deleted = 0 AND o.code = ?)"
# Deleted plans with the same code count, too, and so do overrides, which share it.
_BY_QUERY = {
    "plan_code": "ref IN (SELECT id FROM objects plan WHERE plan.kind = 'plan' AND plan.code = ?)",
    "external_customer_id": _OF_CUSTOMER,
    "external_id": "code = ?",
    "currency": "ref IN (SELECT id FROM objects plan WHERE plan.kind = 'plan' "
    "AND json_extract(plan.doc, '$.amount_currency') = ?)",
}
_OVERRIDDEN = {
    "true": "(SELECT parent FROM objects plan WHERE plan.id = objects.ref) IS NOT NULL",
    "false": "(SELECT parent FROM objects plan WHERE plan.id = objects.ref) IS NULL",
}


def _create(world: World, request: Request) -> Doc:
    """A new one, or the move of one with that external_id to another plan."""
    params = root(request.body, "subscription", fields.CREATION)
    plan = plan_lookup.found(world, text(params.get("plan_code")) or "")
    problems: Problems = {}
    begins = params.get("subscription_at")
    fields.note_problems(world, params, world.stamp() if begins is None else begins, problems)
    refuse_if_any(problems)
    if "plan_overrides" in params and not world.premium:
        raise forbidden("feature_unavailable")
    if blank(params.get("external_customer_id")):
        raise invalid({"external_customer_id": ["value_is_mandatory"]})
    customer = _customer(world, plan, (text(params["external_customer_id"]) or "").strip())
    external_id = (text(params.get("external_id")) or "").strip()
    current = _editable(world, customer, external_id)
    if current is None and active(world, external_id) is not None:
        raise invalid({"external_id": ["value_already_exist"]})
    if current is not None and current["plan_id"] == plan["id"]:
        return {"subscription": rendered_alone(world, current)}
    if not external_id:
        raise invalid({"external_id": ["value_is_mandatory"]})
    if "plan_overrides" in params:  # even if empty
        plan = overrides.child(world, plan, params["plan_overrides"] or {})
    common = {
        "name": (text(params.get("name")) or "").strip(),
        **_own_thresholds(world, params),
        **fields.optional(params),
    }
    if current is not None:
        return {"subscription": rendered_alone(world, transitions.move(world, current, plan, common))}
    new = _new(world, customer, plan, params) | {"external_id": external_id, **common}
    return {"subscription": rendered_alone(world, transitions.starting(world, new))}


def _customer(world: World, plan: Doc, external_id: str) -> Doc:
    """Created if it doesn't exist; takes the plan's currency if it has none."""
    return customers.adopt_currency(world, customers.found_or_new(world, external_id), plan["amount_currency"])


def _editable(world: World, customer: Doc, external_id: str) -> Doc | None:
    """One that is active, or pending without a predecessor."""
    own = world.store.children(SUBSCRIPTION, customer["id"])
    editable = [each for each in own if each["external_id"] == external_id and _is_editable(each)]
    return max(editable, key=lambda each: each["started_at"] or "", default=None)


def _is_editable(subscription: Doc) -> bool:
    waits = subscription["status"] == "pending" and subscription["previous_id"] is None
    return waits or subscription["status"] == "active"


def _own_thresholds(world: World, params: Doc) -> Doc:
    if not params.get("usage_thresholds") or not world.has("progressive_billing"):
        return {}
    return {"thresholds": thresholds.written(world, [], params["usage_thresholds"])}


def _new(world: World, customer: Doc, plan: Doc, params: Doc) -> Doc:
    """Unsaved."""
    billing_time = params.get("billing_time") or "calendar"
    if billing_time not in _BILLING_TIMES:
        raise invalid({"billing_time": ["value_is_invalid"]})
    begins = moment(params.get("subscription_at")) or world.now()
    return {
        **fields.unset(),
        "id": new_id(),
        "created_at": world.stamp(),
        "customer_id": customer["id"],
        "plan_id": plan["id"],
        "status": "pending",
        "billing_time": billing_time,
        "subscription_at": stamp(begins),
    }


def _update(world: World, request: Request) -> Doc:
    params = root(request.body, "subscription", fields.UPDATE)
    subscription = _to_update(world, request)
    problems: Problems = {}
    fields.note_problems(world, params, params.get("subscription_at", subscription["subscription_at"]), problems)
    refuse_if_any(problems)
    if "plan_overrides" in params and not world.premium:
        raise forbidden("feature_unavailable")
    changed = subscription | fields.optional(params) | _own_thresholds(world, params)
    if "name" in params:
        changed["name"] = text(params["name"])
    changed |= _endings(world, subscription, params)
    if "plan_overrides" in params:
        changed["plan_id"] = overrides.child(world, plan_of(world, subscription), params["plan_overrides"] or {})["id"]
    return {"subscription": rendered_updated(world, _updated(world, changed, params))}


def _endings(world: World, subscription: Doc, params: Doc) -> Doc:
    """A credit note is for a plan billed in advance; in arrears, the option is ignored."""
    endings: Doc = {}
    if "on_termination_credit_note" in params and plan_of(world, subscription)["pay_in_advance"]:
        endings["on_termination_credit_note"] = params["on_termination_credit_note"] or None
    if "on_termination_invoice" in params:
        if not params["on_termination_invoice"]:
            raise crash()
        endings["on_termination_invoice"] = params["on_termination_invoice"]
    return endings


def _updated(world: World, changed: Doc, params: Doc) -> Doc:
    """A pending one can get another start, even in the past."""
    waits = changed["status"] == "pending" and changed["previous_id"] is None
    if not waits or "subscription_at" not in params:
        world.store.save(SUBSCRIPTION, changed)
        announce(world, "subscription.updated", changed)
        return changed
    begins = moment(params["subscription_at"]) or world.now()
    changed["subscription_at"] = stamp(begins)
    world.store.save(SUBSCRIPTION, changed)
    if begins > world.now():
        return changed
    today = periods.local_day(world, changed, begins) == periods.local_day(world, changed, world.now())
    begun = transitions.activate(world, changed, begins) if today else transitions.starting(world, changed)
    announce(world, "subscription.updated", begun)
    return begun


def _to_update(world: World, request: Request) -> Doc:
    """The only one with that id in any status; of several, the active one, or the pending one if requested."""
    own = world.store.of_code(SUBSCRIPTION, request.code)
    status = "pending" if request.query.get("status") == "pending" else "active"
    candidates = own if len(own) == 1 else [each for each in own if each["status"] == status]
    if not candidates:
        raise not_found("subscription")
    return max(candidates, key=lambda each: str(each["subscription_at"]))


def _delete(world: World, request: Request) -> Doc:
    """Ends an active one; cancels a pending one (`status=pending`)."""
    if request.query.get("status") == "pending":
        canceled = transitions.cancel(world, with_status(world, request.code, "pending"))
        previous = previous_of(world, canceled)
        if previous is not None and world.can.kept_plans_announced:
            announce(world, "subscription.updated", previous)
        announce(world, "subscription.terminated", canceled)
        return {"subscription": rendered_with_plan(world, canceled)}
    options = {name: request.query[name] for name in _ENDINGS if request.query.get(name)}
    problems: Problems = {}
    for name, values in _ENDINGS.items():
        if options.get(name) and options[name] not in values:
            note(problems, name, "invalid_value")
    subscription = with_status(world, request.code, "active")
    refuse_if_any(problems)
    return {"subscription": rendered_with_plan(world, transitions.terminate(world, subscription, options))}


_ENDINGS = {"on_termination_credit_note": fields.CREDIT_NOTES, "on_termination_invoice": fields.INVOICES}


def _show(world: World, request: Request) -> Doc:
    status = request.query.get("status") or "active"
    return {"subscription": rendered_alone(world, with_status(world, request.code, status))}


def _index(world: World, request: Request) -> Doc:
    """Only active ones, unless statuses are given; none for an unknown plan."""
    return page(world, request, Listing(SUBSCRIPTION, "subscriptions", rendered), _matching(world, request.query))


def _index_of_customer(world: World, request: Request) -> Doc:
    query = {**request.query, "external_customer_id": request.code}
    return page(world, request, Listing(SUBSCRIPTION, "subscriptions", rendered), _matching(world, query))


def _matching(world: World, query: Doc) -> Where:
    conditions = [Where(sql, (query[name],)) for name, sql in _BY_QUERY.items() if isinstance(query.get(name), str)]
    statuses = _asked_statuses(world, query)
    if statuses:
        conditions.append(among("status", statuses))
    overridden = query.get("overridden", query.get("overriden"))
    if world.can.overridden_filter and overridden in _OVERRIDDEN:
        conditions.append(Where(_OVERRIDDEN[overridden], ()))
    return all_of(conditions)


def _asked_statuses(world: World, query: Doc) -> list[Any]:
    """If Lago doesn't know one of the statuses, it ignores all of them."""
    asked = query.get("status[]") or ["active"]
    known = _STATUSES | ({"incomplete"} if world.can.incomplete_subscriptions else set())
    return asked if set(asked) <= known else []


ROUTES = (
    Route("POST", "subscriptions", _create),
    read_route("subscriptions", _index),
    read_route("customers/{id}/subscriptions", _index_of_customer),
    read_route("subscriptions/{id}", _show),
    write_route("subscriptions/{id}", _update),
    Route("DELETE", "subscriptions/{id}", _delete),
)
