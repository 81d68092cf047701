"""Price curves: the exact cost of usage as a piecewise linear function, and where two of them cross."""

from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal
from itertools import pairwise

from lago_gitops.pricing.base.errors import PricingError
from lago_gitops.pricing.base.numbers import ONE, ZERO, exact, quot
from lago_gitops.pricing.base.rules import LATEST
from lago_gitops.pricing.models import Price, amount, graduated
from lago_gitops.pricing.models.graduated import Graduated
from lago_gitops.pricing.models.graduated_percentage import GraduatedPercentage
from lago_gitops.pricing.models.percentage import Percentage
from lago_gitops.pricing.models.standard import Standard
from lago_gitops.pricing.models.usage import Summed, Transactions, Untold, Usage
from lago_gitops.pricing.models.volume import Volume

_HALF = Decimal("0.5")


@dataclass(frozen=True, slots=True)
class Segment:
    """Usage above `start` up to `end` (None: without end) costs `base + units × slope`."""

    start: Decimal
    end: Decimal | None
    base: Decimal
    slope: Decimal

    def cost(self, units: Decimal) -> Decimal:
        """The cost on the segment's line, even beyond its ends."""
        return self.base + units * self.slope


@dataclass(frozen=True, slots=True)
class Curve:
    at_zero: Decimal
    segments: tuple[Segment, ...]  # contiguous, from 0 on; the last one has no end


@dataclass(frozen=True, slots=True)
class Stretch:
    """Usage for which one price is dearer (1) or cheaper (−1) than another, or the same (0)."""

    start: Decimal
    end: Decimal | None
    sign: int


@exact
def curve(price: Price, *, told: bool = True) -> Curve | None:
    """The cost by units; None when it isn't a function of them alone, has endless steps, or can't be rated.

    `told`: the metric has individual events; max and weighted sums don't, so their free units never apply.
    """
    bounds = _bounds(price, told=told)
    if bounds is None:
        return None
    try:
        segments = tuple(_segment(price, start, end, told=told) for start, end in pairwise((ZERO, *bounds, None)))
        return Curve(_cost(price, ZERO, told=told), segments)
    except PricingError:
        return None


def final_slope(price: Price) -> Decimal | None:
    """The cost of one more unit beyond all tiers, by the price; None when only a curve can tell."""
    match price:
        case Standard():
            return price.amount
        case Graduated() | Volume() if price.tiers[-1].to_value is None:
            return price.tiers[-1].unit_price
        case _:
            return None


@exact
def compare(before: Curve, after: Curve) -> tuple[Stretch, ...]:
    """Where `after` is dearer than `before`: neighbouring stretches differ in sign, and together they cover all usage.

    Single points, such as the end of a tier, belong to the usage below them.
    """
    stretches: list[Stretch] = []
    for stretch in _stretches(before, after):
        if stretches and stretches[-1].sign == stretch.sign:
            stretches[-1] = Stretch(stretches[-1].start, stretch.end, stretch.sign)
        else:
            stretches.append(stretch)
    return tuple(stretches)


@exact
def never_dearer(one: Curve, other: Curve) -> bool:
    """Whether no usage, including zero, costs more on `one`."""
    return one.at_zero <= other.at_zero and all(stretch.sign <= 0 for stretch in compare(other, one))


@exact
def cliffs(line: Curve) -> tuple[Decimal, ...]:
    """The usages above which one more unit costs less."""
    return tuple(
        lower.end
        for lower, upper in pairwise(line.segments)
        if lower.end is not None and upper.cost(lower.end + ONE) < lower.cost(lower.end)
    )


def _bounds(price: Price, *, told: bool) -> tuple[Decimal, ...] | None:
    """The ends of the linear pieces, without 0 and infinity."""
    match price:
        case Standard():
            return ()
        case Graduated(tiers) | GraduatedPercentage(tiers) | Volume(tiers):
            return tuple(tier.to_value for tier in tiers if tier.to_value is not None)
        case Percentage(fixed_amount=fixed, free_events=events, free_aggregation=free) if not fixed and not events:
            if price.min_amount is not None or price.max_amount is not None:
                return None
            return (free,) if free and told else ()
        case _:
            return None


def _segment(price: Price, start: Decimal | None, end: Decimal | None, *, told: bool) -> Segment:
    """A straight line from two of its points."""
    low = start or ZERO
    last = low + 2 if end is None else end
    middle = (low + last) * _HALF
    cost, middle_cost = _cost(price, last, told=told), _cost(price, middle, told=told)
    slope = quot(cost - middle_cost, last - middle)
    return Segment(low, end, cost - slope * last, slope)


def _cost(price: Price, units: Decimal, *, told: bool) -> Decimal:
    if isinstance(price, Graduated):
        return graduated.amount(price, units, LATEST)  # which no single event changes
    transactions: Transactions = Summed((units,)) if told else Untold()
    return amount(price, Usage(units, 1, transactions))


def _stretches(before: Curve, after: Curve) -> Iterator[Stretch]:
    for start, end, was, is_ in _common(before, after):
        crossing = _crossing(was, is_)
        crosses = crossing is not None and start < crossing and (end is None or crossing < end)
        for low, high in pairwise((start, crossing, end) if crosses else (start, end)):
            yield _stretch(was, is_, low or ZERO, high)


def _common(before: Curve, after: Curve) -> Iterator[tuple[Decimal, Decimal | None, Segment, Segment]]:
    """The pieces on which both are linear."""
    start, ours, theirs = ZERO, 0, 0
    while True:
        was, is_ = before.segments[ours], after.segments[theirs]
        ends = [segment.end for segment in (was, is_) if segment.end is not None]
        if not ends:
            yield start, None, was, is_
            return
        end = min(ends)
        yield start, end, was, is_
        ours, theirs, start = ours + (was.end == end), theirs + (is_.end == end), end


def _crossing(was: Segment, is_: Segment) -> Decimal | None:
    steeper = is_.slope - was.slope
    return quot(was.base - is_.base, steeper) if steeper else None


def _stretch(was: Segment, is_: Segment, start: Decimal, end: Decimal | None) -> Stretch:
    """Nothing crosses inside the piece, so any point tells which is dearer."""
    inside = start + ONE if end is None else (start + end) * _HALF
    difference = is_.cost(inside) - was.cost(inside)
    return Stretch(start, end, (difference > 0) - (difference < 0))
