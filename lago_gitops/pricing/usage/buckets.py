"""The price of an event: filters, the default bucket, pricing groups."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from decimal import Decimal
from types import MappingProxyType

from lago_gitops.pricing.base.numbers import ZERO
from lago_gitops.pricing.base.rules import Rules
from lago_gitops.pricing.catalog.items import ALL_VALUES, Aggregation, Charge, ChargeFilter, Metric
from lago_gitops.pricing.models import Price
from lago_gitops.pricing.models.usage import Usage
from lago_gitops.pricing.periods.spans import Span
from lago_gitops.pricing.usage.aggregations import Events, aggregate, aggregate_prorated, relevant
from lago_gitops.pricing.usage.events import Event, property_text

Group = tuple[tuple[str, str | None], ...]
Levels = Mapping["tuple[str, Bucket]", Decimal]  # levels of recurring weighted sums, by charge code and bucket

NO_LEVELS: Levels = MappingProxyType({})


@dataclass(frozen=True, slots=True)
class Bucket:
    """Usage priced together. Without a filter: events that match none, or a charge without filters."""

    filter: ChargeFilter | None = None
    group: Group = ()


@dataclass(frozen=True, slots=True)
class BucketUsage:
    bucket: Bucket
    usage: Usage


def price_of(charge: Charge, bucket: Bucket) -> Price:
    return bucket.filter.price if bucket.filter else charge.price


def as_billed(charge: Charge, rules: Rules) -> Charge:
    """The charge, with filters marked whose events this server doesn't bill in arrears. Recorded: overlap, on 1.38.

    Those are filters with the keys of another filter and all of its values, as written.
    """
    if not rules.loses_filters or len(charge.filters) < 2:
        return charge
    marked = tuple(
        replace(each, is_lost=any(_contains(each, other) for other in charge.filters if other is not each))
        for each in charge.filters
    )
    return replace(charge, filters=marked)


def _contains(one: ChargeFilter, other: ChargeFilter) -> bool:
    ours, theirs = dict(one.values), dict(other.values)
    if ours.keys() != theirs.keys() or (ALL_VALUES,) in ours.values():
        return False
    return all(set(theirs[key]) <= set(values) for key, values in ours.items())


def usages(charge: Charge, events: Events, span: Span, opening: Levels = NO_LEVELS) -> tuple[BucketUsage, ...]:
    """The usage of every bucket, filters in order and the default bucket last, including buckets without events."""
    seen = relevant(charge.metric, events, span)
    return tuple(
        BucketUsage(bucket, _usage(charge, grouped, span, bucket, opening.get((charge.code, bucket), ZERO)))
        for filter_, matching in split(charge, seen)
        for bucket, grouped in groups(charge, filter_, matching, opening)
    )


def split(charge: Charge, events: Events) -> tuple[tuple[ChargeFilter | None, Events], ...]:
    """The events of each filter, then those that match none. An event may go to several filters, as in Lago."""
    filtered = tuple((each, bucket_events(charge, each, events)) for each in charge.filters)
    return (*filtered, (None, bucket_events(charge, None, events)))


def bucket_events(charge: Charge, filter_: ChargeFilter | None, events: Events) -> Events:
    """The events that match a filter and no other that takes precedence over it; None is the default bucket."""
    if filter_ is not None and filter_.is_lost:
        return ()
    taking = charge.filters if filter_ is None else _taking(charge, filter_)
    return tuple(
        event
        for event in events
        if (filter_ is None or matches(charge.metric, filter_, event))
        and not any(matches(charge.metric, other, event) for other in taking)
    )


def matches(metric: Metric, filter_: ChargeFilter, event: Event) -> bool:
    return all(property_text(event, key) in values for key, values in _all_values(metric, filter_).items())


def best_filter(charge: Charge, event: Event) -> ChargeFilter | None:
    """For a charge billed in advance: the matching filter with the most keys, the first of several."""
    matching = [each for each in charge.filters if matches(charge.metric, each, event)]
    return max(matching, key=lambda each: len(each.values), default=None)


def group_keys(charge: Charge, filter_: ChargeFilter | None) -> tuple[str, ...]:
    return filter_.group_keys if filter_ else charge.group_keys


def group_of(event: Event, keys: tuple[str, ...]) -> Group:
    """A missing or empty property has the value None, which is a separate group."""
    return tuple((key, property_text(event, key) or None) for key in keys)


def display_name(filter_: ChargeFilter) -> str:
    if filter_.invoice_display_name:
        return filter_.invoice_display_name
    return ", ".join(key if values == (ALL_VALUES,) else ", ".join(values) for key, values in filter_.values)


def groups(
    charge: Charge, filter_: ChargeFilter | None, events: Events, opening: Levels = NO_LEVELS
) -> tuple[tuple[Bucket, Events], ...]:
    """A filter's events by the values of its group keys, in order of appearance; without any, one empty group.

    Includes groups with a level from earlier periods.
    """
    keys = group_keys(charge, filter_)
    by_group: dict[Group, list[Event]] = {}
    for code, bucket in opening:
        if code == charge.code and bucket.filter == filter_:
            by_group[bucket.group] = []
    for event in events:
        by_group.setdefault(group_of(event, keys), []).append(event)
    if not by_group:
        by_group[tuple((key, None) for key in keys)] = []
    return tuple((Bucket(filter_, group), tuple(grouped)) for group, grouped in by_group.items())


def _usage(charge: Charge, events: Events, span: Span, bucket: Bucket, opening: Decimal) -> Usage:
    # Usage billed in advance was prorated event by event; the units held at the end are billed in full.
    if charge.prorated and not charge.pay_in_advance:
        return aggregate_prorated(charge.metric, events, span, least_days=1 if bucket.group else 0)
    return aggregate(charge.metric, events, span, opening)


def _taking(charge: Charge, filter_: ChargeFilter) -> tuple[ChargeFilter, ...]:
    """The filters that take the events they share with `filter_`."""
    at = next(position for position, each in enumerate(charge.filters) if each is filter_)  # twins are equal
    return tuple(
        other
        for position, other in enumerate(charge.filters)
        if _takes(charge.metric, other, filter_, older=position < at)
    )


def _takes(metric: Metric, other: ChargeFilter, filter_: ChargeFilter, *, older: bool) -> bool:
    """A filter with more keys takes shared events; with the same keys, only a subset or an older duplicate does."""
    theirs, ours = _all_values(metric, other), _all_values(metric, filter_)
    if theirs.keys() != ours.keys():
        return theirs.keys() > ours.keys()
    if all(sorted(theirs[key]) == sorted(values) for key, values in ours.items()):
        return older
    return all(set(theirs[key]) <= set(values) for key, values in ours.items())


def _all_values(metric: Metric, filter_: ChargeFilter) -> dict[str, tuple[str, ...]]:
    declared = dict(metric.filter_values)
    return {key: declared.get(key, ()) if values == (ALL_VALUES,) else values for key, values in filter_.values}


def closing_levels(charge: Charge, usages: Iterable[BucketUsage]) -> Iterator[tuple[tuple[str, Bucket], Decimal]]:
    """Levels at which the next invoice starts: recurring weighted sums continue from the level reached."""
    if charge.metric.recurring and charge.metric.aggregation == Aggregation.WEIGHTED_SUM:
        for each in usages:
            yield (charge.code, each.bucket), each.usage.total_aggregated_units or ZERO


def unrounded(charge: Charge) -> Charge:
    """The charge without its metric's rounding, which doesn't apply to events billed in advance."""
    return replace(charge, metric=replace(charge.metric, rounding=None))
