"""Coupons on customers: an applied coupon is frozen."""

import json
from typing import Any

from lago_gitops.sandbox.base.clock import to_second
from lago_gitops.sandbox.base.doc import Doc
from lago_gitops.sandbox.base.errors import invalid, not_allowed, not_found
from lago_gitops.sandbox.base.http.messages import Request
from lago_gitops.sandbox.base.http.paging import Listing, page
from lago_gitops.sandbox.base.http.params import root, scalars
from lago_gitops.sandbox.base.http.routes import Route, list_routes
from lago_gitops.sandbox.base.storage.kinds import APPLIED_COUPON, CHARGE, COUPON, CREDIT, CUSTOMER
from lago_gitops.sandbox.base.storage.store import Where
from lago_gitops.sandbox.base.values.casts import assigned, blank, integer, text
from lago_gitops.sandbox.base.world import World, new_id
from lago_gitops.sandbox.catalog.coupons import RATE
from lago_gitops.sandbox.customers import credit_shapes, customers

_CASTS = {
    "frequency": text,
    "frequency_duration": integer,
    "amount_cents": integer,
    "amount_currency": text,
    "percentage_rate": RATE,
}
_OF_CUSTOMER = "parent IN (SELECT id FROM objects o WHERE o.kind = 'customer' AND o.code = ?)"
_OF_COUPONS = "ref IN (SELECT id FROM objects o WHERE o.kind = 'coupon' AND o.code IN (SELECT value FROM json_each(?)))"
_SCHEMA = scalars(_CASTS, ("external_customer_id", "coupon_code"))


def _create(world: World, request: Request) -> Doc:
    params = root(request.body, "applied_coupon", _SCHEMA)
    customer = customers.found(world, text(params.get("external_customer_id")) or "")
    coupon = world.store.by_code(COUPON, text(params.get("coupon_code")) or "")
    if coupon is None or coupon["terminated_at"] is not None:
        raise not_found("coupon")
    others = world.store.children(APPLIED_COUPON, customer["id"])
    active = [_coupon(world, other) for other in others if other["status"] == "active"]
    if any(_overlap(world, coupon, other) for other in active):
        raise not_allowed("plan_overlapping")
    if not coupon["reusable"] and any(other["coupon_id"] == coupon["id"] for other in others):
        raise invalid({"coupon": ["coupon_is_not_reusable"]})
    applied = applied_to(world, customer, coupon, params)
    if coupon["coupon_type"] == "fixed_amount":
        customers.adopt_currency(world, customer, applied["amount_currency"])
    world.store.save(APPLIED_COUPON, applied)
    return {"applied_coupon": _rendered(world, applied)}


def applied_to(world: World, customer: Doc, coupon: Doc, params: Doc) -> Doc:
    """The coupon on a customer, with its own terms or those of the request; unsaved."""
    terms = {name: coupon[name] for name in _CASTS}
    terms |= {name: value for name, value in assigned(params, _CASTS).items() if not blank(value)}
    terms["frequency_duration_remaining"] = terms["frequency_duration"]
    terms["amount_cents_remaining"] = terms["amount_cents"] if terms["frequency"] == "once" else None
    return {
        "id": new_id(),
        "created_at": world.stamp(),
        "coupon_id": coupon["id"],
        "customer_id": customer["id"],
        "status": "active",
        "terminated_at": None,
        **terms,
    }


def _overlap(world: World, coupon: Doc, other: Doc) -> bool:
    """Whether the limits of both overlap."""
    if set(coupon["plan_ids"]) & set(other["plan_ids"]) or set(coupon["metric_ids"]) & set(other["metric_ids"]):
        return True
    metrics_of_plans = _metrics(world, coupon) & set(other["metric_ids"])
    return bool(metrics_of_plans or _metrics(world, other) & set(coupon["metric_ids"]))


def _metrics(world: World, coupon: Doc) -> set[str]:
    """The metrics of the charges of the plans to which it is limited."""
    return {charge["metric_id"] for id_ in coupon["plan_ids"] for charge in world.store.children(CHARGE, id_)}


def _listed(world: World, request: Request, external_id: Any) -> Doc:
    where = _matching(request, external_id)
    return page(world, request, Listing(APPLIED_COUPON, "applied_coupons", _rendered_in_list), where)


def _matching(request: Request, external_id: Any) -> Where:
    """Codes must be a list; anything else is ignored."""
    conditions, values = ["1"], list[Any]()
    status, codes = (request.query.get(key) for key in ("status", "coupon_code[]"))
    if external_id:
        conditions.append(_OF_CUSTOMER)
        values.append(external_id)
    if status:
        conditions.append("json_extract(doc, '$.status') = ?")
        values.append(status)
    if codes:
        conditions.append(_OF_COUPONS)
        values.append(json.dumps(codes))
    return Where(" AND ".join(conditions), tuple(values))


def _delete(world: World, request: Request) -> Doc:
    """Terminates it for good."""
    customer = customers.found(world, request.args[0])
    applied = world.store.get(APPLIED_COUPON, request.args[1])
    if applied is None or applied["customer_id"] != customer["id"] or applied["status"] != "active":
        raise not_found("applied_coupon")
    return {"applied_coupon": _rendered(world, end(world, applied))}


def end(world: World, applied: Doc) -> Doc:
    applied = applied | {"status": "terminated", "terminated_at": world.stamp()}
    world.store.save(APPLIED_COUPON, applied)
    return applied


def _coupon(world: World, applied: Doc) -> Doc:
    return world.store.with_deleted(COUPON, applied["coupon_id"])


def _rendered_in_list(world: World, applied: Doc) -> Doc:
    credits_ = world.store.referrers(CREDIT, applied["id"])
    return {**_rendered(world, applied), "credits": [credit_shapes.rendered(world, each) for each in credits_]}


def _rendered(world: World, applied: Doc) -> Doc:
    coupon = _coupon(world, applied)
    details = {
        "coupon_description": coupon["description"],
        "coupon_status": "active" if coupon["terminated_at"] is None else "terminated",
        "coupon_deleted_at": to_second(coupon.get("deleted_at")),
    }
    return {
        "lago_id": applied["id"],
        "lago_coupon_id": coupon["id"],
        "coupon_code": coupon["code"],
        "coupon_name": coupon["name"],
        **(details if world.can.applied_coupon_details else {}),
        "lago_customer_id": applied["customer_id"],
        "external_customer_id": world.store.with_deleted(CUSTOMER, applied["customer_id"])["external_id"],
        "status": applied["status"],
        "amount_cents": applied["amount_cents"],
        "amount_cents_remaining": applied["amount_cents_remaining"],
        "amount_currency": applied["amount_currency"],
        "percentage_rate": applied["percentage_rate"],
        "frequency": applied["frequency"],
        "frequency_duration": applied["frequency_duration"],
        "frequency_duration_remaining": applied["frequency_duration_remaining"],
        "expiration_at": to_second(coupon["expiration_at"]),
        "created_at": to_second(applied["created_at"]),
        "terminated_at": to_second(applied["terminated_at"]),
    }


ROUTES = (
    Route("POST", "applied_coupons", _create),
    *list_routes("applied_coupons", _listed),
    Route("DELETE", "customers/{id}/applied_coupons/{id}", _delete),
)
