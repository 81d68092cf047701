from collections.abc import Sequence
from typing import Any

import pytest

from lago_gitops.core.model.effects import Undo, Weight
from lago_gitops.core.model.resources import Address
from lago_gitops.render.review.groups import alike, groups
from lago_gitops.render.review.model import ReviewedEffect
from lago_gitops.render.review.review import review
from tests.render.plans import METRIC, charge, document, plan


def sorts(before: Sequence[Any], after: Sequence[Any]) -> list[tuple[str, str]]:
    return [(one.what, one.how) for one in groups(review(document(before, after)).items)]


def test_prices_that_change_by_the_same_share_are_one_group_whatever_they_are() -> None:
    before = [plan("a", amount_cents=1000), plan("b", amount_cents=59_900), plan("c", amount_cents=980)]
    after = [plan("a", amount_cents=1030), plan("b", amount_cents=61_697), plan("c", amount_cents=1009)]
    assert sorts(before, after) == [("3 plans changed", "amounts +3%")]


def test_a_group_says_how_far_its_changes_are_apart() -> None:
    before = [plan("a", amount_cents=1000), plan("b", amount_cents=1000)]
    assert sorts(before, [plan("a", amount_cents=1029), plan("b", amount_cents=1033)]) == [
        ("2 plans changed", "amounts +2.9% to +3.3%")
    ]


@pytest.mark.parametrize(
    ("first", "second"),
    [
        ({"amount_cents": 1030}, {"amount_cents": 1100}),
        ({"amount_cents": 1030}, {"amount_cents": 970}),
        ({"amount_cents": 1030}, {"amount_cents": 1030, "description": "x"}),
        ({"pay_in_advance": True}, {"description": "x"}),
        ({"amount_currency": "USD"}, {"amount_currency": "CHF"}),
        ({"description": "x"}, {"state": "absent"}),
    ],
)
def test_what_a_reviewer_would_not_look_at_alike_is_apart(first: Any, second: Any) -> None:
    assert len(sorts([plan("a"), plan("b")], [plan("a", **first), plan("b", **second)])) == 2


def test_texts_are_alike_whatever_they_say_and_new_plans_too() -> None:
    before = [plan("a"), plan("b")]
    after = [plan("a", description="x"), plan("b", description="y"), plan("c"), plan("d", amount_cents=5)]
    assert sorted(sorts(before, after)) == [("2 new plans", ""), ("2 plans changed", "description")]


def test_only_so_many_fields_are_named() -> None:
    others = {"name": "x", "description": "x", "invoice_display_name": "x", "trial_period": 3, "pay_in_advance": True}
    (((_, how),)) = sorts([plan()], [plan(**others)])
    assert how.endswith("and 1 more field")


def hit(code: str, number: int | None, sentence: str, *, bills: bool = True) -> ReviewedEffect:
    weight, undo = Weight.WARNING, Undo.REVERSIBLE
    return ReviewedEffect(
        f"plan/{code}", weight, sentence, undo, hits=True, bills=bills, hit=((Address("plan", code), number),)
    )


def test_bills_that_change_from_the_same_day_are_counted_together() -> None:
    found = alike(
        (
            hit("a", 8, "the bills of 8 subscriptions change: from 1 November (charge 'x')"),
            hit("b", 1, "the bill of 1 subscription changes: from 1 November (charge 'y' and 3 more)"),
            hit("c", 2, "the bills of 2 subscriptions change: from 15 November"),
        )
    )
    assert [(one.addresses, one.sentence) for one in found] == [
        (("plan/a", "plan/b"), "the bills of 9 subscriptions change: from 1 November (charge 'x')"),
        (("plan/c",), "the bills of 2 subscriptions change: from 15 November"),
    ]


def test_what_happens_alike_is_said_once_with_how_many_it_hits() -> None:
    found = alike(
        (
            hit("a", 5, "its subscriptions end: 5 active ones", bills=False),
            hit("b", 3, "its subscriptions end: 3 active ones", bills=False),
        )
    )
    assert [one.sentence for one in found] == ["its subscriptions end (8 subscriptions in all)"]


@pytest.mark.parametrize(
    ("said", "together"),
    [
        (": {} active, and 0 pending", ""),
        (" (2 overridden): with an invoice at once", ": with an invoice at once"),
    ],
)
def test_no_number_of_the_first_stands_beside_the_number_of_all(said: str, together: str) -> None:
    sentence = f"deleting it ends {{0}} subscriptions{said.replace('{}', '{0}')}"
    found = alike(hit(code, number, sentence.format(number), bills=False) for code, number in (("a", 5), ("b", 3)))
    assert [one.sentence for one in found] == [f"deleting it ends 8 subscriptions{together}"]


def test_a_number_in_the_sentence_of_many_is_the_number_of_all() -> None:
    used = "what {} used of charge 'x' in October is never billed"
    found = alike(
        (
            hit("a", 5, used.format("5 subscriptions"), bills=False),
            hit("b", 1, used.format("1 subscription"), bills=False),
        )
    )
    assert [one.sentence for one in found] == [used.format("6 subscriptions")]


def test_those_that_hit_most_come_first_and_an_unknown_number_is_the_most() -> None:
    found = [hit("a", 5, ""), hit("b", None, ""), hit("c", 7, "")]
    assert [one.address for one in sorted(found, key=lambda one: one.rank)] == ["plan/b", "plan/c", "plan/a"]


def test_a_charge_that_many_plans_lose_is_one_group_whatever_it_cost() -> None:
    codes = "abcd"
    before = [METRIC, *(plan(code, charges=[charge({"amount": str(at)})]) for at, code in enumerate(codes, 1))]
    assert sorts(before, [METRIC, *map(plan, codes)]) == [("4 plans changed", "charges.calls removed")]


def test_rates_that_change_alike_are_said_with_both_sides() -> None:
    taxes = [{"kind": "tax", "code": code, "name": code, "rate": 19} for code in "ab"]
    assert sorts(taxes, [{**tax, "rate": 20} for tax in taxes]) == [("2 taxes changed", "rate 19% → 20%")]
