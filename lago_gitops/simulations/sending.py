"""Turns a month's usage into the events that a customer's program would send."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any, Final, NamedTuple

from lago_gitops.pricing.base.numbers import ZERO, half_up, quot, text
from lago_gitops.pricing.catalog.items import Aggregation, Metric
from lago_gitops.pricing.usage.given import Given
from lago_gitops.simulations.population import MonthlyUsage, PlannedSubscription, Simulation, midnight, month_after

CUSTOM_FIELD: Final = "units"
"""The assumed aggregation of metrics that exist only in Lago."""
_LEVELS: Final = frozenset({Aggregation.SUM, Aggregation.UNIQUE_COUNT, Aggregation.WEIGHTED_SUM})
_SHARE_DECIMALS: Final = 15
_SECOND: Final = timedelta(seconds=1)


class Sent(NamedTuple):
    """An event. Events are ordered by time, then as written."""

    at: datetime
    order: int
    subscription: str
    code: str
    properties: dict[str, Any]
    cents: Decimal | None = None
    times: int = 1  # number of identical events


@dataclass(frozen=True, slots=True)
class _Stretch:
    """The part of a month in which a subscription is active; its end is exclusive."""

    start: datetime
    end: datetime

    def spread(self, number: int) -> Iterator[tuple[datetime, int]]:
        """Spread events evenly over whole seconds, at most one instant per day, each with its number of events."""
        instants = min(number, max((self.end - self.start).days, 1))
        for at in range(instants):
            offset = (self.end - self.start) * (2 * at + 1) / (2 * instants)
            times = number * (at + 1) // instants - number * at // instants
            yield self.start + timedelta(seconds=offset // _SECOND), times


class _Like(NamedTuple):
    """Events that differ only in their time."""

    properties: dict[str, Any]
    number: int = 1


def events_of(subscribed: PlannedSubscription, simulation: Simulation) -> tuple[Sent, ...]:
    """All events of a subscription, in order."""
    events = [
        Sent(each.at, at, subscribed.external_id, each.code, dict(each.properties), each.precise_total_amount_cents)
        for at, each in enumerate(subscribed.events)
    ]
    levels: dict[tuple[str, str], Decimal] = {}
    for month in simulation.months:
        stretch = _stretch(subscribed, month)
        if stretch is not None:
            for each in subscribed.usage.get(month, ()):
                for sent in _events(each, stretch, levels):
                    events.append(sent._replace(order=len(events), subscription=subscribed.external_id))
    return tuple(sorted(events, key=lambda sent: sent[:2]))


def _stretch(subscribed: PlannedSubscription, month: date) -> _Stretch | None:
    start = max(midnight(month), subscribed.starts_at)
    end = min(midnight(month_after(month)), subscribed.ends_at or midnight(month_after(month)))
    return _Stretch(start, end) if start < end else None


def _events(usage: MonthlyUsage, stretch: _Stretch, levels: dict[tuple[str, str], Decimal]) -> Iterator[Sent]:
    """Recurring units are a level: only the change since the previous month is sent, as the month begins.

    An amount in cents is sent with the first event.
    """
    metric, given = usage.metric, usage.given
    if metric.recurring and metric.aggregation in _LEVELS:
        key = (metric.code, repr(sorted(given.properties.items())))
        before, levels[key] = levels.get(key, ZERO), given.units
        for like in _level_changes(metric, before, given):
            yield _sent(metric, given, stretch.start, like.properties)
        return
    if metric.aggregation is Aggregation.WEIGHTED_SUM:
        yield from (_sent(metric, given, stretch.start, like.properties) for like in _likes(metric, given))
        return
    cents = given.precise_total_amount_cents
    for like in _likes(metric, given):
        for at, times in stretch.spread(like.number):
            sent = _sent(metric, given, at, like.properties)
            if cents:
                yield sent._replace(cents=cents)
            if rest := times - bool(cents):
                yield sent._replace(times=rest)
            cents = ZERO


def _sent(metric: Metric, given: Given, at: datetime, own: dict[str, Any]) -> Sent:
    return Sent(at, 0, "", metric.code, {**given.properties, **own})


def _level_changes(metric: Metric, before: Decimal, given: Given) -> Iterator[_Like]:
    if metric.aggregation is not Aggregation.UNIQUE_COUNT:
        if given.units != before:
            yield _Like({_field(metric): text(given.units - before)})
        return
    prefix = "-".join(str(value) for _, value in sorted(given.properties.items())) or "unit"
    for number in range(int(before), int(given.units)):
        yield _Like({_field(metric): f"{prefix}-{number + 1}", "operation_type": "add"})
    for number in range(int(given.units), int(before)):
        yield _Like({_field(metric): f"{prefix}-{number + 1}", "operation_type": "remove"})


def _likes(metric: Metric, given: Given) -> Iterator[_Like]:
    """The events for a usage."""
    number = 1 if given.events is None else given.events
    match metric.aggregation:
        case Aggregation.COUNT:
            yield _Like({}, int(given.units))
        case Aggregation.UNIQUE_COUNT:
            yield from _level_changes(metric, ZERO, given)
        case Aggregation.SUM | Aggregation.CUSTOM:
            yield from _split(metric, given.units, number)
        case Aggregation.MAX:
            yield _Like({_field(metric): text(given.units)}, number)
        case _:
            yield _Like({_field(metric): text(given.units)})


def _split(metric: Metric, units: Decimal, events: int) -> Iterator[_Like]:
    """Evenly; if that gives endless decimals, the last event has the remainder."""
    if not events:
        return
    share = half_up(quot(units, Decimal(events)), _SHARE_DECIMALS)
    left = units - share * (events - 1)
    if left == share:
        yield _Like({_field(metric): text(share)}, events)
        return
    yield _Like({_field(metric): text(share)}, events - 1)
    yield _Like({_field(metric): text(left)})


def _field(metric: Metric) -> str:
    return metric.field_name or CUSTOM_FIELD
