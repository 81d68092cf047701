"""Current usage, and projected usage for the end of the period."""

from datetime import date

from lago_gitops.pricing.base.numbers import text
from lago_gitops.pricing.invoicing.invoice import invoice
from lago_gitops.sandbox.base.doc import Doc
from lago_gitops.sandbox.base.errors import forbidden
from lago_gitops.sandbox.base.http.messages import Request
from lago_gitops.sandbox.base.http.routes import read_route
from lago_gitops.sandbox.base.values.casts import boolean
from lago_gitops.sandbox.base.world import World
from lago_gitops.sandbox.rating import lifecycle, price_list
from lago_gitops.sandbox.subscriptions import periods
from lago_gitops.sandbox.subscriptions.relations import customer_of, plan_of
from lago_gitops.sandbox.usage import projected, rated, requested_usage, shapes
from lago_gitops.sandbox.usage.rated import Rated


def _current(world: World, request: Request) -> Doc:
    subscription = requested_usage.subscription(world, request)
    usage = requested_usage.usage(world, request, subscription)
    shown = [shapes.by_charge(world, each.charge.code, each.fees, shapes.used) for each in usage]
    return {"customer_usage": {**_totals(world, request, subscription, usage), "charges_usage": world.unordered(shown)}}


def _totals(world: World, request: Request, subscription: Doc, usage: tuple[Rated, ...]) -> Doc:
    """Taxes are calculated on the total and rounded once."""
    customer = customer_of(world, subscription)
    fees = tuple(fee for each in usage for fee in each.fees)
    currency = plan_of(world, subscription)["amount_currency"]
    taxes = price_list.tax_levels(world, customer) if boolean(request.query.get("apply_taxes", True)) else None
    sums = invoice(fees, currency, taxes)
    start, end = periods.shown(world, subscription)
    return {
        "from_datetime": start,
        "to_datetime": end,
        "issuing_date": _last_day(world, subscription).isoformat(),
        "currency": currency,
        "amount_cents": sums.fees_amount_cents,
        "total_amount_cents": sums.fees_amount_cents + sums.taxes_amount_cents,
        "taxes_amount_cents": sums.taxes_amount_cents,
        "lago_invoice_id": None,
    }


def _last_day(world: World, subscription: Doc) -> date:
    """Of the plan's period, even if charges are billed monthly."""
    return periods.plan_period(world, subscription, world.now()).last


def _projected(world: World, request: Request) -> Doc:
    if not world.has("projected_usage"):
        raise forbidden("projected_usage_not_enabled")
    subscription = requested_usage.subscription(world, request)
    usage = requested_usage.by_metric_name(world, rated.current(world, subscription))
    span = rated.running_span(world, lifecycle.subscription(world, subscription))
    shown = projected.shown(world, usage, span)
    totals = _totals(world, request, subscription, usage)
    totals["projected_amount_cents"] = text(projected.total_cents(world, usage, span))
    return {"customer_projected_usage": {**totals, "charges_usage": world.unordered(shown)}}


ROUTES = (
    read_route("customers/{id}/current_usage", _current),
    read_route("customers/{id}/projected_usage", _projected),
)
