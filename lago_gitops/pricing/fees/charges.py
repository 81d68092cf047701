"""A charge's fees on an invoice: one per bucket, and the true-up to the charge's minimum."""

from collections.abc import Iterator
from dataclasses import replace
from decimal import Decimal

from lago_gitops.pricing.base.currencies import subunits
from lago_gitops.pricing.base.numbers import (
    KEPT_DECIMALS,
    ONE,
    ZERO,
    exact,
    from_cents,
    half_up,
    through_float,
    whole_float,
)
from lago_gitops.pricing.catalog.items import Charge
from lago_gitops.pricing.fees.fee import Fee, ItemType
from lago_gitops.pricing.fees.pricing_units import UNIT_CENTS, amounts
from lago_gitops.pricing.fees.terms import Terms
from lago_gitops.pricing.models import rate
from lago_gitops.pricing.models.rated import Rated
from lago_gitops.pricing.models.usage import Usage
from lago_gitops.pricing.usage.buckets import Bucket, BucketUsage, display_name, price_of


@exact
def charge_fees(charge: Charge, usages: tuple[BucketUsage, ...], terms: Terms) -> tuple[Fee, ...]:
    """The fees that Lago keeps, in the order of the buckets, with the true-up last.

    A fee without units, amount and events isn't kept, unless a true-up refers to it.
    Raises UnratableError when Lago fails to create the invoice.
    """
    fees = tuple(_fee(charge, each, terms) for each in usages)
    true_up = tuple(_true_up(charge, fees, terms))
    parent = _parent(fees) if true_up else None
    return (*(fee for fee in fees if fee is parent or _is_kept(fee)), *true_up)


def early_charge_fees(charge: Charge, usages: tuple[BucketUsage, ...], terms: Terms) -> tuple[Fee, ...]:
    """The fees on an invoice created before the period ends: no minimum is due yet."""
    return charge_fees(replace(charge, min_amount_cents=0), usages, terms)


@exact
def recurring_fees(charge: Charge, usages: tuple[BucketUsage, ...], terms: Terms) -> tuple[Fee, ...]:
    """The fees without an invoice for units carried over to the next period, billed in advance; also for zero units."""
    return tuple(_fee(charge, each, terms) for each in usages)


def bucket_fee(charge: Charge, bucket: Bucket, terms: Terms) -> Fee:
    """A fee with its names and dates; its figures are added later."""
    filter_ = bucket.filter
    return Fee(
        item_type=ItemType.CHARGE,
        item_code=charge.metric.code,
        currency=terms.currency,
        start=terms.span.start,
        end=terms.span.end,
        amount_cents=0,
        precise_amount_cents=ZERO,
        charge_code=charge.code,
        filters=filter_.values if filter_ else None,
        filter_invoice_display_name=display_name(filter_) if filter_ else None,
        grouped_by=bucket.group,
        tax_codes=charge.tax_codes,
    )


def _fee(charge: Charge, each: BucketUsage, terms: Terms) -> Fee:
    usage = each.usage
    rated = rate(price_of(charge, each.bucket), usage, subunits=subunits(terms.currency), rules=terms.rules)
    units, amount, unit_amount = _not_negative(usage, rated)
    money = amounts(charge, amount, unit_amount, terms.currency)
    given_total = usage.total_aggregated_units
    return replace(
        bucket_fee(charge, each.bucket, terms),
        units=units,
        total_aggregated_units=units if given_total is None else given_total,
        events_count=int(usage.events_count),
        amount_cents=money.amount_cents,
        precise_amount_cents=money.precise_amount_cents,
        precise_unit_amount=money.precise_unit_amount,
        unit_amounts=money.unit_amounts,
        details=rated.details,
    )


def _not_negative(usage: Usage, rated: Rated) -> tuple[Decimal, Decimal, Decimal]:
    """Units, amount and amount of one unit as shown: all 0 when units or amount are negative, except in details."""
    if usage.units < 0 or rated.amount < 0:
        return ZERO, ZERO, ZERO
    return usage.full_units, rated.amount, rated.unit_amount


def _is_kept(fee: Fee) -> bool:
    return bool(fee.units or fee.amount_cents or fee.events_count)


def _parent(fees: tuple[Fee, ...]) -> Fee | None:
    return next((fee for fee in fees if fee.filters is None), None)


def _true_up(charge: Charge, fees: tuple[Fee, ...], terms: Terms) -> Iterator[Fee]:
    parent = _parent(fees)
    if parent is None or not terms.rules.licensed:
        return
    # The minimum is prorated by days, in floats, like the subscription fee.
    minimum = charge.min_amount_cents / terms.span.period_days * terms.span.days
    used, precise_used = _used(fees)
    if used >= minimum:
        return
    missing = through_float(Decimal(minimum))
    filled = replace(parent, units=ONE, total_aggregated_units=ONE, events_count=0, true_up=True)
    if charge.pricing_unit is not None:
        unit_cents = Decimal(UNIT_CENTS)
        short = through_float(Decimal(minimum - used))  # Lago subtracts one float from the other before it divides
        money = amounts(charge, short / unit_cents, (missing - precise_used) / unit_cents, terms.currency)
        yield replace(
            filled,
            amount_cents=money.amount_cents,
            precise_amount_cents=money.precise_amount_cents,
            precise_unit_amount=money.precise_unit_amount,
            unit_amounts=money.unit_amounts,
        )
        return
    precise = missing - precise_used
    yield replace(
        filled,
        amount_cents=whole_float(minimum - used),
        precise_amount_cents=half_up(precise, KEPT_DECIMALS),
        precise_unit_amount=half_up(from_cents(precise, terms.currency), KEPT_DECIMALS),
    )


def _used(fees: tuple[Fee, ...]) -> tuple[int, Decimal]:
    """Cents of all buckets, in the pricing unit if there is one."""
    money = [fee.unit_amounts or fee for fee in fees]
    return sum(each.amount_cents for each in money), sum((each.precise_amount_cents for each in money), ZERO)
