"""Percentage: shares of events, what is free of them, and events of one unit each, however many there are."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lago_gitops.pricing import models
from lago_gitops.pricing.base.errors import UnratableError
from lago_gitops.pricing.fees.fee import rendered
from lago_gitops.pricing.models.percentage import Details, Percentage, amount_beside, asks_for_sizes, rate
from lago_gitops.pricing.models.standard import Standard
from lago_gitops.pricing.models.usage import Counted, Peak, Summed, Untold, Usage, counted, summed
from tests.pricing.samples import LICENSED, D, percentage

AMOUNTS = st.decimals(0, 20, places=1)
MANY = 10**19


def price(free_events: int, free_units: Decimal, least: Decimal | None, most: Decimal | None = None) -> Percentage:
    return Percentage(Decimal(10), Decimal("0.5"), free_events, free_units, least, most)


@given(st.integers(0, 12), st.integers(0, 5), st.sampled_from([0, "0.5", 1, "2.5", 7]), AMOUNTS, st.none() | AMOUNTS)
def test_events_that_are_alike_cost_what_they_cost_one_by_one(
    events: int, free_events: int, free_units: str | int, least: Decimal, most: Decimal | None
) -> None:
    found = price(free_events, Decimal(free_units), least, most)
    counted = Usage(Decimal(events), events, Counted(events, events))
    summed = Usage(Decimal(events), events, Summed((Decimal(1),) * events))
    assert rate(found, counted, LICENSED).amount == rate(found, summed, LICENSED).amount


def test_more_events_than_anybody_could_go_through_are_priced_at_once() -> None:
    usage = Usage(Decimal(MANY), MANY, Counted(MANY, MANY))
    assert rate(price(3, Decimal(0), Decimal(1)), usage, LICENSED).amount == MANY - 3
    assert rate(price(MANY // 2, Decimal(MANY), None), usage, LICENSED).amount > 0


def details(found: Percentage, usage: Usage) -> Details:
    shown = rate(found, usage, LICENSED).details
    assert isinstance(shown, Details)
    return shown


@given(st.integers(0, 12), st.integers(0, 5), st.sampled_from([0, "0.5", 1, "2.5", 7]))
def test_the_amount_beside_what_is_free_is_the_amount(events: int, free_events: int, free_units: str | int) -> None:
    found, usage = price(free_events, Decimal(free_units), None), counted(events)
    free = details(found, usage)
    assert amount_beside(found, usage, free.free_units, int(free.free_events)) == rate(found, usage, LICENSED).amount


def test_events_that_are_all_free_cost_nothing() -> None:
    for found in (price(0, Decimal(3), None), price(0, Decimal(5), None), price(3, Decimal(0), None)):
        assert details(found, counted(3)).free_units == 3
        assert rate(found, counted(2), LICENSED).amount == 0


def test_the_adjustment_is_what_minimum_and_maximum_add_to_shares_and_fixed_amounts() -> None:
    found = price(0, Decimal(0), Decimal(1), Decimal("2.4"))
    usage = summed(Decimal(1), Decimal(20))  # 0.6, held to 1; 2.5, held to 2.4
    assert rate(found, usage, LICENSED).amount == Decimal("3.4")
    assert details(found, usage).min_max_adjustment_total_amount == Decimal("0.3")


def test_events_before_the_one_that_reaches_the_free_units_pay_no_fixed_amount() -> None:
    for usage in (counted(4), summed(*[Decimal(1)] * 4)):
        shown = details(price(0, Decimal(2), None), usage)
        assert (shown.free_events, shown.paid_events, shown.fixed_fee_total_amount) == (1, 3, Decimal("1.5"))
        assert (shown.free_units, shown.paid_units) == (2, 2)


def test_free_events_of_one_unit_each_are_so_many_free_units() -> None:
    shown = details(price(2, Decimal(0), None), counted(4))
    assert (shown.free_units, shown.paid_units, shown.free_events) == (2, 2, 2)


def test_of_a_maximum_only_the_event_that_set_it_first_has_units() -> None:
    usage = Usage(Decimal(5), 4, Peak(tuple(map(Decimal, (4, 5, 5, 2)))))
    assert rate(price(0, Decimal(0), Decimal(0)), usage, LICENSED).amount == Decimal("2.5")  # 0.5 + 1 + 0.5 + 0.5


@pytest.mark.parametrize(
    ("transactions", "expected"),
    [
        (Summed((D(10), D(100))), "3"),  # held to at least 1 and at most 2
        (Counted(2, 2), "2"),
        (Peak((D(5), D(200), D(200))), "4"),  # the first of the largest counts, the others are nothing
        (Peak(()), "0"),
    ],
)
def test_minimum_and_maximum_hold_every_event(transactions: object, expected: str) -> None:
    usage = Usage(D(200), 2, transactions)  # type: ignore[arg-type]
    assert models.rate(percentage(10, least="1", most="2"), usage, rules=LICENSED).amount == D(expected)


def test_minimum_and_maximum_of_an_aggregation_without_events_make_no_invoice() -> None:
    with pytest.raises(UnratableError, match="per event"):
        models.rate(percentage(10, least="1"), Usage(D(5), 1, Untold()), rules=LICENSED)


def test_minimum_and_maximum_come_after_what_is_free() -> None:
    usage = summed(D(10), D(10), D(10), D(10))
    free_events = percentage(10, least="3", free_events=2)
    free_units = percentage(10, least="3", free_aggregation="15")
    assert models.rate(free_events, usage, rules=LICENSED).amount == 6
    assert (
        models.rate(free_units, usage, rules=LICENSED).amount == 9
    )  # the second event crosses the free units and pays


def test_minimum_and_maximum_show_what_they_changed() -> None:
    shown = rendered(models.rate(percentage(10, most="2"), summed(D(10), D(100)), rules=LICENSED).details)
    assert shown["min_max_adjustment_total_amount"] == "-8.0"


def test_a_maximum_alone_lets_small_events_be() -> None:
    assert models.rate(percentage(10, most="2"), summed(D(10)), rules=LICENSED).amount == 1


def test_percentage_of_unique_values_shows_its_events_as_decimals() -> None:
    usage = Usage(D(2), D(2), Counted(2, 2))
    assert rendered(models.rate(percentage(1, 1), usage).details)["paid_events"] == "2.0"
    assert rendered(models.rate(percentage(1, 1), counted(2)).details)["paid_events"] == 2


@pytest.mark.parametrize(
    ("price", "asks"),
    [
        (Standard(D(1)), False),
        (Percentage(D(1)), False),
        (Percentage(D(1), fixed_amount=D(1)), False),
        (Percentage(D(1), free_aggregation=D(9)), False),
        (Percentage(D(1), fixed_amount=D(1), free_aggregation=D(9)), True),
        (Percentage(D(1), free_events=1), True),
        (Percentage(D(1), min_amount=D(0)), True),
        (Percentage(D(1), max_amount=D(0)), True),
    ],
)
def test_a_price_that_tells_events_apart_asks_for_their_sizes(price: object, asks: bool) -> None:
    assert asks_for_sizes(price) is asks
