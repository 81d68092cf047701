"""Estimates the price of an event: by billing it, or by the price alone."""

from decimal import ROUND_HALF_UP, Decimal

from lago_gitops.pricing.base.currencies import exponent, subunits
from lago_gitops.pricing.base.numbers import ZERO, exact, quot, text
from lago_gitops.pricing.catalog.items import ChargeFilter
from lago_gitops.pricing.fees.fee import Fee
from lago_gitops.pricing.invoicing.taxes import taxed
from lago_gitops.pricing.usage.aggregations import rounded
from lago_gitops.pricing.usage.buckets import best_filter, display_name
from lago_gitops.sandbox.base.doc import Doc
from lago_gitops.sandbox.base.errors import invalid, not_found
from lago_gitops.sandbox.base.http.messages import Request
from lago_gitops.sandbox.base.http.params import Schema, permit, root
from lago_gitops.sandbox.base.http.routes import Route
from lago_gitops.sandbox.base.lookup import with_code
from lago_gitops.sandbox.base.storage.event_log import LoggedEvent
from lago_gitops.sandbox.base.storage.kinds import CHARGE, METRIC
from lago_gitops.sandbox.base.values.numerals import amount, is_number
from lago_gitops.sandbox.base.world import World, new_id
from lago_gitops.sandbox.billing import advance
from lago_gitops.sandbox.billing.lines import line
from lago_gitops.sandbox.documents.invoices.fee_shapes import rendered_alone
from lago_gitops.sandbox.events import events
from lago_gitops.sandbox.rating import fees, price_list, usage
from lago_gitops.sandbox.subscriptions.relations import customer_of, plan_of

_SCHEMA: Schema = events.SCHEMA
_NUMBERS = ("sum_agg", "max_agg", "latest_agg")
_INSTANT = ("standard", "percentage")
_NO_MATCH = {"code": ["does_not_match_an_instant_charge"]}


def _estimate(world: World, request: Request) -> Doc:
    """The fees that billing would create for it; nothing is saved."""
    params = root(request.body, "event", _SCHEMA)
    event = _event(world, params, new_id())
    subscription = advance.serving(world, event)
    if subscription is None:
        raise not_found("subscription")
    _check(world, params)
    if not _charges(world, subscription, event.code):
        raise invalid(_NO_MATCH)
    customer = customer_of(world, subscription)
    made = advance.fees(world, subscription, event, keep=False)
    return {"fees": [_shown(world, fee, customer, subscription) for fee in made]}


def _shown(world: World, fee: Fee, customer: Doc, subscription: Doc) -> Doc:
    bearing = taxed(fee, price_list.tax_levels(world, customer))
    money = fees.money(bearing, price_list.tax_docs(world))
    nowhere: Doc = {"id": None, "created_at": None, "amount_details": {}}
    return rendered_alone(world, line(world, fee, customer, subscription) | money | nowhere)


def _event(world: World, params: Doc, transaction_id: str) -> LoggedEvent:
    """Dated now, whatever its own timestamp."""
    event, _ = events.read(world, {**params, "transaction_id": transaction_id, "timestamp": None})
    return event


def _check(world: World, params: Doc) -> None:
    metric = with_code(world, METRIC, str(params.get("code")))
    value = (params.get("properties") or {}).get(metric["field_name"] or "")
    if metric["aggregation_type"] in _NUMBERS and value is not None and not is_number(value):
        raise invalid({"properties": ["value_is_not_valid_number"]})


def _charges(world: World, subscription: Doc, code: str | None) -> list[Doc]:
    """Those billed in advance, optionally of one metric."""
    charges = (each for each in world.store.children(CHARGE, subscription["plan_id"]) if each["pay_in_advance"])
    metrics = {each["id"]: world.store.with_deleted(METRIC, each["metric_id"])["code"] for each in charges}
    return [world.store.with_deleted(CHARGE, id_) for id_, metric in metrics.items() if code in (None, metric)]


def _instant(world: World, request: Request) -> Doc:
    params = root(request.body, "event", _SCHEMA)
    event = _event(world, params, str(params.get("transaction_id") or new_id()))
    subscription = advance.serving(world, event)
    if subscription is None:
        raise not_found("subscription")
    charges = _simple(_charges(world, subscription, event.code))
    if not charges:
        raise invalid(_NO_MATCH)
    return {"fees": [_alone(world, subscription, each, event) for each in charges]}


def _simple(charges: list[Doc]) -> list[Doc]:
    return [each for each in charges if each["charge_model"] in _INSTANT]


def _batch(world: World, request: Request) -> Doc:
    """All events use the subscription of the first."""
    sent = request.body.get("events")
    items = [permit(each, _SCHEMA) for each in sent if isinstance(each, dict)] if isinstance(sent, list) else []
    if not items:
        raise invalid({"events": ["no_events"]})
    estimated = [_event(world, each, str(each.get("transaction_id") or new_id())) for each in items]
    subscription = advance.serving(world, estimated[0])
    if subscription is None:
        raise not_found("subscription")
    if not _simple(_charges(world, subscription, None)):
        raise invalid(_NO_MATCH)
    return {
        "fees": [
            _alone(world, subscription, charge, event)
            for event in estimated
            for charge in _simple(_charges(world, subscription, event.code))
        ]
    }


@exact
def _alone(world: World, subscription: Doc, charge: Doc, event: LoggedEvent) -> Doc:
    """The price of its units alone, without taxes and earlier usage."""
    plan = price_list.plan(world, plan_of(world, subscription))
    priced = next(each for each in plan.charges if each.code == charge["id"])
    metric = world.store.with_deleted(METRIC, charge["metric_id"])
    filter_ = best_filter(priced, usage.read(event))
    own = next((each for each in charge["filters"] if filter_ and each["values"] == _values(filter_)), None)
    units = rounded(priced.metric, _units(event, metric))
    cost = _price((own or charge)["properties"], charge["charge_model"], units)
    return {
        "lago_id": None,
        "lago_charge_id": charge["id"],
        "lago_charge_filter_id": None if own is None else own["id"],
        **dict.fromkeys(("lago_invoice_id", "lago_true_up_fee_id", "lago_true_up_parent_fee_id")),
        **_whose(world, subscription),
        "item": _item(charge, metric, filter_),
        "pay_in_advance": True,
        "invoiceable": charge["invoiceable"],
        **_money(cost, units, plan.currency),
        "description": None,
        "precise_coupons_amount_cents": "0.0",
        "events_count": 1,
        "payment_status": "pending",
        **dict.fromkeys(("created_at", "succeeded_at", "failed_at", "refunded_at", "amount_details")),
        "event_transaction_id": event.transaction_id,
    }


def _whose(world: World, subscription: Doc) -> Doc:
    customer = customer_of(world, subscription)
    return {
        "lago_subscription_id": subscription["id"],
        "external_subscription_id": subscription["external_id"],
        "lago_customer_id": customer["id"],
        "external_customer_id": customer["external_id"],
    }


def _item(charge: Doc, metric: Doc, filter_: ChargeFilter | None) -> Doc:
    return {
        "type": "charge",
        **{name: metric[name] for name in ("code", "name", "description")},
        "invoice_display_name": charge["invoice_display_name"] or metric["name"],
        "filters": None if filter_ is None else _values(filter_),
        "filter_invoice_display_name": None if filter_ is None else display_name(filter_),
        "lago_item_id": metric["id"],
        "item_type": "BillableMetric",
        "grouped_by": {},
    }


def _money(cost: Decimal, units: Decimal, currency: str) -> Doc:
    """Here, cents are decimals, and the unit price is in cents."""
    whole = cost.quantize(Decimal(1).scaleb(-exponent(currency)), ROUND_HALF_UP)
    cents = text(whole * subunits(currency))
    return {
        **dict.fromkeys(("amount_cents", "total_amount_cents"), cents),
        **dict.fromkeys(("amount_currency", "total_amount_currency"), currency),
        **dict.fromkeys(("precise_amount", "precise_total_amount"), text(cost)),
        **dict.fromkeys(("taxes_amount_cents", "taxes_precise_amount", "taxes_rate"), 0),
        "units": text(units),
        "precise_unit_amount": text(quot(whole, units) * subunits(currency) if whole else ZERO),
    }


def _values(filter_: ChargeFilter) -> Doc:
    return {key: list(each) for key, each in filter_.values}


def _units(event: LoggedEvent, metric: Doc) -> Decimal:
    """One if the metric counts events."""
    sent = event.properties.get(metric["field_name"] or "")
    if sent is None:
        return ZERO if metric["field_name"] else Decimal(1)
    return amount(str(sent)) or ZERO


def _price(properties: Doc, model: str, units: Decimal) -> Decimal:
    if units < 0:
        return ZERO
    if model == "standard":
        return units * Decimal(properties.get("amount") or 0)
    cost = units * Decimal(properties["rate"]) / 100 + Decimal(properties.get("fixed_amount") or 0)
    least, most = (properties.get(f"per_transaction_{name}_amount") or None for name in ("min", "max"))
    cost = cost if least is None else max(cost, Decimal(least))
    return cost if most is None else min(cost, Decimal(most))


ROUTES = (
    Route("POST", "events/estimate_fees", _estimate),
    Route("POST", "events/estimate_instant_fees", _instant),
    Route("POST", "events/batch_estimate_instant_fees", _batch),
)
