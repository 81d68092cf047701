"""Usage stated directly, not derived from events: units, optionally a number of events, and shared properties."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from decimal import Decimal

from lago_gitops.pricing.base.errors import InvalidPriceError
from lago_gitops.pricing.base.numbers import ZERO, exact, quot, text
from lago_gitops.pricing.catalog.items import Aggregation, Charge, Metric
from lago_gitops.pricing.models.usage import Counted, Peak, Prorated, ProratedEvent, Summed, Untold, Usage
from lago_gitops.pricing.usage.aggregations import rounded
from lago_gitops.pricing.usage.buckets import BucketUsage, groups, split
from lago_gitops.pricing.usage.events import Event

_ANY_TIME = datetime(1970, 1, 1, tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Given:
    """Without a number of events, counted units are one event each, and anything else is a single event."""

    units: Decimal
    events: int | None = None
    properties: Mapping[str, object] = field(default_factory=dict)  # for filters and groups
    precise_total_amount_cents: Decimal = ZERO  # for dynamic charges


@exact
def given_usages(charge: Charge, given: tuple[Given, ...]) -> tuple[BucketUsage, ...]:
    """The usage of every bucket of a charge, as if from events; for prorated charges, held for the whole period.

    Raises InvalidPriceError when a count isn't a whole number.
    """
    events = tuple(
        Event(charge.metric.code, _ANY_TIME, each.properties, transaction_id=str(at)) for at, each in enumerate(given)
    )
    return tuple(
        BucketUsage(bucket, _usage(charge, tuple(given[int(event.transaction_id)] for event in grouped)))
        for filter_, matching in split(charge, events)
        for bucket, grouped in groups(charge, filter_, matching)
    )


def _usage(charge: Charge, parts: tuple[Given, ...]) -> Usage:
    usage = _aggregated(charge.metric, parts)
    units = rounded(charge.metric, usage.units)
    cents = sum((part.precise_total_amount_cents for part in parts), ZERO)
    prorated = Prorated(units, (ProratedEvent(units, units),)) if charge.prorated else None
    return replace(usage, units=units, prorated=prorated, precise_total_amount_cents=cents)


def _aggregated(metric: Metric, parts: tuple[Given, ...]) -> Usage:
    total = sum((part.units for part in parts), ZERO)
    count = sum(1 if part.events is None else part.events for part in parts)
    match metric.aggregation:
        case Aggregation.COUNT:
            return Usage(total, _whole(total), Counted(_whole(total), _whole(total)))
        case Aggregation.UNIQUE_COUNT:
            return Usage(total, total, Counted(_whole(total), _whole(total)))
        case Aggregation.MAX:
            peaks = tuple(part.units for part in parts)
            return Usage(max(peaks, default=ZERO), count, Peak(peaks))
        case Aggregation.LATEST:
            return Usage(max(parts[-1].units, ZERO) if parts else ZERO, count)
        case Aggregation.WEIGHTED_SUM:
            return Usage(total, count, Untold())
        case _:
            values = tuple(value for part in parts for value in _values(part))
            return Usage(total, count, Summed(values))


def _values(part: Given) -> tuple[Decimal, ...]:
    """Values of the events: the units, spread evenly, since nothing else is known."""
    count = 1 if part.events is None else part.events
    return (quot(part.units, Decimal(count)),) * count if count else ()


def _whole(units: Decimal) -> int:
    if units != int(units):
        raise InvalidPriceError(f"{text(units)} is not a whole number, but this metric counts")
    return int(units)
