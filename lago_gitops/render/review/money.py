"""What is certain about money: fees that don't hang on usage, times those who pay them."""

from collections.abc import Iterator, Mapping
from decimal import Decimal
from typing import Any, Final

from lago_gitops.pricing.base.numbers import ZERO, half_up, quot
from lago_gitops.pricing.base.words import least_decimals, money
from lago_gitops.render.prices.changes import Figure, PlanChange, Unit

Document = Mapping[str, Any]
A_YEAR: Final = {"week": 52, "month": 12, "quarter": 4, "half-year": 2, "year": 1}
"""How often a period ends, by its name."""
FIXED: Final = {"plan fee", "costs"}  # figures of a plan, and of its fixed charges


def fees_a_month(prices: PlanChange, subscriptions: int) -> Decimal | None:
    """By how much the fees of a plan's subscriptions change a month, before taxes and coupons; None where that can't be
    said, since its currency changes or a period does."""
    figures = tuple(_fixed(prices))
    if prices.currency != prices.currency_before or any(one.per[0] != one.per[1] for one in figures):
        return None
    return sum((_a_month(one) for one in figures), ZERO) * subscriptions


def hit_of(change: Document, class_: str) -> int | None:
    """How many subscriptions of the changed plan have the effect; None where it isn't known."""
    numbers = [
        hit["subscriptions"]
        for effect in change["effects"]
        if effect["class"] == class_
        for hit in effect.get("hits", ())
        if hit["address"] == change["address"]
    ]
    return None if None in numbers else max(numbers, default=0)


def signed(amount: Decimal, currency: str) -> str:
    """To the currency's decimals: +€1,200.00."""
    rounded = half_up(amount, least_decimals(currency))
    return ("+" if rounded > 0 else "") + money(rounded, currency, least_decimals(currency))


def _fixed(prices: PlanChange) -> Iterator[Figure]:
    yield from (one for one in prices.figures if one.label in FIXED)
    for charge in prices.charges:
        if charge.sort == "fixed charge":
            yield from (one for one in charge.figures if one.label in FIXED and one.unit is Unit.MONEY)


def _a_month(figure: Figure) -> Decimal:
    """None on a side is nothing to pay."""
    before, after = (value if isinstance(value, Decimal) else ZERO for value in (figure.before, figure.after))
    return quot((after - before) * A_YEAR[figure.per[1] or figure.per[0]], Decimal(12))
