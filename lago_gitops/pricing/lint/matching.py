"""Which events a filter bills, or a charge besides its filters: tested with one event per combination of values."""

from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from itertools import islice, product
from typing import Final

from lago_gitops.pricing.catalog.items import ALL_VALUES, Charge, ChargeFilter, Metric
from lago_gitops.pricing.lint.subject import ChargeSubject, Priced
from lago_gitops.pricing.usage.buckets import bucket_events
from lago_gitops.pricing.usage.events import Event

_CELLS: Final = 64  # most combinations of values tested for a pair of prices
_ANY_TIME: Final = datetime(1970, 1, 1, tzinfo=UTC)

Values = Mapping[str, frozenset[str]]
Priceable = tuple[Charge, int | None]
"""A charge and one of its filters; None for events that match none of them."""


def values(priced: Priced, metric: Metric) -> Values:
    """The values that an event must have, by key; empty for the price of events that match no filter."""
    declared = dict(metric.filter_values)
    own = (priced.filter or {"values": {}})["values"]
    return {key: frozenset(declared.get(key, ()) if ALL_VALUES in taken else taken) for key, taken in own.items()}


def common(ours: Values, theirs: Values) -> Values | None:
    """The values of each key with which an event matches both; None when no event does."""
    both = {**ours, **theirs, **{key: ours[key] & theirs[key] for key in ours.keys() & theirs.keys()}}
    return both if all(both.values()) else None


def shared_events(one: Priceable, other: Priceable, matching: Values) -> Iterator[Event]:
    """Events with these values that both bill, after other filters have taken theirs, by the engine itself."""
    keys = sorted(matching)
    for cell in islice(product(*(sorted(matching[key]) for key in keys)), _CELLS):
        event = Event(one[0].metric.code, _ANY_TIME, dict(zip(keys, cell, strict=True)))
        if _bills(one, event) and _bills(other, event):
            yield event


def charge_of(subject: ChargeSubject, metric: Metric) -> Charge:
    """The charge with its filters in order, for a subject whose price can be read."""
    return Charge(
        metric.code,
        metric,
        subject.prices[0].price,
        filters=tuple(
            ChargeFilter(tuple((key, tuple(taken)) for key, taken in (each.filter or {})["values"].items()), each.price)
            for each in subject.filters
        ),
    )


def _bills(priceable: Priceable, event: Event) -> bool:
    charge, at = priceable
    return bool(bucket_events(charge, None if at is None else charge.filters[at], (event,)))
