"""Percentage: a share of the units and a fixed amount per event, with free units, free events, minimum and maximum."""

import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from itertools import accumulate
from typing import Any

from lago_gitops.pricing.base.errors import UnratableError
from lago_gitops.pricing.base.numbers import ZERO, from_percent
from lago_gitops.pricing.base.rules import Rules
from lago_gitops.pricing.models.properties import figure, optional_figure
from lago_gitops.pricing.models.rated import Rated, per_unit
from lago_gitops.pricing.models.usage import Counted, Peak, Summed, Transactions, Usage


@dataclass(frozen=True, slots=True)
class Percentage:
    rate: Decimal  # per cent
    fixed_amount: Decimal = ZERO  # an event
    free_events: int = 0
    free_aggregation: Decimal = ZERO  # free units in all
    min_amount: Decimal | None = None  # an event
    max_amount: Decimal | None = None  # an event


@dataclass(frozen=True, slots=True)
class Details:
    """Integers are JSON numbers in Lago's answer, decimals are text: unique counts make decimals of the events."""

    units: Decimal
    free_units: Decimal
    free_events: int | Decimal
    paid_units: Decimal
    rate: Decimal
    per_unit_total_amount: int | Decimal
    paid_events: int | Decimal
    fixed_fee_unit_amount: Decimal
    fixed_fee_total_amount: Decimal
    min_max_adjustment_total_amount: Decimal


@dataclass(frozen=True, slots=True)
class _Parts:
    free_units: Decimal
    free_events: int
    shares: int | Decimal
    fixed: Decimal
    adjustment: Decimal


def read(properties: Mapping[str, Any]) -> Percentage:
    return Percentage(
        rate=figure(properties, "rate"),
        fixed_amount=optional_figure(properties, "fixed_amount") or ZERO,
        free_events=int(optional_figure(properties, "free_units_per_events") or 0),
        free_aggregation=optional_figure(properties, "free_units_per_total_aggregation") or ZERO,
        min_amount=optional_figure(properties, "per_transaction_min_amount"),
        max_amount=optional_figure(properties, "per_transaction_max_amount"),
    )


def rate(price: Percentage, usage: Usage, rules: Rules) -> Rated:
    """Raises UnratableError for a minimum or maximum per event when the aggregation has no individual events."""
    totals = _running_totals(price, usage.transactions)
    free_units, free_events = _free_units(price, totals), _free_events(price, totals)
    shares = _shares(price, usage, free_units)
    fixed = _fixed_total(price, usage, free_events)
    amount = shares + fixed
    adjustment = ZERO
    if rules.licensed and (price.min_amount is not None or price.max_amount is not None):
        amount = _one_by_one(price, usage.priced or usage.transactions)
        adjustment = amount - shares - fixed
    details = _details(price, usage, _Parts(free_units, free_events, shares, fixed, adjustment))
    return Rated(amount, per_unit(amount, usage.full_units), details)


def asks_for_sizes(price: object) -> bool:
    """Whether the price of the same total depends on the sizes of events."""
    if not isinstance(price, Percentage):
        return False
    limited = price.min_amount is not None or price.max_amount is not None
    return bool(limited or price.free_events or (price.free_aggregation and price.fixed_amount))


def amount_beside(price: Percentage, usage: Usage, free_units: Decimal, free_events: int) -> Decimal:
    """The amount when this much is free, for whatever reason. Without minimum or maximum per event."""
    return _shares(price, usage, free_units) + _fixed_total(price, usage, free_events)


def estimate(price: Percentage, units: Decimal) -> Decimal:
    """Lago's instant estimate of a single event: nothing is free, and an event without units pays too."""
    return _held(price, from_percent(units * price.rate) + price.fixed_amount)


def _running_totals(price: Percentage, transactions: Transactions) -> Sequence[Decimal | int]:
    """The usage after each event, as far as Lago looks; empty when nothing is free."""
    if not price.free_events and not price.free_aggregation:
        return ()
    match transactions:
        case Summed(values) if price.free_events:
            return tuple(accumulate(values[: price.free_events]))
        case Summed(values):
            return tuple(_until_exceeded(values, price.free_aggregation))
        case Counted(units):
            return range(1, units + 1)
        case _:
            return ()


def _until_exceeded(values: tuple[Decimal, ...], limit: Decimal) -> Iterator[Decimal]:
    for total in accumulate(values):
        yield total
        if total > limit:
            return


def _free_units(price: Percentage, totals: Sequence[Decimal | int]) -> Decimal:
    last = Decimal(totals[-1]) if totals else ZERO
    if not last:
        return ZERO
    if 0 < price.free_events < _count(totals):
        return Decimal(totals[price.free_events - 1])
    if not price.free_aggregation or last <= price.free_aggregation:
        return last
    return price.free_aggregation


def _free_events(price: Percentage, totals: Sequence[Decimal | int]) -> int:
    below = _below(totals, price.free_aggregation)
    return min((count for count in (price.free_events, below) if count), default=0)


def _count(totals: Sequence[Decimal | int]) -> int:
    """`len` fails for a range of more than 63 bits."""
    return totals.stop - totals.start if isinstance(totals, range) else len(totals)


def _below(totals: Sequence[Decimal | int], limit: Decimal) -> int:
    if isinstance(totals, range):  # 1, 2, 3 … may be millions
        return max(0, min(_count(totals), math.ceil(limit) - 1))
    return sum(total < limit for total in totals)


def _shares(price: Percentage, usage: Usage, free_units: Decimal) -> int | Decimal:
    return 0 if free_units > usage.units else from_percent((usage.units - free_units) * price.rate)


def _fixed_total(price: Percentage, usage: Usage, free_events: int) -> Decimal:
    if not usage.units or free_events >= usage.events_count:
        return ZERO
    return (usage.events_count - free_events) * price.fixed_amount


def _one_by_one(price: Percentage, transactions: Transactions) -> Decimal:
    """Every event priced separately, within minimum and maximum, once the free part is used up."""
    if isinstance(transactions, Counted):
        return _of_one_unit_each(price, transactions.events)
    free_events, free_units = price.free_events, price.free_aggregation
    total = ZERO
    for value in _values(transactions):
        paid = value
        if free_events > 0 or free_units > 0:
            free_events -= 1
            if free_units <= 0:
                continue
            if free_units > value:
                free_units -= value
                continue
            # Exceeding the free units ends the free events too.
            paid, free_units, free_events = value - free_units, ZERO, 0
        total += _held(price, from_percent(paid * price.rate) + price.fixed_amount)
    return total


def _of_one_unit_each(price: Percentage, events: int) -> Decimal:
    """The same for events of one unit each, even more than could be iterated over."""
    whole = _held(price, from_percent(price.rate) + price.fixed_amount)
    if price.free_aggregation <= 0:
        return max(0, events - price.free_events) * whole
    crossing = math.ceil(price.free_aggregation)  # the event that is partly free, and ends what is free
    if events < crossing:
        return ZERO
    first = _held(price, from_percent((crossing - price.free_aggregation) * price.rate) + price.fixed_amount)
    return first + (events - crossing) * whole


def _values(transactions: Transactions) -> Iterator[Decimal]:
    match transactions:
        case Summed(values):
            yield from values
        case Peak(values):
            first = values.index(max(values)) if values else 0
            yield from (value if at == first else ZERO for at, value in enumerate(values))
        case _:
            raise UnratableError("Lago can't apply a minimum or maximum per event to this type of metric")


def _held(price: Percentage, amount: Decimal) -> Decimal:
    if price.min_amount is not None and amount < price.min_amount:
        return price.min_amount
    if price.max_amount is not None and amount > price.max_amount:
        return price.max_amount
    return amount


def _details(price: Percentage, usage: Usage, parts: _Parts) -> Details:
    free: int | Decimal = min(parts.free_events, usage.events_count)
    paid = usage.events_count - free
    return Details(
        units=usage.units,
        free_units=parts.free_units,
        free_events=free,
        paid_units=max(usage.units - parts.free_units, ZERO),
        rate=price.rate,
        per_unit_total_amount=parts.shares,
        paid_events=paid,
        fixed_fee_unit_amount=price.fixed_amount if paid > 0 else ZERO,
        fixed_fee_total_amount=parts.fixed,
        min_max_adjustment_total_amount=parts.adjustment,
    )
