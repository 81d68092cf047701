"""Coupons: frozen once applied; until then, an update that omits the targets removes them."""

from collections.abc import Iterable
from typing import Any

from lago_gitops.sandbox.base.clock import moment, stamp, to_second
from lago_gitops.sandbox.base.doc import Doc
from lago_gitops.sandbox.base.errors import Problems, crash, invalid, not_allowed, not_found, note, refuse_if_any
from lago_gitops.sandbox.base.http.messages import Request
from lago_gitops.sandbox.base.http.paging import Listing, page
from lago_gitops.sandbox.base.http.params import One, Schema, Shape, root, scalars
from lago_gitops.sandbox.base.http.routes import Route, read_route, write_route
from lago_gitops.sandbox.base.lookup import with_code
from lago_gitops.sandbox.base.storage.kinds import APPLIED_COUPON, COUPON, METRIC, PLAN
from lago_gitops.sandbox.base.storage.store import Kind
from lago_gitops.sandbox.base.values.casts import assigned, blank, boolean, exact, integer, text
from lago_gitops.sandbox.base.values.currencies import CURRENCIES
from lago_gitops.sandbox.base.values.numerals import is_number
from lago_gitops.sandbox.base.world import World, new_id

TYPES = frozenset({"fixed_amount", "percentage"})
FREQUENCIES = frozenset({"once", "recurring", "forever"})
EXPIRATIONS = frozenset({"no_expiration", "time_limit"})


def _expiry(value: Any) -> str | None:
    when = moment(value)
    return None if when is None else stamp(when)


RATE = exact(5, 10)
_ALWAYS_EDITABLE = {"name": text, "description": text, "expiration": text, "expiration_at": _expiry}
_CASTS = {
    **_ALWAYS_EDITABLE,
    "code": text,
    "coupon_type": text,
    "amount_cents": integer,
    "amount_currency": text,
    "percentage_rate": RATE,
    "frequency": text,
    "frequency_duration": integer,
    "reusable": boolean,
}
_SCHEMA: Schema = {
    **scalars(_CASTS),
    "applies_to": One({"plan_codes": Shape.SCALARS, "billable_metric_codes": Shape.SCALARS}),
}


def _create(world: World, request: Request) -> Doc:
    params = root(request.body, "coupon", _SCHEMA)
    _check_expiry(world, params)
    plan_ids, metric_ids = _target_ids(world, PLAN, params), _target_ids(world, METRIC, params)
    _refuse_both(plan_ids, metric_ids)
    coupon = {"id": new_id(), "created_at": world.stamp(), "terminated_at": None, **dict.fromkeys(_CASTS)}
    coupon |= {"reusable": True} | assigned(params, _CASTS)
    coupon |= {"plan_ids": plan_ids, "metric_ids": metric_ids}
    coupon |= {"limited_plans": bool(plan_ids), "limited_billable_metrics": bool(metric_ids)}
    _check(world, coupon, params)
    world.store.save(COUPON, coupon)
    return {"coupon": _rendered(world, coupon)}


def _update(world: World, request: Request) -> Doc:
    params = root(request.body, "coupon", _SCHEMA)
    coupon = _found(world, request)
    _check_expiry(world, params)
    if world.store.has_referrer(APPLIED_COUPON, coupon["id"]):
        coupon |= assigned(params, _ALWAYS_EDITABLE)
    else:
        coupon |= _targets(world, coupon, params) | assigned(params, _CASTS)
    _check(world, coupon, params)
    world.store.save(COUPON, coupon)
    return {"coupon": _rendered(world, coupon)}


def _targets(world: World, coupon: Doc, params: Doc) -> Doc:
    """Removes what isn't sent. The flags change only with what is sent, so a coupon can be limited to nothing."""
    plan_ids, metric_ids = _target_ids(world, PLAN, params), _target_ids(world, METRIC, params)
    _refuse_miscounted(world, plan_ids, params)
    _refuse_both(plan_ids, metric_ids)
    sent = params.get("applies_to", {})
    flags = {}
    if "plan_codes" in sent or (metric_ids and coupon["plan_ids"]):
        flags["limited_plans"] = bool(plan_ids)
    if "billable_metric_codes" in sent or (plan_ids and coupon["metric_ids"]):
        flags["limited_billable_metrics"] = bool(metric_ids)
    return {"plan_ids": plan_ids, "metric_ids": metric_ids, **flags}


def _target_ids(world: World, kind: Kind, params: Doc) -> list[str]:
    ids = []
    for code in _target_codes(kind, params):
        target = world.store.by_code(kind, text(code) or "")
        if target is None:
            raise not_found(f"{kind.name}s")
        ids.append(target["id"])
    return list(dict.fromkeys(ids))


def _target_codes(kind: Kind, params: Doc) -> Iterable[Any]:
    codes: Iterable[Any] = params.get("applies_to", {}).get(f"{kind.name}_codes", ())
    return codes


def _refuse_miscounted(world: World, ids: list[str], params: Doc) -> None:
    """An update compares the number of codes sent with the number of plans that have them, including overrides."""
    number = sum(1 + len(world.store.children(PLAN, plan)) for plan in ids)
    if number != len(list(_target_codes(PLAN, params))):
        raise not_found("plans")


def _refuse_both(plan_ids: list[str], metric_ids: list[str]) -> None:
    if plan_ids and metric_ids:
        raise not_allowed("only_one_limitation_type_per_coupon_allowed")


def _check_expiry(world: World, params: Doc) -> None:
    """Checked first, in each request that sends it, even if unchanged."""
    sent = params.get("expiration_at")
    if blank(sent):
        return
    when = moment(sent)
    if when is None or when <= world.now():
        raise invalid({"expiration_at": ["invalid_date"]})


def _check(world: World, coupon: Doc, params: Doc) -> None:
    if not isinstance(coupon["expiration"], str | None) or not isinstance(params.get("expiration", ""), str | None):
        raise crash()
    problems: Problems = {}
    known = {"coupon_type": TYPES, "frequency": FREQUENCIES, "expiration": EXPIRATIONS}
    for field, values in known.items():
        if coupon[field] not in values:
            note(problems, field, "value_is_invalid")
    mandatory = ("name", "code") if world.can.coupon_code_mandatory else ("name",)
    for field in mandatory:
        if blank(coupon[field]):
            note(problems, field, "value_is_mandatory")
    if world.store.code_is_taken(COUPON, coupon):
        note(problems, "code", "value_already_exist")
    if coupon["reusable"] is None:
        note(problems, "reusable", "value_is_reserved")
    _check_value(coupon, params, problems)
    if world.can.coupon_duration_checked:
        _check_duration(coupon, params, problems)
    refuse_if_any(problems)


def _check_value(coupon: Doc, params: Doc, problems: Problems) -> None:
    cents = coupon["amount_cents"]
    if coupon["coupon_type"] == "fixed_amount":
        for field in ("amount_cents", "amount_currency"):
            if blank(coupon[field]):
                note(problems, field, "value_is_mandatory")
    if coupon["coupon_type"] == "percentage" and coupon["percentage_rate"] is None:
        note(problems, "percentage_rate", "value_is_mandatory")
    if params.get("amount_cents") is not None and not is_number(params["amount_cents"]):
        note(problems, "amount_cents", "is not a number")
    elif cents is not None and cents <= 0:
        note(problems, "amount_cents", "value_is_out_of_range")
    if coupon["amount_currency"] is not None and coupon["amount_currency"] not in CURRENCIES:
        note(problems, "amount_currency", "value_is_invalid")


def _check_duration(coupon: Doc, params: Doc, problems: Problems) -> None:
    if coupon["frequency"] != "recurring":
        return
    duration = coupon["frequency_duration"]
    sent = params.get("frequency_duration")
    if duration is None:
        note(problems, "frequency_duration", "value_is_mandatory", "is not a number")
    elif sent is not None and not is_number(sent):
        note(problems, "frequency_duration", "is not a number")
    elif duration <= 0:
        note(problems, "frequency_duration", "value_is_out_of_range")


def _show(world: World, request: Request) -> Doc:
    return {"coupon": _rendered(world, _found(world, request))}


def _index(world: World, request: Request) -> Doc:
    return page(world, request, Listing(COUPON, "coupons", _rendered))


def _delete(world: World, request: Request) -> Doc:
    """Applied coupons are terminated at once; the answer has the flags but no targets."""
    coupon = _found(world, request)
    now = world.stamp()
    for applied in world.store.referrers(APPLIED_COUPON, coupon["id"]):
        if applied["status"] == "active":
            world.store.save(APPLIED_COUPON, applied | {"status": "terminated", "terminated_at": now})
    coupon |= {"plan_ids": [], "metric_ids": []}
    world.store.save(COUPON, coupon | {"deleted_at": now})
    return {"coupon": _rendered(world, coupon)}


def end_expired(world: World) -> None:
    """Applied coupons don't change."""
    now = world.stamp()
    for coupon in world.store.kept(COUPON):
        limited = coupon["expiration"] == "time_limit" and coupon["expiration_at"] is not None
        if limited and coupon["terminated_at"] is None and coupon["expiration_at"] <= now:
            world.store.save(COUPON, coupon | {"terminated_at": now})


def _found(world: World, request: Request) -> Doc:
    return with_code(world, COUPON, request.code)


def _rendered(world: World, coupon: Doc) -> Doc:
    return {
        "lago_id": coupon["id"],
        "name": coupon["name"],
        "code": coupon["code"],
        "description": coupon["description"],
        "coupon_type": coupon["coupon_type"],
        "amount_cents": coupon["amount_cents"],
        "amount_currency": coupon["amount_currency"],
        "percentage_rate": coupon["percentage_rate"],
        "frequency": coupon["frequency"],
        "frequency_duration": coupon["frequency_duration"],
        "reusable": coupon["reusable"],
        "limited_plans": coupon["limited_plans"],
        "limited_billable_metrics": coupon["limited_billable_metrics"],
        "plan_codes": _kept_codes(world, PLAN, coupon["plan_ids"]),
        "billable_metric_codes": _kept_codes(world, METRIC, coupon["metric_ids"]),
        "created_at": to_second(coupon["created_at"]),
        "expiration": coupon["expiration"],
        "expiration_at": to_second(coupon["expiration_at"]),
        "terminated_at": to_second(coupon["terminated_at"]),
    }


def _kept_codes(world: World, kind: Kind, ids: Iterable[str]) -> list[str]:
    """Codes of those not deleted; an object recreated with the code of a deleted one doesn't count."""
    kept = (world.store.get(kind, id_) for id_ in ids)
    return world.unordered(target["code"] for target in kept if target is not None)


ROUTES = (
    Route("POST", "coupons", _create),
    read_route("coupons", _index),
    read_route("coupons/{code}", _show),
    write_route("coupons/{code}", _update),
    Route("DELETE", "coupons/{code}", _delete),
)
