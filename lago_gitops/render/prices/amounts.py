"""Changes of a plan that do nothing but raise and lower amounts: what they do to a bill needs no curve."""

from dataclasses import dataclass
from decimal import Decimal
from functools import lru_cache
from typing import Final, NamedTuple

from lago_gitops.core.assessment.change_class import PriceMove
from lago_gitops.core.model.resources import FieldChange, Update
from lago_gitops.core.policies.rule import FROM_NOTHING
from lago_gitops.pricing.base.numbers import half_up, quot
from lago_gitops.render.base.values import shown
from lago_gitops.render.prices.covered_fields import is_covered

PLACES: Final = 4  # of a percentage
_MOVES_KEPT: Final = 8_192
_NUMBERS: Final = (int, Decimal)
_AMOUNTS: Final = {
    *("amount", "amount_cents", "min_amount_cents", "per_unit_amount", "flat_amount", "rate", "fixed_amount"),
    *("per_transaction_min_amount", "per_transaction_max_amount"),
}
"""Every bill rises with each of them, or stays: a bill moves by no larger share than the amount that moves most."""


class Moved(NamedTuple):
    """How an amount changes; price lists repeat theirs.

    `percent`: FROM_NOTHING where there was no amount. `words`: `0.014 → 0.114`.
    """

    percent: Decimal
    words: str
    is_dearer: bool
    is_cheaper: bool


@dataclass(frozen=True, slots=True)
class Amounts:
    """What an update of a plan does to the amounts of its prices.

    `moved`: for each of its fields, how an amount changes; None for what is no amount. `are_all`: prices change in no
    other way, of which only a comparison can tell. `touch_prices`: prices say something about the update.
    """

    fields: tuple[FieldChange, ...]
    moved: tuple[Moved | None, ...]
    are_all: bool
    touch_prices: bool

    @property
    def percents(self) -> list[Decimal]:
        """Of the amounts that change."""
        return [one.percent for one in self.moved if one is not None]


def amounts_of(change: Update) -> Amounts:
    moved: list[Moved | None] = []
    are_all, touch_prices = True, False
    for one in change.fields:
        found = None
        if is_covered(one.keys):
            touch_prices = True
            if _is_amount(one):
                found = _moved(one.before, one.after)
            elif one.keys[-1] != "tax_codes":
                are_all = False
        moved.append(found)
    return Amounts(change.fields, tuple(moved), are_all, touch_prices)


def amount_moves(amounts: Amounts) -> tuple[PriceMove, ...]:
    """One for each amount that changes."""
    moves = zip(amounts.fields, amounts.moved, strict=True)
    return tuple(
        [
            PriceMove(f"{one.where} {moved.words}", moved.is_dearer, moved.is_cheaper)
            for one, moved in moves
            if moved is not None
        ]
    )


def _is_amount(change: FieldChange) -> bool:
    """Numbers on both sides."""
    is_named = change.keys[-1] in _AMOUNTS
    return is_named and isinstance(change.before, _NUMBERS) and isinstance(change.after, _NUMBERS)


@lru_cache(_MOVES_KEPT)
def _moved(before: int | Decimal, after: int | Decimal) -> Moved:
    words = f"{shown(before)} → {shown(after)}"
    return Moved(_percent(before, after), words, is_dearer=after > before, is_cheaper=after < before)


def _percent(before: int | Decimal, after: int | Decimal) -> Decimal:
    if not before:
        return FROM_NOTHING
    return half_up(quot((Decimal(after) - Decimal(before)) * 100, Decimal(before)), PLACES)
