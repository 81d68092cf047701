"""What needs events, which the sandbox has none of: usage, estimates and previews."""

from decimal import ROUND_HALF_UP, Decimal
from typing import Any

from lago_gitops.sandbox.base.doc import Doc
from lago_gitops.sandbox.base.errors import beyond_sandbox, forbidden, invalid, not_found
from lago_gitops.sandbox.base.http import Request
from lago_gitops.sandbox.base.kinds import CHARGE, METRIC, PLAN, SUBSCRIPTION
from lago_gitops.sandbox.base.numerals import amount
from lago_gitops.sandbox.base.paging import page_number, page_of
from lago_gitops.sandbox.base.routes import Route, read_route
from lago_gitops.sandbox.base.store import Where
from lago_gitops.sandbox.base.world import World
from lago_gitops.sandbox.customers import customers
from lago_gitops.sandbox.subscriptions import periods

_NO_UNITS = {"units": "0.0", "total_aggregated_units": "0.0", "events_count": 0}
_TIERS = ("graduated_ranges", "volume_ranges", "graduated_percentage_ranges")


def _current(world: World, request: Request) -> Doc:
    """Of the running period: no units anywhere, only what the first tiers cost without any."""
    subscription = _subscription(world, request)
    plan = world.store.with_deleted(PLAN, subscription["plan_id"])
    shown = [_charge_usage(world, plan, charge) for charge in world.store.children(CHARGE, plan["id"])]
    cents = sum(item["amount_cents"] for item in shown)
    bounds = periods.shown(world, subscription)
    usage = {
        "from_datetime": bounds[0],
        "to_datetime": bounds[1],
        "issuing_date": (bounds[1] or "")[:10],
        "currency": plan["amount_currency"],
        "amount_cents": cents,
        "total_amount_cents": cents,
        "taxes_amount_cents": 0,
        "lago_invoice_id": None,
        "charges_usage": world.unordered(shown),
    }
    return {"customer_usage": usage}


def _charge_usage(world: World, plan: Doc, charge: Doc) -> Doc:
    metric = world.store.with_deleted(METRIC, charge["metric_id"])
    named = {"code": charge["code"]} if world.can.charge_codes else {}
    return {
        **_NO_UNITS,
        "amount_cents": _flat_cents(charge["properties"]),
        "amount_currency": plan["amount_currency"],
        "pricing_unit_details": None,
        "charge": {
            "lago_id": charge["id"],
            **named,
            "charge_model": charge["charge_model"],
            "invoice_display_name": charge["invoice_display_name"],
        },
        "billable_metric": {
            "lago_id": metric["id"],
            **{name: metric[name] for name in ("name", "code", "aggregation_type")},
        },
        "filters": [],
        "grouped_usage": [],
        **({"presentation_breakdowns": []} if world.can.presentation_group_keys else {}),
    }


def _flat_cents(properties: Doc) -> int:
    tiers: list[Any] = next((properties[key] for key in _TIERS if properties.get(key)), [])
    flat = amount(tiers[0].get("flat_amount")) if tiers else None
    return int(((flat or 0) * Decimal(100)).quantize(Decimal(1), ROUND_HALF_UP))


def _past(world: World, request: Request) -> Doc:
    """No period is ever closed here. Before 1.39 these pages, alone of all, say their number though there are none."""
    _subscription(world, request)
    shown = page_of(world, request, "usage_periods", [])
    if not world.can.counts_beyond_last_page:
        shown["meta"]["current_page"] = page_number(request)
    return shown


def _projected(world: World, request: Request) -> Doc:
    if not world.settings.premium:
        raise forbidden("projected_usage_not_enabled")
    _subscription(world, request)
    raise beyond_sandbox("projected usage")


def _preview(world: World, _: Request) -> Doc:
    if not world.settings.premium:
        raise forbidden("feature_unavailable")
    raise beyond_sandbox("invoice previews")


def _estimate(world: World, request: Request) -> Doc:
    event = request.body.get("event")
    event = event if isinstance(event, dict) else {}
    subscription = _active(world, event.get("external_subscription_id"))
    if subscription is None:
        raise not_found("subscription")
    for charge in world.store.children(CHARGE, subscription["plan_id"]):
        metric = world.store.with_deleted(METRIC, charge["metric_id"])
        if charge["pay_in_advance"] and metric["code"] == event.get("code"):
            raise beyond_sandbox("estimates of fees")
    raise invalid({"code": ["does_not_match_an_instant_charge"]})


def _subscription(world: World, request: Request) -> Doc:
    customer = customers.found(world, request.args[0])
    subscription = _active(world, request.query.get("external_subscription_id"))
    if subscription is None or subscription["customer_id"] != customer["id"]:
        raise not_found("subscription")
    return subscription


def _active(world: World, external_id: Any) -> Doc | None:
    where = Where("code = ? AND json_extract(doc, '$.status') = 'active'", (str(external_id),))
    return world.store.first(SUBSCRIPTION, where)


ROUTES = (
    read_route("customers/{id}/current_usage", _current),
    read_route("customers/{id}/past_usage", _past),
    read_route("customers/{id}/projected_usage", _projected),
    Route("POST", "invoices/preview", _preview),
    Route("POST", "events/estimate_fees", _estimate),
)
