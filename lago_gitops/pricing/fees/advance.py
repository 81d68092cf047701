"""Charges billed in advance: a fee for every event, when it arrives."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal
from itertools import chain, repeat
from types import MappingProxyType
from typing import Any

from lago_gitops.pricing.base.currencies import exponent, subunits
from lago_gitops.pricing.base.errors import UnsupportedError
from lago_gitops.pricing.base.numbers import (
    ONE,
    UNIT_DECIMALS,
    ZERO,
    ceiling,
    exact,
    half_up,
    quot,
    through_float,
    to_cents,
)
from lago_gitops.pricing.base.rules import LATEST, Rules
from lago_gitops.pricing.catalog.items import Aggregation, Charge
from lago_gitops.pricing.fees.booking import booked
from lago_gitops.pricing.fees.charges import bucket_fee
from lago_gitops.pricing.fees.fee import Fee
from lago_gitops.pricing.fees.pricing_units import amounts
from lago_gitops.pricing.fees.terms import Terms
from lago_gitops.pricing.models import Price, graduated_percentage, percentage, rate
from lago_gitops.pricing.models.graduated_percentage import GraduatedPercentage
from lago_gitops.pricing.models.percentage import Percentage
from lago_gitops.pricing.models.rated import NO_DETAILS, Rated
from lago_gitops.pricing.models.usage import Usage, without_last
from lago_gitops.pricing.periods.spans import days_between, local_date
from lago_gitops.pricing.periods.subscription import Subscription, usage_span
from lago_gitops.pricing.usage.aggregations import Events, aggregate, relevant, state_changes
from lago_gitops.pricing.usage.buckets import (
    Bucket,
    best_filter,
    bucket_events,
    group_keys,
    group_of,
    price_of,
    unrounded,
)
from lago_gitops.pricing.usage.events import Event, property_number


@dataclass(frozen=True, slots=True)
class EventFees:
    event: Event
    fees: tuple[Fee, ...]


@dataclass(frozen=True, slots=True)
class Height:
    """The level of a bucket's units within a period, and the highest level paid for so far."""

    current: Decimal
    highest: Decimal


@dataclass(frozen=True, slots=True)
class _Added:
    """What one event adds: the units to pay for, the units that its fee shows, and the level after it."""

    paid: Decimal
    shown: Decimal
    level: Height | None = None


Heights = Mapping[tuple[str, Bucket, date], Height]  # by charge code, bucket and first day of the period
NO_HEIGHTS: Heights = MappingProxyType({})
_Heights = dict[tuple[str, Bucket, date], Height]


@exact
def event_fees(
    subscription: Subscription, events: Events, heights: Heights = NO_HEIGHTS, rules: Rules = LATEST
) -> tuple[EventFees, Heights]:
    """The fees of the last event, and the levels after it, for the next event. Raises like `advance_fees`."""
    after: _Heights = dict(heights)
    fees = tuple(_fees(subscription, events, after, rules))
    return EventFees(events[-1], fees), after


@exact
def advance_fees(subscription: Subscription, events: Events, rules: Rules = LATEST) -> tuple[EventFees, ...]:
    """The fees of each event. Events must be in chronological order.

    An event for which Lago's own job fails (an amount without units) has no fee.
    Raises UnsupportedError for metrics that can't be billed in advance: max, latest, weighted sum, custom.
    """
    levels: _Heights = {}
    return tuple(
        EventFees(event, tuple(_fees(subscription, events[: at + 1], levels, rules))) for at, event in enumerate(events)
    )


@dataclass(frozen=True, slots=True)
class _Case:
    """One event on one charge: the events of its bucket up to this one, and the terms of their period."""

    charge: Charge
    event: Event
    bucket: Bucket
    seen: Events
    terms: Terms


def _fees(subscription: Subscription, events: Events, levels: _Heights, rules: Rules) -> Iterator[Fee]:
    """The fees of the last event; `levels` are those before it."""
    event = events[-1]
    span = usage_span(subscription, local_date(event.at, subscription.zone))
    terms = Terms(span, subscription.plan.currency, rules)
    for charge in subscription.plan.charges:
        if charge.pay_in_advance and charge.metric.code == event.metric_code:
            fee = _fee(_case(unrounded(charge), events, terms), levels)
            if fee is not None:
                yield replace(booked(fee, subscription, event.at), event=event.transaction_id)


def _case(charge: Charge, events: Events, terms: Terms) -> _Case:
    event = events[-1]
    filter_ = best_filter(charge, event)
    keys = group_keys(charge, filter_)
    group = group_of(event, keys)
    matching = bucket_events(charge, filter_, relevant(charge.metric, events, terms.span))
    seen = tuple(each for each in matching if group_of(each, keys) == group)
    return _Case(charge, event, Bucket(filter_, group), seen, terms)


def _fee(case: _Case, levels: _Heights) -> Fee | None:
    key = _key(case, case.bucket)
    added = _added(case, levels.get(key))
    if added.level is not None:
        # The default bucket continues from the charge's last event, whichever filter that one matched.
        levels[key] = levels[_key(case, replace(case.bucket, filter=None))] = added.level
    rated = _rated(case, added)
    return None if rated is None else _with_money(case, added, rated)


def _key(case: _Case, bucket: Bucket) -> tuple[str, Bucket, date]:
    return case.charge.code, bucket, local_date(case.terms.span.start, case.terms.span.zone)


def _added(case: _Case, level: Height | None) -> _Added:
    """Only units that raise the level above the highest so far are paid for."""
    metric = case.charge.metric
    match metric.aggregation:
        case Aggregation.SUM:
            return _added_value(property_number(case.event, metric.field_name) or ZERO, level)
        case Aggregation.UNIQUE_COUNT:
            changes = [change for each, change in state_changes(metric, case.seen) if each is case.event]
            return _added_member(changes[-1] if changes else 0, level)
        case Aggregation.COUNT:
            return _Added(ONE, ONE)
    raise UnsupportedError(f"Lago can't bill a {metric.aggregation.value} metric in advance")


def _added_value(value: Decimal, level: Height | None) -> _Added:
    shown = max(value, ZERO)
    if level is None:
        return _Added(shown, shown, Height(value, value))
    current = level.current + value
    paid = current - level.highest
    if paid <= 0:
        return _Added(ZERO, shown, Height(current, level.highest))
    # Lago takes the greater of the level and the rise, which differ if the highest was below 0.
    return _Added(paid, paid, Height(current, max(current, paid)))


def _added_member(change: int, level: Height | None) -> _Added:
    new = Decimal(max(change, 0))
    if level is None:
        return _Added(new, new, Height(new, new))
    current = level.current + change
    if current > level.highest:
        return _Added(ONE, ONE, Height(current, current))
    return _Added(ZERO, new, Height(current, level.highest))


def _rated(case: _Case, added: _Added) -> Rated | None:
    """What the period's usage costs with the event, less what it costs without it; None when Lago divides by zero.

    The amount of one unit is computed from the rounded amount.
    """
    price, cents, rules = price_of(case.charge, case.bucket), subunits(case.terms.currency), case.terms.rules
    # Prorated or not: a standard price, the only one that may be prorated, is paid on what the event adds.
    usage = aggregate(case.charge.metric, case.seen, case.terms.span)
    with_event = rate(price, usage, subunits=cents, rules=rules)
    # Without its first event a period has no first flat amount either, so the event's fee includes it.
    flatless = replace(rules, first_flat_at_zero=False)
    without_event = rate(price, _without(case, usage, added), subunits=cents, rules=flatless)
    amount = with_event.amount - without_event.amount
    rounded = half_up(amount, exponent(case.terms.currency))
    if rounded and not added.shown:
        return None
    unit_amount = quot(rounded, added.shown) if rounded else ZERO
    return Rated(amount, unit_amount, _details(price, with_event.details, without_event.details))


def _without(case: _Case, usage: Usage, added: _Added) -> Usage:
    """Only the figures are reset: running totals of a percentage charge still include the event."""
    paid, span = added.paid, case.terms.span
    if case.charge.prorated:
        # Days over days is a float in Lago; here they are days begun.
        share = through_float(Decimal(days_between(case.event.at, span.end, span.zone) / span.period_days))
        paid = ceiling(paid * share, UNIT_DECIMALS)
    return replace(
        usage,
        units=usage.units - paid,
        events_count=usage.events_count - 1,
        priced=without_last(usage.priced or usage.transactions),
        precise_total_amount_cents=usage.precise_total_amount_cents - case.event.precise_total_amount_cents,
    )


def _details(price: Price, after: Any, before: Any) -> Any:
    """Lago has details for individual events of the two percentage models only, as differences."""
    match price:
        case Percentage():
            return _percentage_details(after, before)
        case GraduatedPercentage():
            return graduated_percentage.Details(tuple(_tier_details(after, before)))
        case _:
            return NO_DETAILS


def _percentage_details(after: percentage.Details, before: percentage.Details) -> percentage.Details:
    units, paid_units = after.units - before.units, after.paid_units - before.paid_units
    return percentage.Details(
        units=units,
        free_units=units - paid_units,
        free_events=Decimal(after.free_events - before.free_events),
        paid_units=paid_units,
        rate=after.rate,
        per_unit_total_amount=Decimal(after.per_unit_total_amount - before.per_unit_total_amount),
        paid_events=Decimal(after.paid_events - before.paid_events),
        fixed_fee_unit_amount=after.fixed_fee_unit_amount,
        fixed_fee_total_amount=after.fixed_fee_total_amount - before.fixed_fee_total_amount,
        min_max_adjustment_total_amount=after.min_max_adjustment_total_amount - before.min_max_adjustment_total_amount,
    )


def _tier_details(
    after: graduated_percentage.Details, before: graduated_percentage.Details
) -> Iterator[graduated_percentage.TierDetails]:
    earlier_tiers = chain(before.graduated_percentage_ranges, repeat(None))
    for tier, earlier in zip(after.graduated_percentage_ranges, earlier_tiers, strict=False):
        total = tier.total_with_flat_amount - (earlier.total_with_flat_amount if earlier else ZERO)
        units = tier.units - (earlier.units if earlier else ZERO)
        yield replace(
            tier,
            flat_unit_amount=tier.flat_unit_amount - (earlier.flat_unit_amount if earlier else ZERO),
            units=units,
            per_unit_total_amount=half_up(quot(total, units), 2) if units > 0 else ZERO,
            total_with_flat_amount=total,
        )


def _with_money(case: _Case, added: _Added, rated: Rated) -> Fee:
    charge, currency = case.charge, case.terms.currency
    fee = replace(
        bucket_fee(charge, case.bucket, case.terms),
        units=added.shown,
        total_aggregated_units=added.shown,
        events_count=1,
        details=rated.details,
    )
    # Lago rounds in the currency before it converts the amount to credits.
    amount = rated.amount if charge.pricing_unit is None else to_cents(rated.amount, currency) * Decimal("0.01")
    money = amounts(charge, amount, rated.unit_amount, currency)
    return replace(
        fee,
        amount_cents=money.amount_cents,
        precise_amount_cents=money.precise_amount_cents,
        precise_unit_amount=money.precise_unit_amount,
        unit_amounts=money.unit_amounts,
    )
