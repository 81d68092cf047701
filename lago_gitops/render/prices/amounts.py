"""Changes of a plan that do nothing but raise and lower amounts: what they do to a bill needs no curve."""

from dataclasses import dataclass
from decimal import Decimal
from functools import lru_cache
from typing import Final

from lago_gitops.core.assessment.change_class import PriceMove
from lago_gitops.core.model.resources import FieldChange, Update
from lago_gitops.core.policies.rule import FROM_NOTHING
from lago_gitops.pricing.base.numbers import ZERO, half_up, quot
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


@dataclass(frozen=True, slots=True)
class Amounts:
    """What an update of a plan does to the amounts of its prices.

    `percents`: for each of its fields, by how much an amount changes in per cent; None for what is no amount.
    `are_all`: prices change in no other way, of which only a comparison can tell. `touch_prices`: prices say something
    about the update.
    """

    fields: tuple[FieldChange, ...]
    percents: tuple[Decimal | None, ...]
    are_all: bool
    touch_prices: bool

    @property
    def largest(self) -> Decimal:
        """By how much the amount changes that changes most, up or down, in per cent; 0 where none does."""
        return max([abs(one) for one in self.percents if one is not None], default=ZERO)


def amounts_of(change: Update) -> Amounts:
    percents: list[Decimal | None] = []
    are_all, touch_prices = True, False
    for one in change.fields:
        found = None
        if is_covered(one.keys):
            touch_prices = True
            if _is_amount(one):
                found = percent(one.before, one.after)
            elif one.keys[-1] != "tax_codes":
                are_all = False
        percents.append(found)
    return Amounts(change.fields, tuple(percents), are_all, touch_prices)


def amount_moves(amounts: Amounts) -> tuple[PriceMove, ...]:
    """One for each amount that changes."""
    moved = zip(amounts.fields, amounts.percents, strict=True)
    return tuple([_move(one) for one, percents in moved if percents is not None])


@lru_cache(_PERCENTS_KEPT)
def percent(before: int | Decimal, after: int | Decimal) -> Decimal:
    """From one amount to the other; FROM_NOTHING where there was none. Price lists repeat theirs."""
    if not before:
        return FROM_NOTHING
    return half_up(quot((Decimal(after) - Decimal(before)) * 100, Decimal(before)), PLACES)


def _is_amount(change: FieldChange) -> bool:
    """Numbers on both sides."""
    is_named = change.keys[-1] in _AMOUNTS
    return is_named and isinstance(change.before, _NUMBERS) and isinstance(change.after, _NUMBERS)


def _move(change: FieldChange) -> PriceMove:
    before, after = change.before, change.after
    words = f"{change.where} {shown(before)} → {shown(after)}"
    return PriceMove(words, is_dearer=after > before, is_cheaper=after < before)
