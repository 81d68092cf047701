from typing import Any

import pytest

from lago_gitops.core.model.audience import Audience, Subscribers
from lago_gitops.core.model.resources import Address
from lago_gitops.render.impact.text import impact_text
from lago_gitops.render.impact.words import fee_notes, fee_table, fee_words
from tests.render.plans import Data, document, plan

FIXED: Data = {"code": "support", "add_on_code": "support", "charge_model": "standard", "units": "2"}


def of(code: str = "a", cents: int = 1000, support: str = "10", **others: Any) -> Data:
    return plan(code, amount_cents=cents, fixed_charges=[{**FIXED, "properties": {"amount": support}}], **others)


def fees(before: list[Data], after: list[Data], **subscribers: Subscribers) -> Any:
    audience = Audience(9, {Address("plan", code): found for code, found in subscribers.items()})
    return document(before, after, audience=audience)["impact"]["fees"]


def test_fees_are_differences_times_active_subscriptions_that_have_the_plan_itself() -> None:
    [found] = fees([of()], [of(cents=1200, support="11")], a=Subscribers(active=7, pending=2, own=3))["plans"]
    assert found["fees"] == [
        {"charge": None, "period": "month", "before_cents": 1000, "after_cents": 1200},
        {"charge": "support", "period": "month", "before_cents": 2000, "after_cents": 2200},
    ]
    assert (found["subscriptions"], found["difference_cents_a_month"]) == (4, 4 * 400)
    assert found["overridden"] == {"subscriptions": 3, "follow": False}


def test_sums_are_by_currency_and_round_once() -> None:
    yearly = {"interval": "yearly", "amount_currency": "USD"}
    before, after = [of("a"), of("b", **yearly), of("c", **yearly)], [of("a", 900), of("b", 1005, **yearly)]
    found = fees(before, [*after, of("c", 1005, **yearly)], a=Subscribers(3), b=Subscribers(1), c=Subscribers(1))
    assert [one["difference_cents_a_month"] for one in found["plans"]] == [-300, 0, 0]
    assert [
        (one["currency"], one["subscriptions"], one["difference_cents_a_month"]) for one in found["by_currency"]
    ] == [
        ("EUR", 3, -300),
        ("USD", 2, 1),
    ]
    assert fee_words(found) == "−€3.00 and +$0.01 a month"


def test_a_deleted_plan_takes_its_fees_with_it_and_overridden_ones_end_too() -> None:
    [found] = fees([of()], [{**of(), "state": "absent"}], a=Subscribers(5, 0, 1))["plans"]
    assert found["difference_cents_a_month"] == -4 * 3000
    assert found["overridden"] == {"subscriptions": 1, "follow": True}


@pytest.mark.parametrize("other", [{"interval": "yearly"}, {"amount_currency": "USD"}, {"description": "x"}])
def test_a_change_of_no_fee_has_no_line(other: Data) -> None:
    assert fees([of()], [of(**other)], a=Subscribers(5))["plans"] == []


def test_a_price_that_cannot_be_rated_makes_no_sum() -> None:
    holes = {"volume_ranges": [{"from_value": 5, "to_value": None, "per_unit_amount": "1", "flat_amount": "0"}]}
    broken = plan("a", fixed_charges=[{**FIXED, "charge_model": "volume", "properties": holes}])
    found = fees([of()], [broken], a=Subscribers(5))
    assert found["plans"][0]["difference_cents_a_month"] is None
    assert fee_words(found) == ""


def shown(**subscribers: Subscribers) -> str:
    return impact_text({"fees": fees([of(), of("b")], [of(cents=1200), of("b", support="11")], **subscribers)})


def test_impact_is_a_sum_with_its_assumption_and_a_line_a_plan() -> None:
    heading, *lines = shown(a=Subscribers(5, 0, 1), b=Subscribers(1)).splitlines()
    assert heading.startswith("Impact on fees: +€10.00 a month for 5 subscriptions (exact: subscriptions active")
    assert [" ".join(line.split()) for line in lines] == [
        "Fees Now After Subscriptions Difference",
        "plan/a €10.00 a month €12.00 a month 4 +€8.00 a month",
        "plan/b support €20.00 a month support €22.00 a month 1 +€2.00 a month",
        "1 overridden subscription of plan/a not counted: their prices don't change",
    ]


def test_numbers_that_lago_does_not_tell_are_said_to_be_unknown() -> None:
    said = shown(a=Subscribers(None, None, None), b=Subscribers(2, 0, None))
    assert "not known for an unknown number of subscriptions" in said
    assert "unknown" in said.splitlines()[2]
    assert "plan/b: at most this many: Lago before 1.39 doesn't tell which ones are overridden" in said


def test_cascades_are_said() -> None:
    found = fees([of()], [of(cents=1200, cascade_updates=True)], a=Subscribers(5, 0, 2))
    assert impact_text({"fees": found}).endswith(
        "2 overridden subscriptions of plan/a not counted: the change affects only prices that they don't override"
    )


def test_nothing_is_said_of_no_fees() -> None:
    assert impact_text({"fees": fees([of()], [of()])}) == ""


def test_the_largest_differences_of_each_currency_come_first() -> None:
    usd = {"amount_currency": "USD"}
    before = [of("a"), of("b"), of("c", **usd)]
    after = [of("a", 1001), of("b", 1100), of("c", 1001, **usd)]
    found = fees(before, after, a=Subscribers(1), b=Subscribers(1), c=Subscribers(1))
    assert [row[0] for row in fee_table(found)[1:]] == ["plan/c", "plan/b", "plan/a"]


def test_overridden_subscriptions_of_many_plans_are_said_once() -> None:
    before, after = [of("a"), of("b")], [of("a", 1100), of("b", 1100)]
    found = fees(before, after, a=Subscribers(3, 0, 1), b=Subscribers(3, 0, 2))
    assert list(fee_notes(found)) == ["3 overridden subscriptions of 2 plans not counted: their prices don't change"]


def test_a_terminal_shows_the_first_of_many_fees_and_says_how_many_follow() -> None:
    codes = [f"p{at}" for at in range(30)]
    people = {code: Subscribers(1) for code in codes}
    found = document(
        [of(code) for code in codes],
        [of(code, 1100) for code in codes],
        audience=Audience(99, {Address("plan", code): one for code, one in people.items()}),
    )
    assert impact_text(found["impact"]).endswith("and 10 more, see the saved plan or a report")
