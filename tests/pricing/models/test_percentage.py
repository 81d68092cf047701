"""Events of one unit each are priced as they would be one by one, however many there are."""

from decimal import Decimal

from hypothesis import given
from hypothesis import strategies as st

from lago_gitops.pricing.base.rules import Rules
from lago_gitops.pricing.models.percentage import Details, Percentage, amount_beside, rate
from lago_gitops.pricing.models.usage import Counted, Peak, Summed, Usage, counted, summed

LICENSED = Rules(licensed=True)
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
