"""Events of one unit each are priced as they would be one by one, however many there are."""

from decimal import Decimal

from hypothesis import given
from hypothesis import strategies as st

from lago_gitops.pricing.base.rules import Rules
from lago_gitops.pricing.models.percentage import Percentage, rate
from lago_gitops.pricing.models.usage import Counted, Summed, Usage

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
