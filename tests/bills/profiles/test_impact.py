from typing import Any

from lago_gitops.bills.price_list import PriceList
from lago_gitops.bills.profiles.impact import PLANS_RATED, Markets, profile_impact
from lago_gitops.bills.scenario import AS_WRITTEN
from tests.bills.profiles.samples import profiles
from tests.pricetests.samples import CALLS, SEATS, STORAGE, plan, prices

SMALL = "  small: {usage: {calls: 1000}}\n"
BOTH = f"{SMALL}  large: {{description: Big, usage: {{calls: 100000}}, plans: [growth, scale]}}\n"
DEARER = CALLS.replace("0.01", "0.02")


def impact(before: PriceList, after: PriceList, of: str = BOTH, **others: Any) -> Any:
    return profile_impact(profiles(of), Markets(before, after, AS_WRITTEN, **others))


def bills(found: Any) -> list[tuple[Any, ...]]:
    return [(one["address"], one["profile"], one["before_cents"], one["after_cents"]) for one in found["bills"]]


def test_every_profile_has_its_bill_before_and_after_of_every_plan_that_changes() -> None:
    before, after = prices(plan(CALLS), plan(SEATS, code="team")), prices(plan(DEARER), plan(SEATS, code="team"))
    found = impact(before, after)
    assert bills(found) == [
        ("plan/growth", "small", 4100, 5100),
        ("plan/growth", "large", 103100, 203100),
    ]
    assert (found["bills"][0]["difference_cents"], found["bills"][0]["difference_percent"]) == (1000, 24.4)
    assert (found["bills"][0]["interval"], found["bills"][0]["currency"]) == ("monthly", "EUR")


def test_a_profile_is_billed_only_on_plans_for_it() -> None:
    found = impact(prices(plan(CALLS, code="team")), prices(plan(DEARER, code="team")))
    assert [one["profile"] for one in found["bills"]] == ["small"]


def test_a_change_of_what_plans_share_touches_all_of_them() -> None:
    more = "---\n{kind: tax, code: all, name: All, rate: 10, applied_to_organization: true}\n"
    found = impact(prices(plan(CALLS)), prices(plan(CALLS), more=more), SMALL)
    assert bills(found) == [("plan/growth", "small", 4100, 4510)]


def test_a_change_of_a_metric_touches_the_plans_that_sell_it() -> None:
    rounded = "---\n{kind: billable_metric, code: r, name: R, aggregation_type: sum_agg, field_name: x%s}\n"
    charge = CALLS.replace("billable_metric_code: calls", "billable_metric_code: r")
    before, after = (
        prices(plan(charge), plan(CALLS, code="scale"), more=rounded % more)
        for more in ("", ", rounding_function: ceil, rounding_precision: -3")
    )
    assert bills(impact(before, after, "  one: {usage: {r: 1}}\n")) == [("plan/growth", "one", 3101, 4100)]


def test_new_deleted_and_renamed_plans_have_the_sides_that_there_are() -> None:
    before = prices(plan(CALLS), plan(CALLS, code="old"))
    after = prices(plan(CALLS, code="scale"), plan(DEARER, code="new"))
    found = impact(before, after, SMALL, renamed={"new": "old"})
    assert bills(found) == [
        ("plan/scale", "small", None, 4100),
        ("plan/new", "small", 4100, 5100),
        ("plan/growth", "small", 4100, None),
    ]
    assert found["bills"][0]["difference_cents"] is None


def test_other_currencies_are_not_compared() -> None:
    found = impact(prices(plan(CALLS)), prices(plan(CALLS, amount_currency="USD")), SMALL)
    assert bills(found) == [("plan/growth", "small", None, 4100)]


def test_candidates_stand_beside_what_is_and_what_will_be() -> None:
    before, other = prices(plan(CALLS)), prices(plan(CALLS, amount_cents=100))
    found = impact(before, before, SMALL, candidates={"cheap": other, "none": prices()})
    assert bills(found) == [("plan/growth", "small", 4100, 4100)]
    assert found["bills"][0]["candidates"] == [{"ref": "cheap", "cents": 1100}, {"ref": "none", "cents": None}]


def test_reasons_and_what_is_not_sold_are_named() -> None:
    half = "  half: {usage: {calls: 0.5, seats: 3}}\n"
    [one] = impact(prices(plan(CALLS)), prices(plan(DEARER)), half)["bills"]
    assert "whole number" in one["reason"]
    [one] = impact(prices(plan(CALLS)), prices(plan(DEARER)), half.replace("0.5", "5"))["bills"]
    assert one["unbilled"] == ["seats"]


def test_plans_beyond_the_limit_are_counted() -> None:
    plans = [plan(CALLS, code=f"p{at}") for at in range(PLANS_RATED + 2)]
    found = impact(prices(), prices(*plans), SMALL)
    assert (len(found["bills"]), found["plans_left_out"]) == (PLANS_RATED, 2)
    assert found["catalogue"] == {"cheapest": [], "dominated": []}


def test_the_cheapest_plan_is_the_one_that_costs_the_least_a_month_of_those_that_sell_all() -> None:
    bare, yearly = plan(code="bare", amount_cents=1), plan(CALLS, code="scale", interval="yearly", amount_cents=36000)
    found = impact(prices(plan(CALLS), yearly, bare), prices(plan(CALLS, amount_cents=2900), yearly, bare))
    assert [(one["profile"], one["before"], one["after"]) for one in found["catalogue"]["cheapest"]] == [
        (
            "small",
            {"address": "plan/scale", "cents_a_month": 4000},
            {"address": "plan/growth", "cents_a_month": 3900},
        ),
        (
            "large",
            {"address": "plan/scale", "cents_a_month": 103000},
            {"address": "plan/growth", "cents_a_month": 102900},
        ),
    ]


def test_a_plan_that_is_dearer_than_one_other_for_every_profile_is_dominated() -> None:
    before, after = (
        prices(plan(CALLS), plan(DEARER, code="scale", amount_cents=cents), plan(STORAGE, code="team"))
        for cents in (1000, 3100)
    )
    found = impact(before, after)["catalogue"]["dominated"]
    assert found == [{"address": "plan/scale", "by": "plan/growth", "new": True}]
    found = impact(after, prices(plan(CALLS), plan(DEARER, code="scale", amount_cents=9900)))["catalogue"]["dominated"]
    assert found == [{"address": "plan/scale", "by": "plan/growth", "new": False}]
    assert impact(after, before)["catalogue"]["dominated"] == []


def test_a_plan_that_lacks_what_a_profile_uses_is_not_called_dominated() -> None:
    mixed = f"{SMALL}  keeper: {{usage: {{storage: 10}}}}\n"
    before = prices(plan(CALLS), plan(DEARER, code="scale"))
    after = prices(plan(CALLS, amount_cents=3000), plan(DEARER, code="scale"))
    assert impact(before, after, mixed)["catalogue"]["dominated"] == []
