"""From events to usage: the six aggregations, their rounding, and proration."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime, timedelta
from decimal import Decimal
from itertools import pairwise
from typing import Final

from lago_gitops.pricing.base.errors import UnsupportedError
from lago_gitops.pricing.base.numbers import (
    UNIT_DECIMALS,
    ZERO,
    ceiling,
    exact,
    floor,
    half_up,
    number,
    pg,
    text,
    through_float,
)
from lago_gitops.pricing.catalog.items import Aggregation, Metric, Rounding
from lago_gitops.pricing.models.usage import Counted, Peak, Prorated, ProratedEvent, Summed, Untold, Usage
from lago_gitops.pricing.periods.spans import Span, local_date
from lago_gitops.pricing.usage.events import Event, property_number, property_text

Events = tuple[Event, ...]

_NUMERIC: Final = {Aggregation.SUM, Aggregation.MAX, Aggregation.LATEST, Aggregation.WEIGHTED_SUM}
_CARRIED_OVER: Final = {Aggregation.SUM, Aggregation.UNIQUE_COUNT}  # if the metric is recurring
_ROUNDINGS: Final = {Rounding.CEIL: ceiling, Rounding.FLOOR: floor, Rounding.ROUND: half_up}
_SECOND: Final = Decimal(
    "0.000001"
)  # the six decimals of PostgreSQL's seconds, which determine the scale of a quotient
_WEIGHTED_DECIMALS: Final = 20


def relevant(metric: Metric, events: Events, span: Span) -> Events:
    """The events of `metric` that count for `span`, in chronological order.

    Recurring sums and unique counts reach back indefinitely. Aggregations of a property ignore events in which it
    isn't a number.
    """
    reaches_back = metric.recurring and metric.aggregation in _CARRIED_OVER
    usable = (
        event
        for event in events
        if event.metric_code == metric.code
        and event.at <= span.end
        and (reaches_back or event.at >= span.start)
        and (metric.aggregation not in _NUMERIC or property_number(event, metric.field_name) is not None)
    )
    return tuple(sorted(usable, key=lambda event: event.at))


@exact
def aggregate(metric: Metric, events: Events, span: Span, opening: Decimal = ZERO) -> Usage:
    """The usage in `events`, which must be the relevant ones of one filter and group.

    `opening` is the level at which a recurring weighted sum starts: total_aggregated_units of the previous invoice.
    Raises UnsupportedError for custom aggregations.
    """
    usage = replace(_aggregated(metric, events, span, opening), precise_total_amount_cents=_given_cents(events))
    return replace(usage, units=rounded(metric, usage.units))


@exact
def aggregate_prorated(metric: Metric, events: Events, span: Span, least_days: int = 0) -> Usage:
    """The usage of a prorated charge on a recurring sum or unique count.

    `least_days`: for a value removed before the period, Lago bills one day if the charge is grouped, else none.
    """
    if metric.aggregation == Aggregation.SUM:
        usage = _prorated_sum(metric, events, span)
    else:
        usage = _prorated_unique_count(metric, events, span, least_days)
    full = rounded(metric, usage.full_units)
    steps = usage.prorated.steps if usage.prorated else ()
    return replace(usage, units=rounded(metric, usage.units), prorated=Prorated(full, steps))


def rounded(metric: Metric, units: Decimal) -> Decimal:
    if metric.rounding is None:
        return units
    return _ROUNDINGS[metric.rounding](units, metric.rounding_precision)


def state_changes(metric: Metric, events: Events) -> Iterator[tuple[Event, int]]:
    """Each event of a unique count with its effect: +1 adds an absent value, −1 removes a present one, otherwise 0."""
    present: set[str | None] = set()
    for event in events:
        value, adds = property_text(event, metric.field_name), _adds(event)
        changes = adds != (value in present)
        if changes:
            present ^= {value}
        yield event, (1 if adds else -1) if changes else 0


def _aggregated(metric: Metric, events: Events, span: Span, opening: Decimal) -> Usage:
    match metric.aggregation:
        case Aggregation.COUNT:
            return Usage(Decimal(len(events)), len(events), Counted(len(events), len(events)))
        case Aggregation.SUM:
            values = _values(metric, events)
            return Usage(sum(values, ZERO), len(values), Summed(values), Summed(_values(metric, _within(events, span))))
        case Aggregation.MAX:
            values = _values(metric, events)
            return Usage(max(values, default=ZERO), len(values), Peak(values))
        case Aggregation.LATEST:
            values = _values(metric, events)
            return Usage(max(values[-1], ZERO) if values else ZERO, len(values))
        case Aggregation.UNIQUE_COUNT:
            return _unique_count(metric, events, span)
        case Aggregation.WEIGHTED_SUM:
            return _weighted_sum(metric, events, span, opening)
    raise UnsupportedError(f"the metric {metric.code!r} is aggregated by a program inside the Lago server")


def _values(metric: Metric, events: Events) -> tuple[Decimal, ...]:
    return tuple(number(property_text(event, metric.field_name)) for event in events)


def _within(events: Events, span: Span) -> Events:
    return tuple(event for event in events if event.at >= span.start)


def _given_cents(events: Events) -> Decimal:
    return sum((event.precise_total_amount_cents for event in events), ZERO)


def _unique_count(metric: Metric, events: Events, span: Span) -> Usage:
    units = sum(change for _, change in state_changes(metric, events))
    # Lago counts the values, not the events, and as a decimal.
    return Usage(Decimal(units), Decimal(units), Counted(units, len(_within(events, span))))


def _weighted_sum(metric: Metric, events: Events, span: Span, opening: Decimal) -> Usage:
    level, ratios = Decimal(text(opening)) if opening else ZERO, ZERO
    # The instant after which each level holds: the start of the span, every event, the end.
    turns = [(span.start, ZERO), *((event.at, _value(metric, event)) for event in events), (_end(span), ZERO)]
    for (at, difference), (until, _) in pairwise(turns):
        level += difference
        if until > at:
            ratios += pg(level * _seconds(until - at), Decimal(span.period_days * 86_400))
    return Usage(ceiling(ratios, _WEIGHTED_DECIMALS), len(events), Untold(), total_aggregated_units=level)


def _value(metric: Metric, event: Event) -> Decimal:
    return number(property_text(event, metric.field_name))


def _end(span: Span) -> datetime:
    whole = span.end.replace(microsecond=0)
    return whole if whole == span.end else whole + timedelta(seconds=1)


def _seconds(elapsed: timedelta) -> Decimal:
    return (elapsed // timedelta(microseconds=1)) * _SECOND


def _prorated_sum(metric: Metric, events: Events, span: Span) -> Usage:
    older = sum(_values(metric, tuple(event for event in events if event.at < span.start)), ZERO)
    within = _within(events, span)
    values = _values(metric, within)
    shares = [_share(span.days_from(local_date(event.at, span.zone)), span) for event in within]
    # The older part is converted through a Ruby float, the part within the period is divided by PostgreSQL.
    carried = [ProratedEvent(older, older * through_float(Decimal(span.days / span.period_days)))] if older else []
    steps = (*carried, *(ProratedEvent(value, value * share) for value, share in zip(values, shares, strict=True)))
    full = sum((step.full for step in steps), ZERO)
    units = ceiling(sum((step.prorated for step in steps), ZERO), UNIT_DECIMALS)
    return Usage(units, len(events), Summed(_values(metric, events)), prorated=Prorated(full, steps))


def _prorated_unique_count(metric: Metric, events: Events, span: Span, least_days: int) -> Usage:
    steps, units = [], ZERO
    for change, days in _held_days(metric, events, span):
        share = _share(max(days, least_days), span) if change > 0 else ZERO
        units += share
        steps.append(ProratedEvent(Decimal(change), ceiling(share, UNIT_DECIMALS)))
    prorated = ceiling(units, UNIT_DECIMALS)
    full = sum(change for _, change in state_changes(metric, events))
    counted = Counted(full, len(_within(events, span)))
    return Usage(prorated, prorated, counted, prorated=Prorated(Decimal(full), tuple(steps)))


def _held_days(metric: Metric, events: Events, span: Span) -> Iterator[tuple[int, int]]:
    """Each change of state with the days within the span for which an added value was held."""
    lasting = _lasting(metric, events, span)
    changes = [(event, change) for event, change in state_changes(metric, lasting) if change]
    # Values that change at the same instant are ordered by value, which determines their tier.
    changes.sort(key=lambda each: (each[0].at, property_text(each[0], metric.field_name) or ""))
    ends: dict[str | None, datetime] = {}  # when a value changes next, seen from the last event back
    held: list[tuple[int, int]] = []
    for event, change in reversed(changes):
        value = property_text(event, metric.field_name)
        held.append((change, _days_held(event.at, ends.get(value), span)))
        ends[value] = event.at
    return reversed(held)


def _days_held(added: datetime, removed: datetime | None, span: Span) -> int:
    if removed is not None and removed < span.start:
        return 0
    first, last = max(added, span.start), removed or span.end
    return (local_date(last, span.zone) - local_date(first, span.zone)).days + 1


def _lasting(metric: Metric, events: Events, span: Span) -> Events:
    """Without removals followed by an addition of the same value on the same day: they are ignored."""
    last_adds = {
        (property_text(event, metric.field_name), local_date(event.at, span.zone)): event.at
        for event in events
        if _adds(event)
    }

    def undone(event: Event) -> bool:
        day = property_text(event, metric.field_name), local_date(event.at, span.zone)
        return not _adds(event) and day in last_adds and last_adds[day] > event.at

    return tuple(event for event in events if not undone(event))


def _adds(event: Event) -> bool:
    return property_text(event, "operation_type") in (None, "add")


def _share(days: int, span: Span) -> Decimal:
    return pg(Decimal(days), Decimal(span.period_days)) if days else ZERO
