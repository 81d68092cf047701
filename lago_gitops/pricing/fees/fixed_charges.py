"""Fixed charges: a number of units of an add-on in every period, priced like usage."""

import math
from collections.abc import Iterable, Iterator
from dataclasses import replace
from datetime import UTC, datetime
from decimal import Decimal
from itertools import pairwise

from lago_gitops.pricing.base.currencies import subunits
from lago_gitops.pricing.base.numbers import (
    KEPT_DECIMALS,
    ZERO,
    exact,
    half_up,
    pg,
    through_float,
    to_cents,
    whole_float,
)
from lago_gitops.pricing.catalog.items import FixedCharge
from lago_gitops.pricing.fees.fee import Fee, ItemType
from lago_gitops.pricing.fees.terms import Terms
from lago_gitops.pricing.models import rate
from lago_gitops.pricing.models.rated import Rated, per_unit
from lago_gitops.pricing.models.usage import Prorated, ProratedEvent, Usage
from lago_gitops.pricing.periods.spans import DAY, Span, local_date
from lago_gitops.pricing.periods.subscription import UnitsFrom

_PRORATED_DECIMALS = 6


@exact
def fixed_charge_fee(charge: FixedCharge, terms: Terms, changes: tuple[UnitsFrom, ...] = ()) -> Fee | None:
    """The fee for a period; None when Lago creates none: no units and no amount, or a release without fixed charges.

    `changes` are changes of the units within the span, in order of days; until the first one the charge's own units
    apply. Raises UnratableError when a volume charge has no tier for the units.
    """
    if not terms.rules.bills_fixed_charges:
        return None
    usage = _usage(charge, terms.span, changes)
    rated = rate(charge.price, usage, rules=terms.rules)
    fee = _fee(charge, terms, usage.full_units, rated)
    return fee if fee.units or fee.amount_cents else None


@exact
def added_units_fee(
    charge: FixedCharge, terms: Terms, at: datetime, changes: Iterable[UnitsFrom], billed: Iterable[Fee]
) -> Fee:
    """The fee billed in advance, at an instant, for units not billed for the span yet.

    `billed`: the subscription's fees so far. Removed units aren't refunded: their fee is 0.
    """
    held, within = in_force(charge, terms.span, changes)
    units = within[-1].units if within else held.units
    added = units - sum((fee.units for fee in billed if is_of(fee, charge) and _spans(fee, terms.span)), ZERO)
    if added <= 0:
        return _fee(charge, terms, ZERO, Rated(ZERO, ZERO))
    share = _share_left(at, terms.span) if charge.prorated else Decimal(1)
    amount = rate(charge.price, Usage(added * share, 1), rules=terms.rules).amount
    return _fee(charge, terms, added, Rated(amount, per_unit(amount, added)))


def in_force(
    charge: FixedCharge, span: Span, changes: Iterable[UnitsFrom]
) -> tuple[FixedCharge, tuple[UnitsFrom, ...]]:
    """The charge with its units at the start of a span, and the changes within the span, in order of days.

    A change cancels earlier ones that are scheduled for a later day.
    """
    own = [change for change in changes if change.charge_code == charge.code]
    kept = [change for at, change in enumerate(own) if all(change.day <= later.day for later in own[at + 1 :])]
    first, last = local_date(span.start, span.zone), local_date(span.end, span.zone)
    before = [change for change in kept if change.day < first]
    held = replace(charge, units=before[-1].units) if before else charge
    return held, tuple(change for change in kept if first <= change.day <= last)


@exact
def less_already_paid(fee: Fee, paid: Iterable[Fee]) -> Fee:
    """The first fee, after an upgrade, of a prorated charge billed in advance, less what the old plan's fee paid of it.

    `paid`: the old fees on the same add-on, in the order of creation. Lago divides days begun by days begun, as
    floats.
    """
    covering = [each for each in paid if each.start <= fee.start and each.end >= fee.end]
    if not covering:
        return fee
    old = covering[-1]
    old_days = _days_begun(old.billed_at or old.start, old.end)
    credit = whole_float(old.amount_cents * float(_days_begun(fee.start, fee.end)) / old_days)
    return replace(
        fee,
        amount_cents=max(fee.amount_cents - credit, 0),
        precise_amount_cents=max(fee.precise_amount_cents - credit, ZERO),
    )


def is_of(fee: Fee, charge: FixedCharge) -> bool:
    """Whether it is a fee of this fixed charge; usage charges may have the same code."""
    return fee.item_type == ItemType.FIXED_CHARGE and fee.charge_code == charge.code


def _spans(fee: Fee, span: Span) -> bool:
    return (fee.start, fee.end) == (span.start, span.end)


def _share_left(at: datetime, span: Span) -> Decimal:
    """The share of the period from a day on. Lago counts UTC dates here, and divides floats."""
    days = (span.end.astimezone(UTC).date() - at.astimezone(UTC).date()).days + 1
    return through_float(Decimal(days / span.period_days))


def _days_begun(start: datetime, until: datetime) -> int:
    return math.ceil((until - start) / DAY)


def _usage(charge: FixedCharge, span: Span, changes: tuple[UnitsFrom, ...]) -> Usage:
    units = changes[-1].units if changes else charge.units
    if not charge.prorated:
        return Usage(units, 1)
    prorated = sum(_stretches(charge, span, changes), ZERO)
    return Usage(prorated, 1, prorated=Prorated(units, (ProratedEvent(units, prorated),)))


def _stretches(charge: FixedCharge, span: Span, changes: tuple[UnitsFrom, ...]) -> Iterator[Decimal]:
    """Each number of units times the part of the period during which it was in force."""
    start, after = local_date(span.start, span.zone), local_date(span.end, span.zone) + DAY
    counts = (UnitsFrom(start, charge.units), *changes, UnitsFrom(after, ZERO))
    for current, following in pairwise(counts):
        days = Decimal((following.day - current.day).days)
        yield half_up(pg(days, Decimal(span.period_days)) * current.units, _PRORATED_DECIMALS)


def _fee(charge: FixedCharge, terms: Terms, units: Decimal, rated: Rated) -> Fee:
    return Fee(
        item_type=ItemType.FIXED_CHARGE,
        item_code=charge.add_on_code,
        currency=terms.currency,
        start=terms.span.start,
        end=terms.span.end,
        amount_cents=to_cents(rated.amount, terms.currency),
        precise_amount_cents=half_up(rated.amount * subunits(terms.currency), KEPT_DECIMALS),
        units=units,
        precise_unit_amount=half_up(rated.unit_amount, KEPT_DECIMALS),
        total_aggregated_units=units,
        details=rated.details,
        charge_code=charge.code,
        tax_codes=charge.tax_codes,
    )
