"""Usage of past periods, from their invoices."""

from collections.abc import Sequence

from lago_gitops.sandbox.base.clock import to_second
from lago_gitops.sandbox.base.doc import Doc
from lago_gitops.sandbox.base.errors import invalid
from lago_gitops.sandbox.base.http.messages import Request
from lago_gitops.sandbox.base.http.paging import asked_slice
from lago_gitops.sandbox.base.http.routes import read_route
from lago_gitops.sandbox.base.lookup import with_code
from lago_gitops.sandbox.base.storage.kinds import BILLED_PERIOD, CUSTOMER, FEE, INVOICE, METRIC, SUBSCRIPTION
from lago_gitops.sandbox.base.values.casts import blank, integer
from lago_gitops.sandbox.base.world import World
from lago_gitops.sandbox.rating import fees
from lago_gitops.sandbox.usage import shapes


def _past(world: World, request: Request) -> Doc:
    """Latest first. `periods_count` limits a page, but doesn't affect its offset."""
    external_id = request.query.get("external_subscription_id")
    if blank(external_id):
        raise invalid({"external_subscription_id": ["value_is_mandatory"]})
    metric_id = _metric_id(world, request)
    periods = _periods(world, request.args[0], str(external_id))
    asked = asked_slice(world, request, len(periods))
    if request.query.get("periods_count"):
        asked = asked._replace(size=integer(request.query["periods_count"]) or asked.size)
    rows = periods[asked.offset : asked.offset + asked.size]
    meta = asked.meta(len(rows))
    if not world.can.counts_beyond_last_page:
        meta["current_page"] = asked.number  # unlike other lists, this one has a page number even if empty
    return {"usage_periods": [_shown(world, each, metric_id) for each in rows], "meta": meta}


def _metric_id(world: World, request: Request) -> str | None:
    code = request.query.get("billable_metric_code")
    if blank(code):
        return None
    metric = with_code(world, METRIC, str(code))
    return str(metric["id"])


def _periods(world: World, external_customer_id: str, external_id: str) -> list[Doc]:
    customer = world.store.by_code(CUSTOMER, external_customer_id)
    if customer is None:
        return []
    periods = [
        period
        for subscription in world.store.of_code(SUBSCRIPTION, external_id)
        if subscription["customer_id"] == customer["id"]
        for period in world.store.children(BILLED_PERIOD, subscription["id"])
        if period["charges"] is not None
    ]
    return sorted(periods, key=lambda each: (each["charges"]["start"], each["made_at"]), reverse=True)


def _shown(world: World, period: Doc, metric_id: str | None) -> Doc:
    """Amounts are those of the whole invoice."""
    invoice = world.store.with_deleted(INVOICE, period["invoice_id"])
    every = world.store.children(FEE, invoice["id"])
    taxes = sum(each["taxes_amount_cents"] for each in every)
    return {
        "from_datetime": to_second(period["charges"]["start"]),
        "to_datetime": to_second(period["charges"]["end"]),
        "issuing_date": invoice["issuing_date"],
        "currency": invoice["currency"],
        "amount_cents": invoice["fees_amount_cents"],
        "total_amount_cents": invoice["fees_amount_cents"] + taxes,
        "taxes_amount_cents": taxes,
        "lago_invoice_id": invoice["id"],
        "charges_usage": _charges(world, period, every, metric_id),
    }


def _charges(world: World, period: Doc, every: Sequence[Doc], metric_id: str | None) -> list[Doc]:
    own = world.store.with_deleted(SUBSCRIPTION, period["subscription_id"])["external_id"]
    by_charge: dict[str, list[Doc]] = {}
    for fee in every:
        if fee["charge_id"] is not None and _external_id(world, fee) == own:
            by_charge.setdefault(fee["charge_id"], []).append(fee)
    return world.unordered(
        shapes.by_charge(world, charge_id, [fees.read(each) for each in same], shapes.used)
        for charge_id, same in by_charge.items()
        if metric_id is None or fees.metric_id(world, same[0]) == metric_id
    )


def _external_id(world: World, fee: Doc) -> str:
    return str(world.store.with_deleted(SUBSCRIPTION, fee["subscription_id"])["external_id"])


ROUTES = (read_route("customers/{id}/past_usage", _past),)
