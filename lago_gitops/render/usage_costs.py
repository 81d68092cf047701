"""What a price makes of sensible usages, before and after, and for which usage it is dearer."""

from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal
from itertools import pairwise
from typing import Final

from lago_gitops.pricing.base.errors import PricingError
from lago_gitops.pricing.base.numbers import ZERO, floor, half_up
from lago_gitops.pricing.base.words import figure
from lago_gitops.pricing.catalog.items import Aggregation, Charge, Metric
from lago_gitops.pricing.lint.curves import Curve, Stretch, cliffs, compare, curve
from lago_gitops.pricing.models import Price, rate
from lago_gitops.pricing.models.dynamic import Dynamic
from lago_gitops.pricing.models.graduated import Graduated
from lago_gitops.pricing.models.graduated_percentage import GraduatedPercentage
from lago_gitops.pricing.models.package import Package
from lago_gitops.pricing.models.percentage import Percentage
from lago_gitops.pricing.models.volume import Volume
from lago_gitops.pricing.usage.given import Given, given_usages
from lago_gitops.render.tier_changes import Tiers, bounds

MOST_USAGES: Final = 9
_WITHOUT_TOTALS: Final = {Aggregation.MAX, Aggregation.WEIGHTED_SUM}
_UNKNOWN: Final = Metric("", Aggregation.SUM)
_ROUND: Final = tuple(Decimal(10**power) for power in range(1, 6))
_WORDS: Final = {-1: "cheaper", 0: "same", 1: "dearer"}


@dataclass(frozen=True, slots=True)
class UsageCost:
    """Amounts in units of the currency, not rounded; None where there is no price, or Lago makes no invoice."""

    units: Decimal
    before: Decimal | None
    after: Decimal | None


@dataclass(frozen=True, slots=True)
class BreakEven:
    """A usage that costs the same on both sides; what is dearer on one side of it is cheaper on the other."""

    units: Decimal
    amount: Decimal


@dataclass(frozen=True, slots=True)
class Comparison:
    """Two prices for every usage at once. `cliffs`: the usages of which one unit more costs less, after."""

    stretches: tuple[Stretch, ...]
    break_even: tuple[BreakEven, ...]
    cliffs: tuple[Decimal, ...]


def tiers_of(price: Price | None) -> Tiers:
    """Empty where there are none."""
    match price:
        case Graduated(tiers) | Volume(tiers):
            return tiers
        case GraduatedPercentage(rates):
            return rates
        case _:
            return ()


def usages(before: Price | None, after: Price | None) -> tuple[Decimal, ...]:
    """Usages at which the prices show what they do: where tiers, packages and free units end, between, and beyond."""
    marks = sorted({mark for price in (before, after) for mark in _marks(price)})
    if not marks:
        return _ROUND
    between = (floor(upper / 2) for lower, upper in pairwise(marks) if upper >= 4 * lower)
    found = sorted({*_spread(marks, 4), *between, 2 * marks[-1], 5 * marks[-1]})
    return tuple(_spread([each for each in found if each > 0], MOST_USAGES))


def usage_costs(
    before: Price | None, after: Price | None, metric: Metric | None, at: tuple[Decimal, ...] = ()
) -> tuple[UsageCost, ...]:
    """The costs at `at`, by default at `usages`; nothing for prices that only the server or the events know."""
    known = metric or _UNKNOWN
    costs = (
        UsageCost(each, cost(before, known, each), cost(after, known, each)) for each in at or usages(before, after)
    )
    return tuple(each for each in costs if each.before is not None or each.after is not None)


def cost(price: Price | None, metric: Metric, units: Decimal) -> Decimal | None:
    """What so many units of a period cost; None where they can't be rated, or each event brings its own price."""
    if price is None or isinstance(price, Dynamic):
        return None
    try:
        (found,) = given_usages(Charge(metric.code, metric, price), (Given(units),))
        return rate(price, found.usage).amount
    except PricingError:
        return None


def comparison(before: Price | None, after: Price | None, metric: Metric | None) -> Comparison | None:
    """None where one of the two has no curve."""
    told = metric is None or metric.aggregation not in _WITHOUT_TOTALS
    was, is_ = (curve(price, told=told) if price else None for price in (before, after))
    if was is None or is_ is None:
        return None
    stretches = compare(was, is_)
    return Comparison(stretches, tuple(_break_even(stretches, is_)), cliffs(is_))


def verdict(found: Comparison) -> str:
    """`same up to 10,000, dearer below 1,060,000, cheaper above; no cliffs; monotone`."""
    falls = ", ".join(figure(each) for each in found.cliffs)
    steady = f"one unit more costs less at {falls}" if falls else "no cliffs; monotone"
    return f"{', '.join(_said(found.stretches))}; {steady}"


def _said(stretches: tuple[Stretch, ...]) -> Iterator[str]:
    if len(stretches) == 1:
        yield f"{_WORDS[stretches[0].sign]} for every usage"
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
    """Where dearer turns into cheaper or back on a line; at a step from one tier to the next nothing is even."""
    for lower, upper in pairwise(stretches):
        if lower.end is not None and lower.sign * upper.sign < 0:
            segment = next(each for each in after.segments if each.end is None or each.end >= lower.end)
            if segment.end != lower.end:
                yield BreakEven(lower.end, segment.cost(lower.end))


def _marks(price: Price | None) -> Iterator[Decimal]:
    match price:
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
