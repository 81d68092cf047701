from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lago_gitops.bills.usage.rated import Unrated
from lago_gitops.bills.usage.summary import MOVERS, Draw, LeftOut, UsageOutcome, hashed, usage_document
from lago_gitops.render.impact.text import impact_text
from lago_gitops.render.impact.words import usage_words
from tests.tries import tries

START, END = datetime(2026, 10, 1, tzinfo=UTC), datetime(2026, 10, 31, tzinfo=UTC)
NO_FEES: Any = {"assumption": "", "plans": [], "by_currency": []}


def one(
    before: int, after: int, customer: str = "c", currency: str = "EUR", fees: tuple[int, int] = (0, 0)
) -> UsageOutcome:
    return UsageOutcome(customer, "growth", currency, 1, START, END, before, after, *fees)


def document(outcomes: list[UsageOutcome], draw: Draw | None = None, left_out: tuple[LeftOut, ...] = ()) -> Any:
    everybody = draw or Draw({"EUR": len(outcomes) + len(left_out)}, 1)
    return usage_document(outcomes, left_out, everybody, str)


def test_winners_and_losers_are_counted_with_their_fees() -> None:
    found = document([one(100, 150, fees=(900, 800)), one(100, 200), one(100, 120), one(5, 5)])
    [sums] = found["by_currency"]
    assert (sums["before_cents"], sums["after_cents"], sums["difference_cents"]) == (305, 475, 170)
    assert (sums["more"], sums["less"], sums["same"]) == (2, 1, 1)
    assert (sums["median_more_cents"], sums["most_more_cents"], sums["most_less_cents"]) == (60, 100, -50)
    assert found["movers"][-1] == {
        "customer": "c",
        "address": "plan/growth",
        "currency": "EUR",
        "before_cents": 1000,
        "after_cents": 950,
        "difference_cents": -50,
    }


@pytest.mark.parametrize(
    ("after", "band"),
    [
        (1, (None, -20)),
        (80, (None, -20)),
        (81, (-20, -10)),
        (90, (-20, -10)),
        (91, (-10, 0)),
        (101, (0, 10)),
        (110, (10, 20)),
        (120, (20, None)),
        (900, (20, None)),
    ],
)
def test_bands_are_of_the_change_in_per_cent(after: int, band: tuple[int | None, int | None]) -> None:
    [found] = document([one(100, after)])["by_currency"][0]["bands"]
    assert (found["from_percent"], found["to_percent"], found["subscriptions"]) == (*band, 1)


def test_who_paid_nothing_pays_more_than_any_per_cent() -> None:
    [found] = document([one(0, 5)])["by_currency"][0]["bands"]
    assert (found["from_percent"], found["to_percent"]) == (20, None)


@settings(max_examples=tries(60))
@given(st.lists(st.tuples(st.integers(0, 1000), st.integers(0, 1000)), max_size=30))
def test_everybody_who_moves_is_in_one_band(amounts: list[tuple[int, int]]) -> None:
    found = document([one(*pair) for pair in amounts])["by_currency"]
    for sums in found:
        assert sum(band["subscriptions"] for band in sums["bands"]) == sums["more"] + sums["less"]
        assert sums["more"] + sums["less"] + sums["same"] == len(amounts)


def test_who_is_left_out_is_in_no_sum_and_named_with_the_reason() -> None:
    why = (Unrated("seats", "prorated"), Unrated("calls", "other"))
    found = document([one(1, 2)], left_out=(LeftOut("growth", "EUR", why), LeftOut("growth", "EUR", why[:1])))
    assert found["subscriptions"]["left_out"] == 2
    assert found["left_out"] == [
        {"address": "plan/growth", "charge": "seats", "why": "prorated", "subscriptions": 2},
        {"address": "plan/growth", "charge": "calls", "why": "other", "subscriptions": 1},
    ]


def test_a_sample_speaks_for_those_that_can_be_rated_with_an_interval() -> None:
    outcomes = [one(0, at) for at in (8, 10, 12)]
    draw = Draw({"EUR": 100}, 1, {"EUR": 1}, size=5, seed=7)
    found = usage_document(outcomes, [LeftOut("growth", "EUR", (Unrated("a", "b"),))], draw, str)
    estimate = found["by_currency"][0]["estimate"]
    assert (found["basis"], found["seed"], estimate["subscriptions"]) == ("sampled", 7, 80)
    assert estimate["difference_cents"] == 80 * 30 // 4
    assert estimate["low_cents"] < 600 < estimate["high_cents"]


def test_too_few_make_no_estimate() -> None:
    assert document([one(0, 9)], Draw({"EUR": 9}, 1, size=1))["by_currency"][0]["estimate"] is None


def test_a_sample_of_everybody_is_exact() -> None:
    found = document([one(0, 9), one(0, 8)], Draw({"EUR": 2}, 1, size=5))
    assert (found["basis"], found["by_currency"][0]["estimate"]) == ("exact", None)


def test_only_the_biggest_movers_are_shown_in_both_directions() -> None:
    found = document([one(100, 100 + at, customer=str(at)) for at in range(-20, 21)])["movers"]
    assert [each["customer"] for each in found] == [
        *(str(at) for at in range(20, 20 - MOVERS, -1)),
        *(str(at) for at in range(-20 + MOVERS - 1, -21, -1)),
    ]


def test_names_need_the_salt() -> None:
    assert hashed("c", "salt") == hashed("c", "salt") != hashed("c", "other")


def test_impact_on_usage_in_words() -> None:
    draw = Draw({"EUR": 40}, 2, {"EUR": 1}, overridden=3, size=4, seed=7)
    left_out = [LeftOut("growth", "EUR", (Unrated("seats", "it is prorated"),))]
    text = impact_text(
        {"fees": NO_FEES, "usage": usage_document([one(100, 150, "a"), one(300, 290, "b")], left_out, draw, str)}
    )
    heading, *lines = [" ".join(line.split()) for line in text.splitlines()]
    assert heading.startswith(
        "Impact on past usage: €4.00 → €4.40, +€0.40 in the sample; +€4.00 of 30 subscriptions, 95% "
    )
    assert (
        "(sampled for 3 of 40 subscriptions, 1 of them without a finished period, seed 7, "
        "the last 2 periods of each: what Lago billed for usage" in heading
    )
    assert lines == [
        "Largest changes Plan Before After Difference",
        "a plan/growth €1.00 €1.50 +€0.50",
        "b plan/growth €3.00 €2.90 −€0.10",
        "EUR: 1 subscription pays more (median €0.50, at most €0.50), 1 less (at most €0.10), 0 the same",
        "EUR, by change: −10% to 0%: 1, from +20%: 1",
        "not included: 1 subscription of plan/growth, because of charge seats: it is prorated",
        "not included: 3 overridden subscriptions",
    ]


def test_where_nobody_can_be_rated_nothing_is_known() -> None:
    text = impact_text(
        {"fees": NO_FEES, "usage": document([], left_out=(LeftOut("growth", "EUR", (Unrated("a", "b"),)),))}
    )
    assert text.startswith("Impact on past usage: not known (exact for 0 of 1 subscription, the last period of each")


def test_the_verdict_has_the_sum_and_how_many_pay_more() -> None:
    assert usage_words(document([one(100, 150), one(100, 90), one(5, 5)])) == (
        "past usage: +€0.40, 1 subscription pays more and 1 less"
    )
    sampled = document([one(100, 150), one(100, 200)], Draw({"EUR": 20}, 1, size=2))
    assert usage_words(sampled) == "past usage: about +€15.00, 2 subscriptions pay more and 0 less in the sample"
    assert usage_words(document([one(5, 5)])) == ""
