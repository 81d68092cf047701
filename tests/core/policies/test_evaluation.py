"""A policy matches when everything it names is true of the changes that it selects."""

from datetime import UTC, datetime
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from lago_gitops.core.assessment.change_class import ChangeClass
from lago_gitops.core.assessment.guard import Policy, Requirement
from lago_gitops.core.model.effects import EffectClass
from lago_gitops.core.model.problem import Mark
from lago_gitops.core.model.resources import Address
from lago_gitops.core.policies.evaluation import Fired, fired, standing
from lago_gitops.core.policies.rule import FROM_NOTHING, Bounds, ChangeFacts, Condition, PolicyRule, RuleResult
from lago_gitops.core.policies.window import Window

FRIDAY = datetime(2026, 11, 27, 15, 30, tzinfo=UTC)
PARIS = ZoneInfo("Europe/Paris")


def rule(result: RuleResult = RuleResult.REFUSE, **when: Any) -> PolicyRule:
    return PolicyRule("mine", Mark("lago-gitops.yaml", 3), result, "because", when=Condition(**when))


def rise(code: str = "p", subscriptions: int | None = 10, **more: Any) -> ChangeFacts:
    address = Address("plan", code)
    known = {"rise": Decimal(10), "amounts": {"EUR": Decimal(100)}, "hit": ((address, subscriptions),)}
    return ChangeFacts(
        address, "update", ChangeClass.PRICE_INCREASE, frozenset({EffectClass.CHANGES_BILLS}), **known | more
    )


def speaks(*facts: ChangeFacts, at: datetime = FRIDAY, **when: Any) -> Fired | None:
    return next(iter(fired([rule(**when)], facts, at)), None)


def least(number: str | int) -> Bounds:
    return Bounds(at_least=Decimal(number))


@pytest.mark.parametrize(
    ("when", "holds"),
    [
        ({}, True),
        ({"kinds": ("plan",)}, True),
        ({"kinds": ("tax",)}, False),
        ({"codes": ("x", "p*")}, True),
        ({"codes": ("x",)}, False),
        ({"actions": ("update",)}, True),
        ({"actions": ("delete",)}, False),
        ({"classes": (ChangeClass.PRICE_INCREASE,)}, True),
        ({"classes": (ChangeClass.BREAKING,)}, False),
        ({"effects": (EffectClass.CHANGES_BILLS, EffectClass.DELETES)}, True),
        ({"effects": (EffectClass.DELETES,)}, False),
        ({"rise": least(10)}, True),
        ({"rise": least(11)}, False),
        ({"rise": Bounds(at_most=Decimal(9))}, False),
        ({"fall": least(1)}, False),
        ({"subscriptions": least(10)}, True),
        ({"subscriptions": least(11)}, False),
        ({"amount": least(100)}, True),
        ({"amount": least(101)}, False),
        ({"amount": least(100), "currency": "EUR"}, True),
        ({"amount": least(1), "currency": "USD"}, False),
        ({"during": (Window(PARIS, days=("fri",)),)}, True),
        ({"during": (Window(PARIS, days=("sat",)),)}, False),
        ({"during": (Window(PARIS, days=("sat",)), Window(PARIS, days=("fri",)))}, True),
        ({"outside": (Window(PARIS, days=("sat",)),)}, True),
        ({"outside": (Window(PARIS, days=("sat",)), Window(PARIS, days=("fri",)))}, False),
    ],
)
def test_all_that_is_given_has_to_hold(when: dict[str, Any], holds: bool) -> None:
    assert (speaks(rise(), **when) is not None) is holds


def test_an_empty_plan_breaks_no_policy() -> None:
    assert speaks() is None


def test_changes_are_taken_together_so_that_splitting_them_gets_around_nothing() -> None:
    found = speaks(rise("a"), rise("b"), ChangeFacts(Address("tax", "t"), "update", ChangeClass.COSMETIC),
                   kinds=("plan",), subscriptions=least(20), amount=least(200))  # fmt: skip
    assert found is not None
    assert [str(one) for one in found.addresses] == ["plan/a", "plan/b"]
    assert found.reason == "because (20 subscriptions, fees by +200 EUR a month)"


@pytest.mark.parametrize(
    ("facts", "when", "words"),
    [
        (rise(subscriptions=None), {"subscriptions": least(1000)}, "an unknown number of subscriptions"),
        (rise(amounts=None), {"amount": least(1000)}, "fees by an unknown amount a month"),
        (rise(rise=None), {"rise": least(1000)}, "up by an unknown percentage"),
        (rise(fall=None), {"fall": least(1000)}, "down by an unknown percentage"),
    ],
)
def test_what_is_not_known_is_taken_to_hold(facts: ChangeFacts, when: dict[str, Any], words: str) -> None:
    found = speaks(facts, **when)
    assert found is not None
    assert found.facts == words


def test_a_price_that_was_nothing_rises_by_more_than_any_percentage() -> None:
    found = speaks(rise(rise=FROM_NOTHING), rise=least(10**6))
    assert found is not None
    assert found.facts == "up from nothing"


@pytest.mark.parametrize(
    ("when", "words"),
    [
        ({"classes": tuple(ChangeClass)}, "price-increase"),
        ({"rise": least(1)}, "up by 10%"),
        ({"amount": Bounds(at_most=Decimal(5)), "currency": "USD"}, "fees as they are"),
        ({"during": (Window(PARIS),)}, "Fri 2026-11-27 16:30 Europe/Paris"),
        ({"outside": (Window(PARIS, days=("sat",)),)}, "Fri 2026-11-27 16:30 Europe/Paris"),
        ({}, ""),
    ],
)
def test_the_facts_that_a_policy_asks_about_are_told(when: dict[str, Any], words: str) -> None:
    found = speaks(rise(), **when)
    assert found is not None
    assert found.facts == words
    assert found.reason == (f"because ({words})" if words else "because")


def test_of_several_changes_the_largest_percentage_is_told() -> None:
    found = speaks(rise("a", rise=Decimal(12)), rise("b", rise=Decimal(30)), rise=least(10))
    assert found is not None
    assert found.facts == "up by 30%"


def test_a_change_without_prices_raises_and_lowers_none() -> None:
    name = ChangeFacts(Address("plan", "p"), "update", ChangeClass.COSMETIC)
    assert speaks(name, rise=Bounds(at_least=Decimal("0.01"))) is None
    assert speaks(name, fall=Bounds(at_least=Decimal("0.01"))) is None


def test_only_amounts_within_the_bounds_are_told() -> None:
    found = speaks(rise(amounts={"EUR": Decimal(-5), "USD": Decimal(7)}), amount=Bounds(at_most=Decimal(-1)))
    assert found is not None
    assert found.facts == "fees by -5 EUR a month"


def test_plans_that_nobody_pays_for_change_no_fees() -> None:
    assert speaks(rise(amounts={}), amount=least(1)) is None
    found = speaks(rise(amounts={}), amount=Bounds(at_most=Decimal(5)))
    assert found is not None
    assert found.facts == "fees as they are"


def test_a_warning_stands_in_nobody_s_way_and_neither_does_what_was_allowed() -> None:
    rules = [rule(RuleResult.WARN), rule(RuleResult.REFUSE)]
    assert [one.stands for one in fired(rules, [rise()], FRIDAY)] == [False, True]
    assert [one.stands for one in fired(rules, [rise()], FRIDAY, {"mine"})] == [False, False]


def test_what_stands_is_a_guard_that_no_approval_of_the_plan_answers() -> None:
    wanted = Requirement("finance-agreed", ("@acme/finance",), 3600)
    mine = PolicyRule("mine", Mark("lago-gitops.yaml", 3), RuleResult.REQUIRE, "because", requirement=wanted)
    (verdict,) = standing(fired([mine, rule(RuleResult.WARN)], [rise()], FRIDAY))
    assert (verdict.waiver, verdict.policy, verdict.requirement) == ("mine", Policy.REFUSE, wanted)


@pytest.mark.parametrize(
    ("patterns", "billed", "holds"),
    [
        ((), True, True),
        ((), False, False),
        (("*",), False, True),
        (("prod*",), True, True),
        (("staging",), True, False),
    ],
)
def test_without_environments_a_policy_holds_wherever_somebody_is_billed(
    patterns: tuple[str, ...], billed: bool, holds: bool
) -> None:
    mine = PolicyRule("mine", Mark("lago-gitops.yaml"), RuleResult.WARN, "because", environments=patterns)
    assert mine.holds_in("production", is_billed=billed) is holds
