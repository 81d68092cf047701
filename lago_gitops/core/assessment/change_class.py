"""How far a change goes, in one word, with the facts that make it so."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum

from lago_gitops.core.model.effects import Effect, EffectClass, Undo, Weight
from lago_gitops.core.model.resources import Change, Create, Delete
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


@dataclass(frozen=True, slots=True)
class PriceMove:
    """A price that becomes dearer, cheaper, or both, for different usage; in words."""

    words: str
    is_dearer: bool
    is_cheaper: bool


@dataclass(frozen=True, slots=True)
class ClassReason:
    class_: ChangeClass
    words: str


@dataclass(frozen=True, slots=True)
class Classified:
    """`reasons` are those that make the class what it is; others would say less."""

    class_: ChangeClass
    reasons: tuple[ClassReason, ...]


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
    reasons = (*_of_effects(effects, moves), *_of_prices(moves), _of_itself(change, is_cosmetic=is_cosmetic))
    highest = max(reasons, key=lambda one: one.class_.rank).class_
    return Classified(highest, tuple(one for one in reasons if one.class_ is highest))


def highest(classes: Iterable[ChangeClass]) -> ChangeClass | None:
    """The class of many changes together; None for none."""
    return max(classes, key=lambda one: one.rank, default=None)


def _of_effects(effects: Iterable[Effect], moves: Sequence[PriceMove] | None) -> Iterator[ClassReason]:
    for effect in effects:
        if (class_ := _of_effect(effect, is_compared=bool(moves))) is not None:
            yield ClassReason(class_, effect.sentence)


def _of_effect(effect: Effect, *, is_compared: bool) -> ChangeClass | None:
    match effect.class_:
        case one if one in BREAKING:
            return ChangeClass.BREAKING
        case EffectClass.CHANGES_ENTITLEMENTS:
            return ChangeClass.ADDITIVE if effect.weight is Weight.NOTE else ChangeClass.BREAKING
        case EffectClass.CHANGES_BILLS if effect.undo is Undo.IRREVERSIBLE:
            return ChangeClass.BREAKING
        case EffectClass.CHANGES_BILLS if effect.timing is Timing.FROM_THEN:
            return ChangeClass.ADDITIVE  # when, not how much
        case EffectClass.CHANGES_BILLS:
            return None if is_compared else ChangeClass.PRICE_INCREASE  # prices that were compared say it
        case _:
            return None


def _of_prices(moves: Sequence[PriceMove] | None) -> Iterator[ClassReason]:
    if moves is None:
        yield ClassReason(ChangeClass.PRICE_INCREASE, "its prices were not compared, there are too many changes")
        return
    for move in moves:
        if move.is_dearer or move.is_cheaper:
            class_ = ChangeClass.PRICE_INCREASE if move.is_dearer else ChangeClass.PRICE_DECREASE
            yield ClassReason(class_, move.words)


def _of_itself(change: Change, *, is_cosmetic: bool) -> ClassReason:
    match change:
        case Create():
            return ClassReason(ChangeClass.ADDITIVE, "it is new")
        case Delete():
            return ClassReason(ChangeClass.BREAKING, "it is deleted")
        case _ if is_cosmetic:
            return ClassReason(ChangeClass.COSMETIC, "it changes no amount and no entitlement")
        case _:
            return ClassReason(ChangeClass.ADDITIVE, "no customer pays more or less for it yet")
