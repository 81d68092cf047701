"""Graduated, prorated: full units choose the tier of every event, what proration leaves of them is paid there."""

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
    """`units` are the prorated ones of the whole usage: at zero only the first flat amount is due."""
    if units:
        amount = _amount(price, tuple(_counting(steps)))
    else:
        amount = price.tiers[0].flat_amount if rules.first_flat_at_zero else ZERO
    return Rated(amount, per_unit(amount, sum((step.full for step in steps), ZERO)))


def _counting(steps: tuple[ProratedEvent, ...]) -> Iterator[ProratedEvent]:
    """Without the adds that are over before the period begins, and the removes that belong to them."""
    total = ZERO
    for step in steps:
        if not step.prorated and (step.full > 0 or total + step.full < 0):
            continue
        total += step.full
        yield step


@dataclass(frozen=True, slots=True)
class _Walk:
    """How far the events have come, and what is paid of them.

    Lago prices what an event adds when the walk leaves a tier, by that tier, and the rest of the event further on.
    """

    tiers: tuple[Tier, ...]
    tier: Tier
    total: Decimal = ZERO
    paid: Decimal = ZERO
    waiting: Decimal = ZERO  # prorated units that no tier has priced yet
    spilled: Decimal = ZERO  # units of the last event beyond its tier, or below it
    coefficient: Decimal = ZERO  # of the last event: how many prorated units one unit is


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
    """In the tier where the next event begins, what has spilled over priced on the way."""
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
                "no graduated tier follows on another, so Lago can't create the invoice: let them meet"
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
    """Its tier prices what waits, but for the units beyond it."""
    priced = walk.waiting - beyond * walk.coefficient
    return replace(walk, paid=walk.paid + priced * walk.tier.unit_price, waiting=ZERO, spilled=beyond)


def _tier_of(walk: _Walk, units: Decimal, *, upward: bool) -> Tier:
    """At the end of a tier, a rise belongs to the next one. What no tier holds is the first one's."""
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
