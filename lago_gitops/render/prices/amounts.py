"""Changes of a plan that do nothing but raise and lower amounts: what they do to a bill needs no curve."""

from collections.abc import Iterator
from decimal import Decimal
from typing import Final

from lago_gitops.core.assessment.change_class import PriceMove
from lago_gitops.core.model.resources import Create, FieldChange, Update
from lago_gitops.pricing.base.numbers import half_up, quot
from lago_gitops.render.base.values import shown
from lago_gitops.render.prices.said import says

PLACES: Final = 4  # of a percentage
_AMOUNTS: Final = {
    *("amount", "amount_cents", "min_amount_cents", "per_unit_amount", "flat_amount", "rate", "fixed_amount"),
    *("per_transaction_min_amount", "per_transaction_max_amount"),
}
"""Every bill rises with each of them, or stays: a bill moves by no larger share than the amount that moves most."""


def touches_prices(change: Create | Update) -> bool:
    """Whether prices say anything about it."""
    return isinstance(change, Create) or any(says(one.keys) for one in change.fields)


def amount_moves(change: Update) -> tuple[PriceMove, ...] | None:
    """One for each amount; None where prices change in another way, so that only a comparison can tell."""
    priced = [one for one in change.fields if says(one.keys) and one.keys[-1] != "tax_codes"]
    return tuple(map(_move, priced)) if all(map(_is_amount, priced)) else None


def amount_percents(change: Update) -> Iterator[Decimal | None]:
    """By how much each of the amounts changes; None for one that was nothing."""
    yield from (percent_of(one) for one in change.fields if says(one.keys) and _is_amount(one))


def percent_of(change: FieldChange) -> Decimal | None:
    """By how much an amount of a plan changes, in per cent; None for what is none, or was nothing."""
    if not (says(change.keys) and _is_amount(change) and change.before):
        return None
    before, after = Decimal(change.before), Decimal(change.after)
    return half_up(quot((after - before) * 100, before), PLACES)


def _is_amount(change: FieldChange) -> bool:
    """Numbers on both sides."""
    sides = (change.before, change.after)
    return change.keys[-1] in _AMOUNTS and all(isinstance(side, int | Decimal) for side in sides)


def _move(change: FieldChange) -> PriceMove:
    words = f"{change.where} {shown(change.before)} → {shown(change.after)}"
    return PriceMove(words, is_dearer=change.after > change.before, is_cheaper=change.after < change.before)
