from collections.abc import Sequence
from typing import Any

from lago_gitops.core.model.effects import Effect, EffectClass, Undo, Weight
from lago_gitops.core.model.resources import Address
from lago_gitops.render.review.review import review
from tests.render.plans import METRIC, charge, document, plan


def verdict(before: Sequence[Any], after: Sequence[Any], **others: Any) -> str:
    return review(document(before, after, **others)).verdict


def test_equal_changes_are_said_in_one_number() -> None:
    before = [plan(f"p{at}", amount_cents=1000 * (at + 1)) for at in range(300)]
    after = [plan(f"p{at}", amount_cents=1030 * (at + 1)) for at in range(300)]
    assert verdict(before, after).startswith("300 prices on 300 plans rise by 3%; ")


def test_the_largest_change_is_in_the_first_line_however_many_others_there_are() -> None:
    before = [plan(f"p{at}") for at in range(300)]
    after = [plan(f"p{at}", amount_cents=1030 if at != 250 else 10_000) for at in range(300)]
    assert verdict(before, after).startswith("300 prices on 300 plans rise by 3% to 900%; ")


def test_a_share_is_said_only_where_amounts_tell_all() -> None:
    """A price that was nothing has no share; nor has one whose tiers become others."""
    sides = [[METRIC, plan(charges=[charge({"amount": amount})])] for amount in ("0", "1")]
    assert verdict(*sides).startswith("1 price rises; ")


def test_prices_in_another_currency_neither_rise_nor_fall() -> None:
    before, after = [plan(amount_currency="JPY")], [plan(amount_currency="CHF")]
    assert verdict(before, after) == "The currency of 1 plan changes; can be undone"


def test_what_changes_no_bill_says_so() -> None:
    assert verdict([plan()], [plan(description="x")]) == "1 to change; no bill changes; can be undone"


def test_who_is_hit_is_named_and_counted() -> None:
    hit = ((Address("plan", "b"), 5),)
    ends = Effect(EffectClass.ENDS_SUBSCRIPTIONS, Weight.DANGER, Undo.IRREVERSIBLE, "its subscriptions end: all", hit)
    found = verdict([plan("a"), plan("b")], [plan("a", description="x"), plan("b", state="absent")], effects=[(ends,)])
    assert "; plan/a: its subscriptions end (5 subscriptions); " in found
