"""Projected usage: current usage, extrapolated to the end of the period."""

from collections.abc import Sequence
from decimal import ROUND_HALF_UP, Decimal

from lago_gitops.pricing.base.currencies import exponent, subunits
from lago_gitops.pricing.base.numbers import ZERO, half_up, text
from lago_gitops.pricing.catalog.items import Charge
from lago_gitops.pricing.fees.fee import Fee
from lago_gitops.pricing.models import rate
from lago_gitops.pricing.models.graduated import Graduated
from lago_gitops.pricing.models.package import Package
from lago_gitops.pricing.models.standard import Standard
from lago_gitops.pricing.models.usage import Usage
from lago_gitops.pricing.models.volume import Volume
from lago_gitops.pricing.periods.spans import Span, days_between
from lago_gitops.pricing.usage.buckets import price_of
from lago_gitops.sandbox.base.doc import Doc
from lago_gitops.sandbox.base.world import World
from lago_gitops.sandbox.rating import history
from lago_gitops.sandbox.usage import shapes
from lago_gitops.sandbox.usage.rated import Rated

_RATED_AGAIN = (Standard, Graduated, Package, Volume)


def shown(world: World, usage: tuple[Rated, ...], span: Span) -> list[Doc]:
    """By charge. Lago's default filter includes all fees without a filter, of any charge."""
    share = _share(world, span)
    return [_shown(world, each, usage, share) for each in usage]


def _shown(world: World, own: Rated, usage: tuple[Rated, ...], share: float) -> Doc:
    charges = shapes.by_charge(world, own.charge.code, own.fees, lambda fees: _figures(own.charge, fees, share))
    del charges["charge"]["code"]
    for each in charges["filters"]:
        if each["values"] is None:
            unfiltered = [fee for other in usage for fee in other.fees if fee.filters is None]
            counted = {**shapes.counted(unfiltered), "units": text(sum((fee.units for fee in unfiltered), ZERO))}
            each.update({name: counted[name] for name in ("units", "events_count", "amount_cents")})
    return charges


def _figures(charge: Charge, fees: Sequence[Fee], share: float) -> Doc:
    """If a charge has filters, usage that matches none isn't projected."""
    counted = [fee for fee in fees if not charge.filters or fee.filters is not None]
    projected = [_projected(charge, fee, share) for fee in counted]
    return {
        "units": text(sum((fee.units for fee in fees), ZERO)),
        **shapes.counted(fees),
        "projected_units": text(sum((units for units, _ in projected), ZERO)),
        "projected_amount_cents": int(sum((cents for _, cents in projected), ZERO)),
        "projected_presentation_breakdowns": [],
        "pricing_unit_details": shapes.pricing_unit(fees),
    }


def total_cents(world: World, usage: tuple[Rated, ...], span: Span) -> Decimal:
    """As in Lago, only the first filter or group of each charge counts."""
    share = _share(world, span)
    return sum((_projected(each.charge, each.fees[0], share)[1] for each in usage if each.fees), ZERO)


def _share(world: World, span: Span) -> float:
    """The share of the period's days that have begun."""
    passed = days_between(span.start, world.now(), span.zone)
    return min(max(passed / days_between(span.start, span.end, span.zone), 0.0), 1.0)


def _projected(charge: Charge, fee: Fee, share: float) -> tuple[Decimal, Decimal]:
    """Units and cents. Recurring units aren't extrapolated."""
    if charge.metric.recurring:
        return fee.units, Decimal(fee.amount_cents)
    if not share or not fee.units:
        return ZERO, ZERO
    units = half_up(fee.units / Decimal(str(share)), 2)
    bucket = history.bucket_of(charge, {"filter": fee.filters, "group": fee.grouped_by})
    price = charge.price if bucket is None else price_of(charge, bucket)
    if isinstance(price, _RATED_AGAIN):
        amount = rate(price, Usage(units, 1), subunits=subunits(fee.currency)).amount
    else:
        amount = fee.precise_amount_cents / subunits(fee.currency) / Decimal(str(share))
    rounded = amount.quantize(Decimal(1).scaleb(-exponent(fee.currency)), ROUND_HALF_UP)
    return units, rounded * subunits(fee.currency)
