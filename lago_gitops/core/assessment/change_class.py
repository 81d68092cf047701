"""How far a change goes, in one word, with the facts that make it so."""

from collections.abc import Iterable, Iterator, Sequence
from enum import StrEnum
from functools import cache
from typing import NamedTuple

from lago_gitops.core.model.effects import Effect, EffectClass, Undo, Weight
from lago_gitops.core.model.resources import Change, Create, Delete, Update
from lago_gitops.core.model.timing import Timing


class ChangeClass(StrEnum):
    """From what nobody has to look at to what can't be taken back."""

    COSMETIC = "cosmetic"  # no invoice costs otherwise, nobody is entitled to something else
    ADDITIVE = "additive"  # something more, which nobody pays for yet
    PRICE_DECREASE = "price-decrease"
    PRICE_INCREASE = "price-increase"
    BREAKING = "breaking"  # something ends, moves, is lost, or can't be undone

    @property
    def rank(self) -> int:
        return _RANKS[self]


_RANKS = {one: place for place, one in enumerate(ChangeClass)}


class PriceMove(NamedTuple):
    """A price that becomes dearer, cheaper, or both, for different usage; in words. A plan has one for each price."""

    words: str
    is_dearer: bool
    is_cheaper: bool


class Classified(NamedTuple):
    """`reasons` are those that make the class what it is, in words; others would say less."""

    class_: ChangeClass
    reasons: tuple[str, ...]


_Reason = tuple[ChangeClass, str]
_NEW = ChangeClass.ADDITIVE, "it is new"
_DELETED = ChangeClass.BREAKING, "it is deleted"
_COSMETIC = ChangeClass.COSMETIC, "it changes no amount and no entitlement"
_UNPAID = ChangeClass.ADDITIVE, "no customer pays more or less for it yet"
_NOT_COMPARED = ChangeClass.PRICE_INCREASE, "its prices were not compared, there are too many changes"
_DEARER, _CHEAPER = ChangeClass.PRICE_INCREASE, ChangeClass.PRICE_DECREASE

BREAKING = frozenset(
    {
        EffectClass.ENDS_SUBSCRIPTIONS,
        EffectClass.LOSES_USAGE,
        EffectClass.BILLS_TWICE,
        EffectClass.INVOICES_NOW,
        EffectClass.MOVES_SUBSCRIBERS,
        EffectClass.CANCELS_DOWNGRADES,
        EffectClass.CHANGES_TERMS,
        EffectClass.ENDS_DISCOUNTS,
        EffectClass.CASCADES,
        EffectClass.CODE_BURNED,
    }
)


def classified(
    change: Change, effects: Iterable[Effect], moves: Sequence[PriceMove] | None, *, is_cosmetic: bool
) -> Classified:
    """By the effects that the change has, and by what it does to prices, whoever has them.

    `moves` is None for prices that were not compared: they may be dearer. `is_cosmetic`: all that it touches shows on
    no invoice but as a name.
    """
    reasons = [*_of_effects(effects, moves), *_of_prices(moves), _of_itself(change, is_cosmetic=is_cosmetic)]
    furthest = max([class_ for class_, _ in reasons], key=_RANKS.__getitem__)
    return Classified(furthest, tuple([words for class_, words in reasons if class_ is furthest]))


def highest(classes: Iterable[ChangeClass]) -> ChangeClass | None:
    """The class of many changes together; None for none."""
    return max(classes, key=lambda one: one.rank, default=None)


def _of_effects(effects: Iterable[Effect], moves: Sequence[PriceMove] | None) -> Iterator[_Reason]:
    for effect in effects:
        class_ = _of_effect(effect.class_, effect.weight, effect.undo, effect.timing)
        if class_ is not None and not (moves and class_ is ChangeClass.PRICE_INCREASE):  # which compared prices tell
            yield class_, effect.sentence


@cache
def _of_effect(class_: EffectClass, weight: Weight, undo: Undo, timing: Timing | None) -> ChangeClass | None:
    match class_:
        case one if one in BREAKING:
            return ChangeClass.BREAKING
        case EffectClass.CHANGES_ENTITLEMENTS:
            return ChangeClass.ADDITIVE if weight is Weight.NOTE else ChangeClass.BREAKING
        case EffectClass.CHANGES_BILLS if undo is Undo.IRREVERSIBLE:
            return ChangeClass.BREAKING
        case EffectClass.CHANGES_BILLS if timing is Timing.FROM_THEN:
            return ChangeClass.ADDITIVE  # when, not how much
        case EffectClass.CHANGES_BILLS:
            return ChangeClass.PRICE_INCREASE
        case _:
            return None


def _of_prices(moves: Sequence[PriceMove] | None) -> list[_Reason]:
    if moves is None:
        return [_NOT_COMPARED]
    return [
        (_DEARER if move.is_dearer else _CHEAPER, move.words) for move in moves if move.is_dearer or move.is_cheaper
    ]


def _of_itself(change: Change, *, is_cosmetic: bool) -> _Reason:
    match change:
        case Create():
            return _NEW
        case Delete():
            return _DELETED
        case Update():  # the last of its union
            return _COSMETIC if is_cosmetic else _UNPAID
