"""What usages cost before and after, and for which usage the price is dearer."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal
from functools import lru_cache
from itertools import pairwise
from typing import Final

from lago_gitops.pricing.base.errors import PricingError
from lago_gitops.pricing.base.numbers import ZERO, ceiling, exact, half_up, quot
from lago_gitops.pricing.base.rules import Rules
from lago_gitops.pricing.base.words import figure
from lago_gitops.pricing.catalog.items import Aggregation, Charge, Metric
from lago_gitops.pricing.lint.curves import Curve, Stretch, cliffs, compare, curve
from lago_gitops.pricing.models import Price, amount
from lago_gitops.pricing.models.dynamic import Custom, Dynamic
from lago_gitops.pricing.models.package import Package
from lago_gitops.pricing.models.usage import Usage
from lago_gitops.pricing.usage.given import Given, given_usages
from lago_gitops.render.prices.points import Point

_CURVES_KEPT: Final = 256  # each is asked for by its line and by its comparison
_USAGES_KEPT: Final = 64  # each is asked for by both sides, and by all prices with the same bounds; some are large
MOST_STEPS: Final = 60  # most packages that a line shows

_WITHOUT_TOTALS: Final = {Aggregation.MAX, Aggregation.WEIGHTED_SUM}
_UNKNOWN: Final = Metric("", Aggregation.SUM)
_AS_WRITTEN: Final = Rules(licensed=True)
_WORDS: Final = {-1: "cheaper", 0: "same", 1: "dearer"}


@dataclass(frozen=True, slots=True)
class UsageCost:
    """Amounts in units of the currency, not rounded; None when there is no price, or Lago creates no invoice."""

    units: Decimal
    events: int | None  # assumed number of events, if that makes a difference
    before: Decimal | None
    after: Decimal | None


@dataclass(frozen=True, slots=True)
class BreakEven:
    """A usage that costs the same on both sides, where dearer turns into cheaper or back."""

    units: Decimal
    amount: Decimal


@dataclass(frozen=True, slots=True)
class Vertex:
    """A point on the cost curve of a price; two at the same usage are a step."""

    units: Decimal
    amount: Decimal


@dataclass(frozen=True, slots=True)
class CostComparison:
    """Two prices compared over all usage. `cliffs`: usages above which one more unit costs less, after the change."""

    stretches: tuple[Stretch, ...]
    break_even: tuple[BreakEven, ...]
    cliffs: tuple[Decimal, ...]


@exact
def usage_costs(
    before: Price | None, after: Price | None, metric: Metric | None, at: Iterable[Point]
) -> tuple[UsageCost, ...]:
    """The costs at the points; empty for prices known only to the server or the events."""
    known = metric or _UNKNOWN
    costs = (UsageCost(each.units, each.events, cost(before, known, each), cost(after, known, each)) for each in at)
    return tuple(each for each in costs if each.before is not None or each.after is not None)


def cost(price: Price | None, metric: Metric, point: Point) -> Decimal | None:
    """The cost of such a usage in a period by the price as written; None when it can't be rated, or each event has its
    own price."""
    if price is None or isinstance(price, Dynamic):
        return None
    try:
        return amount(price, _usage(metric, point), rules=_AS_WRITTEN)
    except PricingError:
        return None


@lru_cache(_USAGES_KEPT)
def _usage(metric: Metric, point: Point) -> Usage:
    (found,) = given_usages(Charge(metric.code, metric, Custom()), (Given(point.units, point.events),))
    return found.usage


def fixed_cost(price: Price | None, units: Decimal) -> Decimal | None:
    """The cost of so many units of a fixed charge per period; None when they can't be rated."""
    return cost(price, _UNKNOWN, Point(units))


@lru_cache(_CURVES_KEPT)
def curve_of(price: Price | None, metric: Metric | None) -> Curve | None:
    """None when the cost isn't a function of the units alone."""
    return curve(price, told=_has_totals(metric)) if price else None


def vertices(price: Price | None, metric: Metric | None, upto: Decimal) -> tuple[Vertex, ...]:
    """The exact cost of usage from 0 to `upto`, with a vertex at every bend; empty when it has no curve."""
    if isinstance(price, Package):
        return tuple(_stairs(price, upto))
    line = curve_of(price, metric)
    return tuple(_bends(line, upto)) if line else ()


def comparison(before: Price | None, after: Price | None, metric: Metric | None) -> CostComparison | None:
    """None when one of the two has no curve."""
    was, is_ = curve_of(before, metric), curve_of(after, metric)
    if was is None or is_ is None:
        return None
    stretches = compare(was, is_)
    return CostComparison(stretches, tuple(_break_even(stretches, is_)), cliffs(is_))


def verdict(compared: CostComparison) -> str:
    """`same up to 10,000, dearer below 1,060,000, cheaper above; more usage never costs less`."""
    falls = ", ".join(figure(each) for each in compared.cliffs)
    steady = f"one unit more costs less at {falls}" if falls else "more usage never costs less"
    return f"{sides(compared)}; {steady}"


def sides(compared: CostComparison) -> str:
    """`same up to 10,000, dearer above`."""
    return ", ".join(_said(compared.stretches))


def _said(stretches: tuple[Stretch, ...]) -> Iterator[str]:
    if len(stretches) == 1:
        yield f"{_WORDS[stretches[0].sign]} at any usage"
        return
    for each in stretches:
        match each:
            case Stretch(end=None):
                yield f"{_WORDS[each.sign]} above"
            case Stretch(sign=0, end=end):
                yield f"same up to {_rounded(end)}"
            case _:
                yield f"{_WORDS[each.sign]} below {_rounded(each.end)}"


def _rounded(units: Decimal | None) -> str:
    return figure(half_up(units or ZERO, 2))


def _break_even(stretches: tuple[Stretch, ...], after: Curve) -> Iterator[BreakEven]:
    """Where dearer turns into cheaper or back on a line; a step between tiers has no break-even."""
    for lower, upper in pairwise(stretches):
        if lower.end is not None and lower.sign * upper.sign < 0:
            segment = next(each for each in after.segments if each.end is None or each.end >= lower.end)
            if segment.end != lower.end:
                yield BreakEven(lower.end, segment.cost(lower.end))


@exact
def _bends(line: Curve, upto: Decimal) -> Iterator[Vertex]:
    last = Vertex(ZERO, line.at_zero)
    yield last
    for segment in line.segments:
        end = upto if segment.end is None else min(segment.end, upto)
        for vertex in (Vertex(segment.start, segment.cost(segment.start)), Vertex(end, segment.cost(end))):
            if vertex != last:
                yield vertex
            last = vertex
        if end == upto:
            return


@exact
def _stairs(price: Package, upto: Decimal) -> Iterator[Vertex]:
    """Steps as vertices; empty when there are too many to be visible."""
    steps = ceiling(quot(max(upto - price.free_units, ZERO), Decimal(price.package_size)))
    if steps > MOST_STEPS:
        return
    yield Vertex(ZERO, ZERO)
    for step in range(int(steps)):
        start = price.free_units + step * price.package_size
        yield Vertex(start, step * price.amount)
        yield Vertex(start, (step + 1) * price.amount)
    yield Vertex(upto, steps * price.amount)


def bends(line: Sequence[Vertex]) -> bool:
    """Whether a line shows more than its slope."""
    return len(line) > 2


def _has_totals(metric: Metric | None) -> bool:
    return metric is None or metric.aggregation not in _WITHOUT_TOTALS
