from dataclasses import replace
from datetime import UTC, datetime
from decimal import Decimal

import pytest

from lago_gitops.pricing.base.errors import UnsupportedError
from lago_gitops.pricing.catalog.items import Aggregation, Metric, Rounding
from lago_gitops.pricing.models.usage import Summed, Usage
from lago_gitops.pricing.usage.aggregations import aggregate, aggregate_prorated, relevant, state_changes
from lago_gitops.pricing.usage.events import Event, property_number, property_text
from tests.pricing.samples import COUNT, MEMBERS, SEATS, SUM, UNIQUE, D, at, event, span

MAX = Metric("peak", Aggregation.MAX, "v")
LAST = Metric("last", Aggregation.LATEST, "v")
STOCK = Metric("stock", Aggregation.WEIGHTED_SUM, "v")
OCTOBER = span()


def used(metric: Metric, *events: Event, opening: Decimal = Decimal(0)) -> Usage:
    return aggregate(metric, relevant(metric, events, OCTOBER), OCTOBER, opening)


def prorated(metric: Metric, *events: Event, least_days: int = 0) -> Usage:
    return aggregate_prorated(metric, relevant(metric, events, OCTOBER), OCTOBER, least_days)


@pytest.mark.parametrize("value", ["1e3", "+1", ".5", " 1", "", "abc", None])
def test_a_sum_does_not_see_what_is_not_plain_digits(value: str | None) -> None:
    found = used(SUM, event(SUM, 1, "2"), event(SUM, 2, value))
    assert (found.units, found.events_count) == (2, 1)


@pytest.mark.parametrize(
    ("value", "shown"),
    [("x", "x"), (True, "true"), (False, "false"), (5, "5"), (1e-07, "0.0000001"), (D("1E+2"), "100"), (None, None)],
)
def test_properties_are_read_as_text(value: object, shown: str | None) -> None:
    assert property_text(Event("units", at(1), {"units": value}), "units") == shown


def test_a_metric_without_a_field_reads_nothing() -> None:
    assert property_number(event(COUNT, 1), None) is None


def test_events_of_other_metrics_and_periods_do_not_count() -> None:
    assert used(COUNT, event(COUNT, 1), event(SUM, 2, "1"), Event("calls", at(1, month=11))).units == 1


def test_max_can_be_negative_and_is_zero_without_events() -> None:
    assert used(MAX, event(MAX, 1, "-3"), event(MAX, 2, "-1")).units == -1
    assert used(MAX).units == 0


def test_latest_goes_by_time_and_is_never_negative() -> None:
    assert used(LAST, event(LAST, 2, "5"), event(LAST, 1, "9")).units == 5
    assert used(LAST, event(LAST, 2, "-5")).units == 0
    assert used(LAST).units == 0


def test_unique_count_adds_what_is_absent_and_removes_what_is_present() -> None:
    events = (
        event(UNIQUE, 1, "a"),
        event(UNIQUE, 2, "a"),
        event(UNIQUE, 3, "b", operation_type="remove"),
        event(UNIQUE, 4, "a", operation_type="remove"),
        event(UNIQUE, 5, "c", operation_type="add"),
    )
    assert [change for _, change in state_changes(UNIQUE, events)] == [1, 0, 0, -1, 1]
    assert used(UNIQUE, *events).units == 1


def test_a_weighted_sum_weighs_by_time_and_reports_its_level() -> None:
    found = used(STOCK, event(STOCK, 2, "10"))
    assert found.units == D("9.5161290322580645")  # 29.5 of 31 days
    assert found.total_aggregated_units == 10


def test_a_weighted_sum_goes_on_from_its_opening_level() -> None:
    assert used(STOCK, opening=D(100)).units == 100
    assert used(STOCK).units == 0


def test_levels_at_the_same_instant_weigh_nothing() -> None:
    assert used(STOCK, event(STOCK, 2, "10"), event(STOCK, 2, "-10")).units == 0


def test_a_weighted_sum_over_an_ended_span_ends_with_its_second() -> None:
    whole = span(last=2)
    ended = type(whole)(whole.start, datetime(2026, 10, 2, tzinfo=UTC), 31)
    assert aggregate(STOCK, (), ended, D(31)).units == 1


@pytest.mark.parametrize(
    ("rounding", "precision", "expected"),
    [
        (Rounding.ROUND, 2, "123.46"),
        (Rounding.ROUND, 0, "123"),
        (Rounding.ROUND, -2, "100"),
        (Rounding.CEIL, 2, "123.46"),
        (Rounding.CEIL, 0, "124"),
        (Rounding.CEIL, -2, "200"),
        (Rounding.FLOOR, 2, "123.45"),
        (Rounding.FLOOR, 0, "123"),
        (Rounding.FLOOR, -2, "100"),
        (None, 0, "123.456"),
    ],
)
def test_rounding(rounding: Rounding | None, precision: int, expected: str) -> None:
    metric = Metric("units", Aggregation.SUM, "units", rounding=rounding, rounding_precision=precision)
    assert used(metric, event(SUM, 1, "123.456")).units == D(expected)


def test_a_recurring_sum_reaches_back_and_prorates_what_is_new() -> None:
    september = Event("seats", at(5, month=9), {"seats": "4"})
    found = prorated(SEATS, september, event(SEATS, 11, "3"))
    assert found.units == D("6.03226")  # 4, and 3 for 21 of 31 days
    assert found.full_units == 7


def test_a_value_removed_and_added_again_on_a_day_was_never_away() -> None:
    away = Event("members", at(10, 9), {"member": "a", "operation_type": "remove"})
    back = Event("members", at(10, 15), {"member": "a"})
    assert prorated(MEMBERS, event(MEMBERS, 1, "a"), away, back).units == 1


def test_a_value_removed_before_the_period_is_paid_a_day_only_in_groups() -> None:
    before = (
        Event("members", at(5, month=9), {"member": "a"}),
        Event("members", at(20, month=9), {"member": "a", "operation_type": "remove"}),
    )
    assert prorated(MEMBERS, *before).units == 0
    assert prorated(MEMBERS, *before, least_days=1).units == D("0.03226")


def test_a_removed_value_is_paid_up_to_its_last_day() -> None:
    removed = event(MEMBERS, 5, "a", operation_type="remove")
    found = prorated(MEMBERS, event(MEMBERS, 1, "a"), removed)
    assert (found.units, found.full_units) == (D("0.1613"), 0)


def test_values_that_change_at_once_come_in_their_own_order() -> None:
    removed = event(MEMBERS, 5, "a", operation_type="remove")
    found = prorated(MEMBERS, event(MEMBERS, 1, "b"), event(MEMBERS, 1, "a"), removed)
    assert found.prorated is not None
    assert [step.prorated for step in found.prorated.steps] == [D("0.1613"), 1, 0]


def test_what_was_there_before_is_paid_for_the_days_of_a_span_that_ends_early() -> None:
    cut = span(last=10)
    events = relevant(SEATS, (event(SEATS, 5, "3.1", month=9), event(SEATS, 10, "3.1")), cut)
    found = aggregate_prorated(SEATS, events, cut)
    assert (found.units, found.full_units) == (D("1.1"), D("6.2"))
    assert aggregate_prorated(SEATS, events[:1], replace(cut, upgraded=True)).units == D("0.90001")  # 9 / 31 as a float


def test_units_and_prorated_units_are_rounded_alike() -> None:
    seats = replace(SEATS, rounding=Rounding.CEIL)
    found = prorated(seats, event(SEATS, 11, "3.5"))
    assert (found.units, found.full_units) == (3, 4)  # 21 days of 31


def test_the_first_and_the_last_instant_of_a_period_belong_to_it() -> None:
    edges = tuple(Event("calls", instant) for instant in (OCTOBER.start, OCTOBER.end))
    assert relevant(COUNT, edges, OCTOBER) == edges
    first = prorated(SEATS, Event("seats", OCTOBER.start, {"seats": "1"}))
    assert [step.full for step in first.prorated.steps] == [1]  # type: ignore[union-attr]
    assert used(SEATS, Event("seats", OCTOBER.start, {"seats": "1"})).priced == Summed((D(1),))


def test_a_value_removed_at_the_very_start_is_paid_a_day() -> None:
    added = event(MEMBERS, 5, "a", month=9)
    removed = Event("members", OCTOBER.start, {"member": "a", "operation_type": "remove"})
    assert prorated(MEMBERS, added, removed).units == D("0.03226")


def test_a_remove_is_undone_only_by_a_later_add_of_the_same_day() -> None:
    before, removed = event(MEMBERS, 1, "a"), Event("members", at(10, 15), {"member": "a", "operation_type": "remove"})
    again = Event("members", at(10, 9), {"member": "a"})
    assert prorated(MEMBERS, before, again, removed).units == D("0.32259")  # ten days


def test_a_custom_aggregation_is_declared_unsupported() -> None:
    with pytest.raises(UnsupportedError, match="inside the Lago server"):
        used(Metric("own", Aggregation.CUSTOM))
