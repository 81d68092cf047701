"""The usages that best show what a price does."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal
from itertools import pairwise
from typing import Final

from lago_gitops.pricing.base.numbers import HUNDRED, ONE, ZERO, floor, quot
from lago_gitops.pricing.base.words import figure, least_decimals
from lago_gitops.pricing.catalog.items import Aggregation, Metric
from lago_gitops.pricing.models import Price, tiers_of
from lago_gitops.pricing.models.graduated import Graduated
from lago_gitops.pricing.models.graduated_percentage import GraduatedPercentage
from lago_gitops.pricing.models.package import Package
from lago_gitops.pricing.models.percentage import Percentage
from lago_gitops.pricing.models.standard import Standard
from lago_gitops.pricing.models.volume import Volume
from lago_gitops.render.prices.tiers import bounds

MOST_POINTS: Final = 9
MOST_EVENTS: Final = 20_000  # most events of one usage: each may have to be priced on its own
EVENTS_OF_EACH_SIZE: Final = 1_000

_COUNTING: Final = {Aggregation.COUNT, Aggregation.UNIQUE_COUNT}
_OF_ONE_EVENT: Final = {Aggregation.MAX, Aggregation.LATEST, Aggregation.WEIGHTED_SUM}
_OF_A_BILL: Final = (Decimal("0.1"), Decimal("0.5"), ONE, Decimal(5), Decimal(20))  # shares of what is usual
_FEWEST_PACKAGES: Final = 100  # in a usual bill, if single ones are too cheap to be shown
_OF_FREE_EVENTS: Final = (2, 5, 20)  # beyond the free units: up to there everything is free


@dataclass(frozen=True, slots=True)
class Point:
    """`events` is None when their number makes no difference, or follows from the units."""

    units: Decimal
    events: int | None = None


@dataclass(frozen=True, slots=True)
class Axis:
    """`assumed` says what is assumed about individual events; without points, why there are none."""

    points: tuple[Point, ...]
    assumed: str = ""


@dataclass(frozen=True, slots=True)
class Scale:
    """The usual total of a bill of the plan, in units of the currency that the prices are in."""

    bill: Decimal
    currency: str


Prices = Sequence[Price | None]


def axis(prices: Prices, others: Prices, metric: Metric | None, scale: Scale) -> Axis:
    """Points for a price, before and after.

    They are where tiers, packages and free units end, its own or those of the charge's `others`; if nothing ends, they
    give bills of the plan's usual size. When individual events are priced, their sizes are assumed.
    """
    by_event = [price for price in prices if isinstance(price, Percentage) and _asks_for_events(price)]
    counting = metric is not None and metric.aggregation in _COUNTING
    if not by_event or counting:
        return Axis(_unit_points(prices, others, scale, whole=counting))
    if metric is not None and metric.aggregation in _OF_ONE_EVENT:
        return Axis(_unit_points(prices, others, scale, whole=False), "a single event")
    if limits := tuple(sorted({limit for price in by_event for limit in _limits(price)})):
        return _axis_of_sizes(by_event, limits, scale)
    return _axis_of_events(by_event, scale)


def usual_size(currency: str) -> Decimal:
    """The amount that an event is assumed to have: a hundred, and its like in currencies without hundredths."""
    return Decimal(10) ** max(2, 4 - least_decimals(currency))


def round_figure(value: Decimal) -> Decimal:
    """The nearest of 1, 2, 5, 10, 20, 50 …, at least 1."""
    if value <= 1:
        return ONE
    power = Decimal(10) ** value.adjusted()
    share = quot(value, power)
    for limit, figure_ in ((Decimal("1.5"), 1), (Decimal("3.5"), 2), (Decimal("7.5"), 5)):
        if share < limit:
            return figure_ * power
    return 10 * power


# Units alone --------------------------------------------------------------------------------------------------------


def _unit_points(prices: Prices, others: Prices, scale: Scale, *, whole: bool) -> tuple[Point, ...]:
    own = sorted({mark for price in prices for mark in _marks(price, scale)})
    marks = own or sorted({mark for price in others for mark in _marks(price, scale)})
    units = _around(marks) if marks else _scaled(prices, scale)
    return tuple(Point(each) for each in units if not whole or each == each.to_integral_value())


def _around(marks: list[Decimal]) -> list[Decimal]:
    """Points at the bends of the prices, between them, and beyond."""
    between = (floor(upper / 2) for lower, upper in pairwise(marks) if upper >= 4 * lower)
    points = sorted({*_spread(marks, 4), *between, 2 * marks[-1], 5 * marks[-1]})
    return _spread([each for each in points if each > 0], MOST_POINTS)


def _scaled(prices: Prices, scale: Scale) -> list[Decimal]:
    slope = max((_slope(price) for price in prices), default=ZERO)
    if not slope:
        return [Decimal(10) ** power for power in range(1, 6)]
    return sorted({round_figure(quot(share * scale.bill, slope)) for share in _OF_A_BILL})


def _slope(price: Price | None) -> Decimal:
    """The approximate cost of a unit, 0 if unknown."""
    match price:
        case Standard(amount):
            return amount
        case Package(amount, size):
            return quot(amount, Decimal(size))
        case Graduated(tiers) | Volume(tiers):
            return tiers[0].unit_price
        case GraduatedPercentage(rates):
            return rates[0].unit_price / HUNDRED
        case Percentage(rate):
            return rate / HUNDRED
        case _:
            return ZERO


def _marks(price: Price | None, scale: Scale) -> Iterator[Decimal]:
    match price:
        case Package(amount, free_units=free) if 0 < amount * _FEWEST_PACKAGES < scale.bill:
            yield from (free,) if free else ()  # where the second package begins changes no bill by much
        case Package(package_size=size, free_units=free):
            yield free
            yield free + size
        case Percentage(free_aggregation=free) if free:
            yield free
        case _:
            yield from bounds(tiers_of(price))


def _spread(items: list[Decimal], most: int) -> list[Decimal]:
    """At most so many of them, the first and the last included."""
    if len(items) <= most:
        return items
    return [items[at * (len(items) - 1) // (most - 1)] for at in range(most)]


# Single events ------------------------------------------------------------------------------------------------------


def _asks_for_events(price: Percentage) -> bool:
    return bool(price.fixed_amount or price.free_events or price.min_amount or price.max_amount is not None)


def _limits(price: Percentage) -> Iterator[Decimal]:
    """The sizes of events at which the minimum and the maximum begin to count."""
    for limit in (price.min_amount, price.max_amount):
        if limit is not None and price.rate and limit > price.fixed_amount:
            yield quot((limit - price.fixed_amount) * HUNDRED, price.rate)


def _axis_of_sizes(prices: Sequence[Percentage], limits: tuple[Decimal, ...], scale: Scale) -> Axis:
    """A number of events of each size: below the minimum, between the limits, and beyond the maximum."""
    events = EVENTS_OF_EACH_SIZE + max(price.free_events for price in prices)
    if events > MOST_EVENTS:
        return _too_many()
    sizes = sorted({round_figure(one) for one in (limits[0] / 2, usual_size(scale.currency), *limits, 2 * limits[-1])})
    points = tuple(Point(size * events, events) for size in _spread(sizes, MOST_POINTS))
    return Axis(points, f"{events:,} events of each size")


def _axis_of_events(prices: Sequence[Percentage], scale: Scale) -> Axis:
    size, most_free = usual_size(scale.currency), max(prices, key=lambda price: price.free_events)
    numbers = sorted(set(_events(most_free, size, scale)))
    if not numbers:
        return _too_many()
    points = tuple(Point(size * number, number) for number in numbers)
    return Axis(points, f"events of {figure(size)} each")


def _events(price: Percentage, size: Decimal, scale: Scale) -> Iterator[int]:
    each = size * price.rate / HUNDRED + price.fixed_amount
    if price.free_events:
        wanted = [Decimal(price.free_events * times) for times in _OF_FREE_EVENTS]
    else:
        wanted = [round_figure(quot(share * scale.bill, each)) for share in _OF_A_BILL] if each else [ONE]
    yield from (int(number) for number in wanted if number <= MOST_EVENTS)


def _too_many() -> Axis:
    return Axis((), f"bills can't be shown: more than {MOST_EVENTS:,} events would have to be priced one by one")
