"""How far a change goes: what makes it so, the furthest first."""

from collections.abc import Sequence
from typing import Any

import pytest

from lago_gitops.core.assessment.change_class import ChangeClass, PriceMove, classified, highest
from lago_gitops.core.model.effects import Effect, EffectClass, Undo, Weight
from lago_gitops.core.model.timing import Timing
from tests.core.kinds import create, delete, node, update

DEARER = PriceMove("dearer", is_dearer=True, is_cheaper=False)
CHEAPER = PriceMove("cheaper", is_dearer=False, is_cheaper=True)
BOTH = PriceMove("dearer and cheaper", is_dearer=True, is_cheaper=True)
SAME = PriceMove("the same", is_dearer=False, is_cheaper=False)
CHANGE = update(node("a"), node("a", name="n"))


def effect(class_: EffectClass, undo: Undo = Undo.REVERSIBLE, weight: Weight = Weight.WARNING, **more: Any) -> Effect:
    return Effect(class_, weight, undo, f"it {class_}", **more)


BILLS = effect(EffectClass.CHANGES_BILLS)


def found(
    *effects: Effect, moves: Sequence[PriceMove] | None = (), change: Any = CHANGE, is_cosmetic: bool = False
) -> tuple[str, ...]:
    """The class, and what makes it so."""
    of = classified(change, effects, moves, is_cosmetic=is_cosmetic)
    return of.class_.value, *of.reasons


def test_the_furthest_is_that_of_the_whole() -> None:
    assert highest([]) is None
    assert highest([ChangeClass.PRICE_DECREASE, ChangeClass.BREAKING, ChangeClass.COSMETIC]) is ChangeClass.BREAKING


def test_names_alone_are_cosmetic() -> None:
    assert found(is_cosmetic=True) == ("cosmetic", "it changes no amount and no entitlement")
    assert found() == ("additive", "no customer pays more or less for it yet")


def test_what_is_new_is_additive_and_what_is_deleted_breaks() -> None:
    assert found(change=create(node("a"))) == ("additive", "it is new")
    assert found(change=delete(node("a"))) == ("breaking", "it is deleted")


def test_prices_make_it_dearer_or_cheaper_whoever_has_them() -> None:
    assert found(moves=[CHEAPER, SAME]) == ("price-decrease", "cheaper")
    assert found(moves=[CHEAPER, DEARER, BOTH]) == ("price-increase", "dearer", "dearer and cheaper")
    assert found(moves=[SAME]) == ("additive", "no customer pays more or less for it yet")


def test_bills_that_change_are_what_their_prices_are() -> None:
    assert found(BILLS, moves=[CHEAPER]) == ("price-decrease", "cheaper")


def test_where_prices_say_nothing_bills_that_change_may_be_higher() -> None:
    assert found(BILLS) == ("price-increase", "it changes-bills")
    assert found(moves=None) == ("price-increase", "its prices were not compared, there are too many changes")


def test_the_same_amount_at_another_time_is_no_other_price() -> None:
    later = effect(EffectClass.CHANGES_BILLS, timing=Timing.FROM_THEN)
    assert found(later) == ("additive", "it changes-bills", "no customer pays more or less for it yet")


@pytest.mark.parametrize(
    "class_",
    [
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
    ],
)
def test_what_ends_moves_or_is_lost_breaks(class_: EffectClass) -> None:
    assert found(BILLS, effect(class_), moves=[CHEAPER]) == ("breaking", f"it {class_}")


def test_a_bill_that_no_change_back_undoes_breaks() -> None:
    assert found(effect(EffectClass.CHANGES_BILLS, Undo.IRREVERSIBLE), moves=[CHEAPER])[0] == "breaking"


def test_entitlements_that_are_less_break_and_more_of_them_is_additive() -> None:
    less = effect(EffectClass.CHANGES_ENTITLEMENTS)
    more = effect(EffectClass.CHANGES_ENTITLEMENTS, weight=Weight.NOTE)
    assert found(less)[0] == "breaking"
    assert found(more)[0] == "additive"


def test_a_note_makes_nothing_of_it() -> None:
    assert found(effect(EffectClass.LEAVES_OUT), is_cosmetic=True)[0] == "cosmetic"
