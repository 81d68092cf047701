from typing import Any

import pytest

from lago_gitops.pricing.catalog.items import Aggregation, Metric
from lago_gitops.pricing.models import price
from lago_gitops.render.prices.costs import cost, usage_costs
from lago_gitops.render.prices.points import MOST_EVENTS, Axis, Point, Scale, axis, round_figure, usual_size
from tests.render.prices.price_lists import (
    GRADUATED,
    D,
    of,
    tiers,
)

SUM, COUNT, MAX = (Metric("m", kind) for kind in (Aggregation.SUM, Aggregation.COUNT, Aggregation.MAX))


def along(*prices: Any, metric: Metric = SUM, others: Any = (), bill: object = 100, currency: str = "EUR") -> Axis:
    return axis(prices, others, metric, Scale(D(str(bill)), currency))


@pytest.mark.parametrize(
    ("amount", "bill", "expected"),
    [
        ("0.0000027", 99, [5_000_000, 20_000_000, 50_000_000, 200_000_000, 500_000_000]),
        ("14", 149, [1, 5, 10, 50, 200]),
        ("249", 10, [1]),
    ],
)
def test_bills_are_of_the_size_that_the_plan_has(amount: str, bill: int, expected: list[int]) -> None:
    assert [int(each.units) for each in along(of("standard", amount=amount), bill=bill).points] == expected


@pytest.mark.parametrize(
    ("free", "expected"),
    [(0, [10_000_000, 50_000_000, 100_000_000, 500_000_000, 2_000_000_000]), (5_000, [5_000, 10_000, 25_000])],
)
def test_packages_too_cheap_to_show_in_a_bill_are_counted_in_large_numbers(free: int, expected: list[int]) -> None:
    tokens = of("package", amount="0.001", package_size=1000, free_units=free)
    assert [int(each.units) for each in along(tokens).points] == expected


def test_the_tiers_of_the_charges_other_prices_are_as_good() -> None:
    tiers = [
        {"from_value": 0, "to_value": 1000, "per_unit_amount": "1", "flat_amount": "0"},
        {"from_value": 1001, "to_value": None, "per_unit_amount": "1", "flat_amount": "0"},
    ]
    others = (of("graduated", graduated_ranges=tiers),)
    assert [int(each.units) for each in along(of("standard", amount="1"), others=others).points] == [1000, 2000, 5000]


def test_free_events_are_shown_with_more_events_than_are_free() -> None:
    free = of(rate="1.5", free_units_per_events=3)
    found = along(free)
    assert found.assumed == "events of 100 each"
    assert found.points == (Point(D(600), 6), Point(D(1500), 15), Point(D(6000), 60))
    costs = usage_costs(None, free, SUM, found.points)
    assert [each.after for each in costs] == [D("4.5"), 18, D("85.5")]
    assert [each.events for each in costs] == [6, 15, 60]


def test_what_each_event_costs_needs_events_of_some_size() -> None:
    found = along(of(rate="1.4", fixed_amount="0.25"))
    assert {each.units / (each.events or 1) for each in found.points} == {usual_size("EUR")}


def test_limits_of_an_event_are_shown_by_the_size_of_events() -> None:
    found = along(of(rate="1", per_transaction_min_amount="0.5", per_transaction_max_amount="5"))
    assert found.assumed == "1,000 events of each size"
    assert [int(each.units / 1000) for each in found.points] == [20, 50, 100, 500, 1000]
    limited = of(rate="1", per_transaction_min_amount="0.5")
    assert cost(limited, SUM, Point(D(20_000), 1000)) == 500


def test_counted_events_are_their_own_units() -> None:
    found = along(of(rate="1", free_units_per_events=3), metric=COUNT)
    assert found.assumed == ""
    assert all(each.events is None for each in found.points)


def test_one_event_stands_for_what_is_not_added_up() -> None:
    assert along(of(rate="1", fixed_amount="1"), metric=MAX).assumed == "a single event"


@pytest.mark.parametrize("limits", [{}, {"per_transaction_min_amount": "1"}])
def test_too_many_free_events_to_price_are_said_and_never_shown_as_free(limits: Any) -> None:
    found = along(of(rate="1", free_units_per_events=MOST_EVENTS + 1, **limits))
    assert found.points == ()
    assert found.assumed.startswith("bills can't be shown")


def test_a_rate_of_nothing_still_has_an_event() -> None:
    assert along(of(rate="0", per_transaction_max_amount="0")).points == (Point(D(100), 1),)


def test_events_are_as_large_as_the_currency_needs() -> None:
    assert [int(usual_size(currency)) for currency in ("EUR", "JPY", "KWD")] == [100, 10_000, 100]


@pytest.mark.parametrize(
    ("value", "expected"),
    [("0.2", 1), ("1.4", 1), ("1.5", 2), ("34", 20), ("35", 50), ("749", 500), ("750", 1000), ("3.7e6", 5_000_000)],
)
def test_figures_are_rounded_to_what_people_count_in(value: str, expected: int) -> None:
    assert round_figure(D(value)) == expected


def units_of(found: Any, *others: Any, bill: object = 100) -> list[int]:
    return [int(each.units) for each in axis((found,), others, None, Scale(D(str(bill)), "EUR")).points]


@pytest.mark.parametrize(
    ("found", "expected"),
    [
        (of("standard", amount="1"), [10, 50, 100, 500, 2_000]),
        (of("standard", amount="0"), [10, 100, 1_000, 10_000, 100_000]),
        (of("package", amount="5", package_size=100, free_units=10), [10, 55, 110, 220, 550]),
        (of("percentage", rate="1", free_units_per_total_aggregation="100"), [100, 200, 500]),
        (GRADUATED[0], [10_000, 50_000, 100_000, 200_000, 500_000]),
    ],
)
def test_usages_lie_where_a_price_bends_between_and_beyond(found: Any, expected: list[int]) -> None:
    assert units_of(found) == expected


def test_many_tiers_are_not_many_usages() -> None:
    steps = price(
        "graduated", tiers(*((at * 100 + 1 if at else 0, at * 100 + 100, 1, 0) for at in range(30)), (3001, None, 1, 0))
    )
    found = units_of(steps)
    assert len(found) <= 9
    assert (found[0], found[-1]) == (100, 15_000)
