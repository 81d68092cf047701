"""Graduated, prorated: full units determine the tier of every event, and prorated units are paid there."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from decimal import Decimal

from lago_gitops.pricing.base.errors import UnratableError
from lago_gitops.pricing.base.numbers import ZERO, fdiv
from lago_gitops.pricing.base.rules import Rules
from lago_gitops.pricing.models.graduated import Graduated
from lago_gitops.pricing.models.rated import Rated, per_unit
from lago_gitops.pricing.models.tiered import Tier
from lago_gitops.pricing.models.usage import ProratedEvent


def rate(price: Graduated, units: Decimal, steps: tuple[ProratedEvent, ...], rules: Rules) -> Rated:
    """`units` are the prorated units of the whole usage: at zero, only the first flat amount is due."""
    if units:
        amount = _amount(price, tuple(_counting(steps)))
    else:
        amount = price.tiers[0].flat_amount if rules.first_flat_at_zero else ZERO
    return Rated(amount, per_unit(amount, sum((step.full for step in steps), ZERO)))


def _counting(steps: tuple[ProratedEvent, ...]) -> Iterator[ProratedEvent]:
    """Without additions that end before the period begins, and the removals that belong to them."""
    total = ZERO
    for step in steps:
        if not step.prorated and (step.full > 0 or total + step.full < 0):
            continue
        total += step.full
        yield step


@dataclass(frozen=True, slots=True)
class _Walk:
    """The position of the walk through the events, and the amount so far.

    Lago prices an event's units when the walk leaves a tier, by that tier, and the rest of the event in later ones.
    """

    tiers: tuple[Tier, ...]
    tier: Tier
    total: Decimal = ZERO
    paid: Decimal = ZERO
    waiting: Decimal = ZERO  # prorated units not priced by any tier yet
    spilled: Decimal = ZERO  # units of the last event beyond its tier, or below it
    coefficient: Decimal = ZERO  # prorated units per unit of the last event


def _amount(price: Graduated, steps: tuple[ProratedEvent, ...]) -> Decimal:
    open_tiers = (*price.tiers[:-1], replace(price.tiers[-1], to_value=None))
    walk, highest = _Walk(open_tiers, open_tiers[0]), ZERO
    for step in steps:
        walk = _added(_at_next(walk, upward=step.full > 0), step)
        highest = max(highest, walk.total)
    if walk.spilled:
        walk = _at_next(walk, upward=False)
    paid = walk.paid + walk.waiting * walk.tier.unit_price
    return ZERO if walk.total < 0 else max(paid, ZERO) + _flats(price, highest)


def _at_next(walk: _Walk, *, upward: bool) -> _Walk:
    """The walk in the tier where the next event begins, after pricing what spilled over."""
    while walk.spilled:
        inside = walk.total - walk.spilled + 1 if walk.spilled > 0 else walk.total + walk.spilled
        walk = replace(
            walk,
            tier=_tier_of(walk, inside, upward=upward),
            waiting=walk.waiting + walk.spilled * walk.coefficient,
        )
        if walk.tier.to_value is None or walk.total < walk.tier.to_value:
            return replace(walk, spilled=ZERO)
        beyond = walk.total - walk.tier.to_value
        if beyond == walk.spilled:
            raise UnratableError(
                "there are gaps between graduated tiers, so Lago can't create the invoice: let the tiers meet"
            )
        walk = _left(walk, beyond)
    return replace(walk, tier=_tier_of(walk, walk.total, upward=upward))


def _added(walk: _Walk, step: ProratedEvent) -> _Walk:
    walk = replace(
        walk,
        total=walk.total + step.full,
        waiting=walk.waiting + step.prorated,
        coefficient=fdiv(step.prorated, step.full) if step.full else ZERO,
    )
    first, last = walk.tier.from_value, walk.tier.to_value
    if last is not None and walk.total >= last:
        return _left(walk, walk.total - last)
    lowest = first - 1 if last is None else first
    return walk if walk.total >= lowest else _left(walk, walk.total - first + 1)


def _left(walk: _Walk, beyond: Decimal) -> _Walk:
    """The walk after leaving its tier, which prices the waiting units except those beyond it."""
    priced = walk.waiting - beyond * walk.coefficient
    return replace(walk, paid=walk.paid + priced * walk.tier.unit_price, waiting=ZERO, spilled=beyond)


def _tier_of(walk: _Walk, units: Decimal, *, upward: bool) -> Tier:
    """An event's tier. At the end of a tier, a rise belongs to the next one; units in no tier belong to the first."""
    if walk.total <= 0:
        return walk.tiers[0]
    for at, tier in enumerate(walk.tiers):
        if units == tier.to_value:
            return walk.tiers[at + 1] if upward else tier
        if units >= tier.from_value and (tier.to_value is None or units < tier.to_value):
            return tier
    return walk.tiers[0]


def _flats(price: Graduated, highest: Decimal) -> Decimal:
    flats = ZERO
    for tier in price.tiers:
        flats += tier.flat_amount
        if tier.to_value is None or highest <= tier.to_value:
            break
    return flats
