"""Price moves in percent of the price before: the largest rise and the largest fall of a change."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from decimal import Decimal

from lago_gitops.core.model.resources import Change, FieldChange
from lago_gitops.core.policies.rule import FROM_NOTHING
from lago_gitops.kinds.own_prices import own_prices
from lago_gitops.pricing.base.numbers import ZERO, quot
from lago_gitops.render.prices.model import ChargeChange, Figure, PlanChange, PriceChange, Unit
from lago_gitops.render.prices.moves import NOT_COMPARED, TOLD_APART
from lago_gitops.render.prices.tiers import Sign, TierRow

Percent = Decimal | None
"""Percent of the price before: above 0 for a rise, FROM_NOTHING if it was 0; None when the two don't compare."""
HUNDRED = Decimal(100)


@dataclass(frozen=True, slots=True)
class Largest:
    """Both 0 or more; None when one of the prices doesn't compare, as with a change of currency."""

    rise: Percent
    fall: Percent


def largest(moves: Iterable[Percent]) -> Largest:
    all_moves = tuple(moves)
    known = [ZERO, *(one for one in all_moves if one is not None)]
    if len(known) <= len(all_moves):
        return Largest(None, None)
    return Largest(max(known), -min(known))


def plan_percents(change: PlanChange) -> Iterator[Percent]:
    """For each price of a plan that changes; a new one has nothing to compare with."""
    if change.sign is Sign.NEW:
        return
    yield from _of_figures(change.figures)
    for charge in change.charges:
        yield from _of_charge(charge)


def own_percents(change: Change) -> Iterator[Percent]:
    """For prices outside of plans that an update makes dearer or cheaper."""
    return (_of_field(field, sign) for field, sign in own_prices(change))


def _of_field(field: FieldChange, sign: int) -> Percent:
    before, after = _number(field.before), _number(field.after)
    if before is None or after is None:
        return None
    return sign * _percent(before, after)


def _of_charge(charge: ChargeChange) -> Iterator[Percent]:
    if charge.sign is Sign.NEW:
        is_free = all(cost.after == 0 for price in charge.prices for cost in price.costs)
        yield ZERO if is_free and charge.prices else FROM_NOTHING
    elif charge.sign is Sign.GONE:
        yield -HUNDRED
    else:
        yield from _of_figures(charge.figures)
        for price in charge.prices:
            yield from _of_price(price) or (None,)


def _of_figures(figures: Iterable[Figure]) -> Iterator[Percent]:
    for one in figures:
        if one.label not in NOT_COMPARED | TOLD_APART:
            yield _of_figure(one)


def _of_figure(one: Figure) -> Percent:
    """None for words, for amounts per different periods, and for numbers such as trial days."""
    if one.unit not in {Unit.MONEY, Unit.PERCENT} or (one.per[0] and one.per[1] and one.per[0] != one.per[1]):
        return None
    sides = (one.before or ZERO, one.after or ZERO)
    return None if any(isinstance(side, str) for side in sides) else _percent(*map(Decimal, sides))


def _of_price(price: PriceChange) -> list[Percent]:
    """Changes of the cost of usage, and of the tiers' unit prices."""
    pairs = [(cost.before, cost.after) for cost in price.costs]
    if price.tier_units[0] is price.tier_units[1]:
        pairs += [pair for row in price.tiers if row.sign is not Sign.SAME for pair in _of_tier(row)]
    return [_percent(before, after) for before, after in pairs if before is not None and after is not None]


def _of_tier(row: TierRow) -> tuple[tuple[Percent, Percent], ...]:
    return (row.price_before, row.price_after), (row.flat_before, row.flat_after)


def _percent(before: Decimal, after: Decimal) -> Decimal:
    if not before:
        return FROM_NOTHING if after else ZERO
    return quot((after - before) * HUNDRED, abs(before))


def _number(value: object) -> Decimal | None:
    """Excludes booleans, which are integers in Python."""
    return Decimal(value) if isinstance(value, int | Decimal) and not isinstance(value, bool) else None
