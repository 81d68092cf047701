from typing import Any

import pytest

from lago_gitops.core.model.audience import Audience, Subscribers
from lago_gitops.core.model.effects import Effect, EffectClass, Undo, Weight
from lago_gitops.core.model.resources import Address
from lago_gitops.render.review.review import review
from tests.render.plans import document, plan

FIXED = {"code": "support", "add_on_code": "support", "charge_model": "standard", "units": "2"}


def bills(code: str, number: int | None) -> tuple[Effect, ...]:
    hit = ((Address("plan", code), number),)
    return (Effect(EffectClass.CHANGES_BILLS, Weight.WARNING, Undo.REVERSIBLE, "bills change: soon", hit),)


def verdict(before: Any, after: Any, *effects: tuple[Effect, ...]) -> str:
    """Whoever is hit is subscribed."""
    hits = dict(hit for each in effects for effect in each for hit in effect.hit)
    audience = Audience(1, {plan: Subscribers(number, 0, 0) for plan, number in hits.items()})
    return review(document(before, after, effects=effects, audience=audience)).verdict


def of(code: str = "a", cents: int = 1000, support: str = "10", **others: Any) -> Any:
    return plan(code, amount_cents=cents, fixed_charges=[{**FIXED, "properties": {"amount": support}}], **others)


def test_fees_that_are_certain_are_said_in_money_a_month() -> None:
    assert verdict([of()], [of(cents=1200, support="11")], bills("a", 214)) == (
        "2 prices rise by 10% to 20%; the bills of 214 subscriptions change, fees by +€856.00 a month; "
        "nothing is invoiced now; can be undone"
    )


@pytest.mark.parametrize(
    ("others", "said"),
    [
        ({"interval": "yearly"}, "fees by +€1.00 a month"),
        ({"interval": "weekly"}, "fees by +€52.00 a month"),
        ({"amount_currency": "JPY"}, "fees by +¥1,200 a month"),
    ],
)
def test_fees_of_other_periods_are_brought_to_a_month(others: Any, said: str) -> None:
    found = verdict([of(**others)], [of(cents=2200, **others)], bills("a", 1))
    assert f"the bill of 1 subscription changes, {said}" in found


def test_fees_of_several_plans_are_added_by_currency() -> None:
    before = [of("a"), of("b"), of("c", amount_currency="USD")]
    after = [of("a", 1100), of("b", 900), of("c", 1100, amount_currency="USD")]
    found = verdict(before, after, bills("a", 10), bills("b", 3), bills("c", 1))
    assert "the bills of 14 subscriptions change, fees by +€7.00 and +$1.00 a month" in found


@pytest.mark.parametrize(
    ("after", "number"),
    [
        (of(cents=1000, support="10", description="x", trial_period=3), 5),
        (of(cents=1200, amount_currency="USD"), 5),
        (of(cents=1200, interval="yearly"), 5),
        (of(cents=1200), None),
    ],
)
def test_what_is_not_certain_is_not_said(after: Any, number: int | None) -> None:
    assert "fees by" not in verdict([of()], [after], bills("a", number))


def test_who_is_hit_several_times_is_counted_once() -> None:
    twice = (*bills("a", 5), *bills("a", 3))
    assert "the bills of 5 subscriptions change" in verdict([of()], [of(cents=1200)], twice)
    assert "an unknown number of subscriptions" in verdict([of()], [of(cents=1200)], (*twice, *bills("a", None)))


def test_everybody_is_more_than_any_plan() -> None:
    everybody = Effect(
        EffectClass.CHANGES_BILLS, Weight.WARNING, Undo.REVERSIBLE, "x", ((Address("organization", ""), 90),)
    )
    assert "the bills of 90 subscriptions change" in verdict([of()], [of(cents=1200)], (*bills("a", 5), everybody))


def test_what_hits_people_besides_is_said_too() -> None:
    ends = Effect(EffectClass.MOVES_SUBSCRIBERS, Weight.DANGER, Undo.IRREVERSIBLE, "2 subscriptions move: now")
    found = verdict([of()], [of(cents=1200)], (*bills("a", 5), ends))
    said = (
        "change, fees by +€10.00 a month; plan/a: 2 subscriptions move; invoices are created at once; can't be undone"
    )
    assert said in found
