from collections.abc import Sequence
from typing import Any

import pytest

from lago_gitops.core.model.effects import Effect, EffectClass, Undo, Weight
from lago_gitops.core.model.resources import Address
from lago_gitops.core.model.timing import Timing
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
    assert verdict(before, after) == "The currency of 1 plan changes; no subscription's bill changes; can be undone"


def test_what_changes_no_bill_says_so() -> None:
    assert verdict([plan()], [plan(description="x")]) == "1 to change; no bill changes; can be undone"


def test_who_is_hit_is_named_and_counted() -> None:
    hit = ((Address("plan", "b"), 5),)
    ends = Effect(EffectClass.ENDS_SUBSCRIPTIONS, Weight.DANGER, Undo.IRREVERSIBLE, "its subscriptions end: all", hit)
    found = verdict([plan("a"), plan("b")], [plan("a", description="x"), plan("b", state="absent")], effects=[(ends,)])
    assert "; plan/a: its subscriptions end (5 subscriptions); " in found


TAX = {"kind": "tax", "code": "vat", "name": "VAT", "rate": 19}
ADD_ON = {"kind": "add_on", "code": "book", "name": "Book", "amount_cents": 180_000, "amount_currency": "EUR"}


def test_a_rate_and_an_amount_besides_plans_are_said_with_both_sides() -> None:
    found = verdict([TAX, ADD_ON], [{**TAX, "rate": 20}, {**ADD_ON, "amount_cents": 200_000}])
    assert found == (
        "The amount of add_on/book changes from €1,800.00 to €2,000.00; the rate of tax/vat changes from 19% to 20%; "
        "no subscription's bill changes; can be undone"
    )


def test_many_rates_are_counted() -> None:
    taxes = [{**TAX, "code": code} for code in "abc"]
    assert verdict(taxes, [{**tax, "rate": 20} for tax in taxes]).startswith("3 amounts of 3 taxes change; ")


@pytest.mark.parametrize(
    ("before", "after", "first"),
    [
        ([], [charge({"amount": "1"})], "1 charge is added; "),
        ([charge({"amount": "1"}, code=code) for code in "ab"], [], "2 charges are removed; "),
    ],
)
def test_charges_that_come_and_go_are_counted(before: Any, after: Any, first: str) -> None:
    assert verdict([METRIC, plan(charges=before)], [METRIC, plan(charges=after)]).startswith(first)


def test_a_minimum_that_there_was_not_is_a_price_that_rises() -> None:
    assert verdict([plan()], [plan(minimum_commitment={"amount_cents": 500})]).startswith("1 price rises; ")


def test_what_is_deleted_is_in_the_first_line_beside_prices() -> None:
    before = [plan("a"), plan("b")]
    assert "; 1 to delete; " in verdict(before, [plan("a", amount_cents=2000), plan("b", state="absent")])


def bills(*timings: Timing) -> list[tuple[Effect, ...]]:
    return [
        (
            Effect(
                EffectClass.CHANGES_BILLS, Weight.WARNING, Undo.REVERSIBLE, "x", ((Address("plan", code), 2),), timing
            ),
        )
        for code, timing in zip("ab", timings, strict=False)
    ]


@pytest.mark.parametrize(
    ("timings", "said"),
    [
        ((Timing.NEXT, Timing.NEXT), "the bills of 4 subscriptions change from the next period"),
        (
            (Timing.NEXT, Timing.ALL),
            "the bills of 4 subscriptions change, some from the first day of the running period",
        ),
    ],
)
def test_from_when_bills_change_is_said_the_soonest_first(timings: Any, said: str) -> None:
    sides = [[plan(code, amount_cents=amount) for code in "ab"] for amount in (1000, 1100)]
    assert f"; {said}; " in verdict(*sides, effects=bills(*timings))


def test_the_effects_that_the_first_line_leaves_out_are_counted_outside_its_brackets() -> None:
    hit = ((Address("plan", "a"), 5),)
    lost = Effect(EffectClass.LOSES_USAGE, Weight.DANGER, Undo.IRREVERSIBLE, "usage of charge 'v2' is lost: so", hit)
    found = verdict([plan("a")], [plan("a", description="x")], effects=[(lost, lost, lost)])
    assert "; plan/a: usage of charge 'v2' is lost (5 subscriptions), and 2 more effects on customers; " in found


def test_what_is_invoiced_at_once_is_in_the_first_line() -> None:
    hit = ((Address("plan", "a"), 5),)
    now = Effect(EffectClass.INVOICES_NOW, Weight.DANGER, Undo.IRREVERSIBLE, "an invoice for 5 subscriptions: so", hit)
    found = verdict([plan("a")], [plan("a", description="x")], effects=[(now,)])
    assert "; plan/a: an invoice for 5 subscriptions; invoices are created at once; can't be undone" in found


def test_a_note_on_those_who_keep_their_prices_changes_no_bill() -> None:
    hit = ((Address("plan", "a"), 5),)
    left = Effect(EffectClass.LEAVES_OUT, Weight.NOTE, Undo.REVERSIBLE, "prices stay", hit)
    found = verdict([plan("a")], [plan("a", amount_cents=2000)], effects=[(left,)])
    assert "; no subscription's bill changes; " in found


def test_fees_of_plans_that_are_not_compared_are_said_once() -> None:
    codes = [f"p{at}" for at in range(203)]
    sides = [[plan(code, amount_cents=cents) for code in codes] for cents in (1000, 1030)]
    assert "amounts of" not in verdict(*sides)
