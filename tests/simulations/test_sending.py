"""The events of a usage make Lago count just that usage."""

from datetime import date, datetime, timedelta
from decimal import Decimal

import pytest

from lago_gitops.pricing.catalog.items import Aggregation, Metric
from lago_gitops.pricing.usage.given import Given
from lago_gitops.simulations.population import Customer, MonthlyUsage, PlannedSubscription, Simulation
from lago_gitops.simulations.sending import Sent, events_of

MONTHS = (date(2026, 1, 1), date(2026, 2, 1))


def sent(metric: Metric, *given: Given, **about: object) -> tuple[Sent, ...]:
    """With the usage of each month in turn."""
    usage = {month: (MonthlyUsage(metric, each),) for month, each in zip(MONTHS, given, strict=False)}
    fields = {"start": MONTHS[0], "usage": usage, **about}
    subscribed = PlannedSubscription("s", "p", **fields)  # type: ignore[arg-type]
    return events_of(subscribed, Simulation("f", MONTHS, (Customer("c", (subscribed,)),)))


def metric(aggregation: Aggregation, *, recurring: bool = False) -> Metric:
    return Metric("m", aggregation, field_name=None if aggregation is Aggregation.COUNT else "v", recurring=recurring)


@pytest.mark.parametrize("units", [0, 1, 5, 31, 32, 25_000])
def test_events_are_spread_evenly_over_the_days(units: int) -> None:
    found = sent(metric(Aggregation.COUNT), Given(Decimal(units)))
    assert sum(each.times for each in found) == units
    assert len(found) == min(units, 31)
    assert all(each.at.month == 1 for each in found)
    assert max((each.times for each in found), default=0) - min((each.times for each in found), default=0) <= 1


@pytest.mark.parametrize(("units", "events"), [("10", None), ("10", 3), ("7.5", 4), ("100", 1)])
def test_the_values_of_a_sum_add_up(units: str, events: int | None) -> None:
    found = sent(metric(Aggregation.SUM), Given(Decimal(units), events))
    assert sum(Decimal(each.properties["v"]) * each.times for each in found) == Decimal(units)
    assert sum(each.times for each in found) == (events or 1)


def test_without_events_there_is_no_sum() -> None:
    assert sent(metric(Aggregation.SUM), Given(Decimal(5), 0)) == ()


def test_a_level_that_stays_is_sent_once() -> None:
    level = metric(Aggregation.SUM, recurring=True)
    assert [each.properties["v"] for each in sent(level, Given(Decimal(5)), Given(Decimal(5)))] == ["5.0"]
    assert [each.properties["v"] for each in sent(level, Given(Decimal(5)), Given(Decimal(3)))] == ["5.0", "-2.0"]


def test_seats_are_added_and_removed() -> None:
    seats = metric(Aggregation.UNIQUE_COUNT, recurring=True)
    found = sent(seats, Given(Decimal(3)), Given(Decimal(2)))
    assert [(each.properties["v"], each.properties["operation_type"]) for each in found] == [
        *(("unit-1", "add"), ("unit-2", "add"), ("unit-3", "add")),
        ("unit-3", "remove"),
    ]


def test_an_amount_of_cents_is_on_the_first_event() -> None:
    found = sent(metric(Aggregation.SUM), Given(Decimal(400), 40, precise_total_amount_cents=Decimal(7)))
    assert [each.cents for each in found if each.cents] == [7]
    assert sum(each.times for each in found) == 40


def test_nothing_is_used_before_the_first_day_and_after_the_last() -> None:
    first, last = date(2026, 1, 15), date(2026, 2, 10)
    found = sent(metric(Aggregation.COUNT), Given(Decimal(50)), Given(Decimal(50)), start=first, end=last)
    assert sum(each.times for each in found) == 100
    assert found[0].at.date() >= first
    assert found[-1].at.date() <= last


def test_a_weighted_sum_holds_from_the_start_of_the_month() -> None:
    [one] = sent(metric(Aggregation.WEIGHTED_SUM), Given(Decimal(8)))
    assert one.at == datetime.fromisoformat("2026-01-01T00:00:00Z")
    assert one.at + timedelta(days=31) == datetime.fromisoformat("2026-02-01T00:00:00Z")
