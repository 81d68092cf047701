"""Changes of a plan that do nothing but raise and lower amounts: what they do to a bill needs no curve."""

from decimal import Decimal
from functools import lru_cache
from typing import Final

from lago_gitops.core.assessment.change_class import PriceMove
from lago_gitops.core.model.resources import FieldChange, Update
from lago_gitops.pricing.base.numbers import half_up, quot
from lago_gitops.render.base.values import shown
from lago_gitops.render.prices.covered_fields import is_covered

PLACES: Final = 4  # of a percentage
_PERCENTS_KEPT: Final = 8_192
_NUMBERS: Final = (int, Decimal)
_AMOUNTS: Final = {
    *("amount", "amount_cents", "min_amount_cents", "per_unit_amount", "flat_amount", "rate", "fixed_amount"),
    *("per_transaction_min_amount", "per_transaction_max_amount"),
}
"""Every bill rises with each of them, or stays: a bill moves by no larger share than the amount that moves most."""


def touches_prices(change: Update) -> bool:
    """Whether prices say anything about it."""
    return any(is_covered(one.keys) for one in change.fields)


def changed_amounts(change: Update) -> tuple[FieldChange, ...] | None:
    """The amounts that change; None where prices change in another way, so that only a comparison can tell."""
    priced = [one for one in change.fields if is_covered(one.keys) and one.keys[-1] != "tax_codes"]
    return tuple(priced) if all(map(_is_amount, priced)) else None


def amount_moves(change: Update) -> tuple[PriceMove, ...] | None:
    """One for each of the `changed_amounts`, and None where they are."""
    amounts = changed_amounts(change)
    return None if amounts is None else tuple([_move(one) for one in amounts])


def percent_of(change: FieldChange) -> Decimal | None:
    """By how much an amount of a plan changes, in per cent; None for what is none, or was nothing."""
    if not (_is_amount(change) and change.before and is_covered(change.keys)):
        return None
    return percent(change.before, change.after)


@lru_cache(_PERCENTS_KEPT)
def percent(before: int | Decimal, after: int | Decimal) -> Decimal | None:
    """From one amount to the other; None from nothing. Price lists repeat theirs."""
    if not before:
        return None
    return half_up(quot((Decimal(after) - Decimal(before)) * 100, Decimal(before)), PLACES)


def _is_amount(change: FieldChange) -> bool:
    """Numbers on both sides."""
    is_named = change.keys[-1] in _AMOUNTS
    return is_named and isinstance(change.before, _NUMBERS) and isinstance(change.after, _NUMBERS)


def _move(change: FieldChange) -> PriceMove:
    before, after = change.before, change.after
    words = f"{change.where} {shown(before)} → {shown(after)}"
    return PriceMove(words, is_dearer=after > before, is_cheaper=after < before)
