"""Graduated, prorated: full units choose the tier of every event, what proration leaves of them is paid there."""

from collections.abc import Iterator
from decimal import Decimal
from itertools import pairwise

from lago_gitops.pricing.base.numbers import ZERO, fdiv
from lago_gitops.pricing.base.rules import Rules
from lago_gitops.pricing.models.graduated import Graduated
from lago_gitops.pricing.models.rated import Rated, per_unit
from lago_gitops.pricing.models.usage import Step


def rate(price: Graduated, units: Decimal, steps: tuple[Step, ...], rules: Rules) -> Rated:
    """`units` are the prorated ones of the whole usage: at zero only the first flat amount is due."""
    if units:
        amount = _amount(price, tuple(_counting(steps)))
    else:
        amount = price.tiers[0].flat_amount if rules.first_flat_at_zero else ZERO
    return Rated(amount, per_unit(amount, sum((step.full for step in steps), ZERO)))


def _counting(steps: tuple[Step, ...]) -> Iterator[Step]:
    """Without the adds that are over before the period begins, and the removes that belong to them."""
    total = ZERO
    for step in steps:
        if not step.prorated and (step.full > 0 or total + step.full < 0):
            continue
        total += step.full
        yield step


def _amount(price: Graduated, steps: tuple[Step, ...]) -> Decimal:
    total = highest = paid = ZERO
    for step in steps:
        paid += _paid(price, total, step)
        total += step.full
        highest = max(highest, total)
    return ZERO if total < 0 else max(paid, ZERO) + _flats(price, highest)


def _paid(price: Graduated, before: Decimal, step: Step) -> Decimal:
    """The path from `before` to `before + step.full`, spread over the tiers that it crosses."""
    if not step.full:
        return ZERO
    coefficient = fdiv(step.prorated, step.full)
    prorated = [share * coefficient for share in _shares(price, before, before + step.full)]
    # What the division loses stays in the tier where the path begins: an event inside one tier is paid exactly.
    start = _start(price, before, upward=step.full > 0)
    prorated[start] += step.prorated - sum(prorated, ZERO)
    return sum((part * tier.unit_price for part, tier in zip(prorated, price.tiers, strict=True)), ZERO)


def _shares(price: Graduated, before: Decimal, after: Decimal) -> Iterator[Decimal]:
    """Units of the path in each tier, signed; the first tier reaches below 0, the last has no end."""
    ends = [tier.to_value for tier in price.tiers[:-1]]
    for lower, upper in pairwise([None, *ends, None]):
        yield _held(after, lower, upper) - _held(before, lower, upper)


def _held(value: Decimal, lower: Decimal | None, upper: Decimal | None) -> Decimal:
    raised = value if lower is None else max(value, lower)
    return raised if upper is None else min(raised, upper)


def _start(price: Graduated, before: Decimal, *, upward: bool) -> int:
    ends = (tier.to_value for tier in price.tiers)
    return next(at for at, end in enumerate(ends) if end is None or end > before or (end == before and not upward))


def _flats(price: Graduated, highest: Decimal) -> Decimal:
    flats = ZERO
    for tier in price.tiers:
        flats += tier.flat_amount
        if tier.to_value is None or highest <= tier.to_value:
            break
    return flats
