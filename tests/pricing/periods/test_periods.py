from datetime import UTC, date, datetime
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, strategies

from lago_gitops.pricing.catalog.items import Interval, Plan
from lago_gitops.pricing.periods.boundaries import (
    Boundaries,
    View,
    at_the_end,
    boundaries,
    is_first_month,
    is_first_of_all,
)
from lago_gitops.pricing.periods.calendar import earlier, period_of
from lago_gitops.pricing.periods.spans import DAY, Span, days_between, whole_second
from lago_gitops.pricing.periods.subscription import BillingTime, Change, Subscription, Successor, usage_span
from tests.pricing.samples import plan

PARIS = ZoneInfo("Europe/Paris")


@pytest.mark.parametrize(
    ("day", "first", "last"),
    [
        ("2026-01-31", "2026-01-31", "2026-02-27"),
        ("2026-02-28", "2026-02-28", "2026-03-30"),
        ("2026-03-31", "2026-03-31", "2026-04-29"),
        ("2026-04-29", "2026-03-31", "2026-04-29"),
        ("2026-04-30", "2026-04-30", "2026-05-30"),
        ("2025-12-30", "2025-11-30", "2025-12-30"),
    ],
)
def test_a_month_without_the_anchors_day_starts_on_its_last(day: str, first: str, last: str) -> None:
    period = period_of(Interval.MONTHLY, date(2026, 1, 31), date.fromisoformat(day))
    assert (str(period.first), str(period.last)) == (first, last)


@pytest.mark.parametrize(
    ("interval", "first", "last", "days"),
    [
        (Interval.WEEKLY, "2026-02-09", "2026-02-15", 7),
        (Interval.MONTHLY, "2026-02-01", "2026-02-28", 28),
        (Interval.QUARTERLY, "2026-01-01", "2026-03-31", 90),
        (Interval.SEMIANNUAL, "2026-01-01", "2026-06-30", 181),
        (Interval.YEARLY, "2026-01-01", "2026-12-31", 365),
    ],
)
def test_calendar_periods(interval: Interval, first: str, last: str, days: int) -> None:
    anchor = Subscription(plan(), datetime(2026, 2, 3, tzinfo=UTC)).anchor
    period = period_of(interval, anchor, date(2026, 2, 10))
    assert (str(period.first), str(period.last), period.days) == (first, last, days)


@given(
    strategies.sampled_from(Interval),
    strategies.dates(date(2000, 1, 1), date(2100, 1, 1)),
    strategies.dates(date(1990, 1, 1), date(2110, 1, 1)),
)
def test_periods_hold_their_day_and_follow_each_other_without_a_gap(
    interval: Interval, anchor: date, day: date
) -> None:
    period = period_of(interval, anchor, day)
    assert period.first <= day <= period.last
    assert period_of(interval, anchor, period.last + DAY).first == period.last + DAY
    assert period_of(interval, anchor, period.first) == period


def at(text: str) -> datetime:
    return datetime.fromisoformat(text)


def of(plan_: Plan, started: str, billed: str, *, running: bool = False, **others: Any) -> Boundaries:
    """What a billing at an instant bills; one of a subscription that has ended bills its end."""
    subscription = Subscription(plan_, at(started), **others)
    return boundaries(at_the_end(View(subscription, at(billed), running), ()))


def ended(plan_: Plan, started: str, instant: str, **others: Any) -> Boundaries:
    return of(plan_, started, instant, ended_at=at(instant), **others)


def days(span: Span | None) -> tuple[str, str] | None:
    return None if span is None else (f"{span.start:%m-%d %H:%M}", f"{span.end:%m-%d %H:%M}")


SPLIT = plan(interval=Interval.YEARLY, bill_charges_monthly=True)
FIXED_SPLIT = plan(interval=Interval.SEMIANNUAL, bill_fixed_charges_monthly=True)


def test_monthly_charges_of_a_yearly_plan_leave_the_rest_to_the_year() -> None:
    found = of(SPLIT, "2026-02-10T00:00Z", "2026-11-01T00:00Z")
    assert days(found.charges) == ("10-01 00:00", "10-31 23:59")
    assert found.fixed_charges is None
    new_year = of(SPLIT, "2026-02-10T00:00Z", "2027-01-01T00:00Z")
    assert days(new_year.fixed_charges) == ("02-10 00:00", "12-31 23:59")


def test_usage_of_a_half_year_waits_where_fixed_charges_are_monthly_but_is_seen_as_it_runs() -> None:
    assert of(FIXED_SPLIT, "2026-02-10T00:00Z", "2026-11-01T00:00Z").charges is None
    assert days(of(FIXED_SPLIT, "2026-02-10T00:00Z", "2026-07-01T00:00Z").charges) == ("02-10 00:00", "06-30 23:59")
    running = of(FIXED_SPLIT, "2026-02-10T00:00Z", "2026-11-05T00:00Z", running=True)
    assert days(running.charges) == ("07-01 00:00", "12-31 23:59")


def test_a_period_that_ended_before_the_start_is_shown_as_that_instant() -> None:
    found = of(plan(interval=Interval.SEMIANNUAL, bill_charges_monthly=True), "2026-08-10T10:00Z", "2026-09-01T00:00Z")
    assert days(found.subscription) == ("08-10 00:00", "08-10 10:00")


def test_an_end_bills_the_days_up_to_it() -> None:
    found = ended(plan(), "2026-10-01T00:00Z", "2026-11-15T04:00Z")
    assert days(found.subscription) == days(found.charges) == ("11-01 00:00", "11-15 04:00")


def test_an_end_on_the_first_day_of_a_period_bills_the_period_before_unless_that_was_billed() -> None:
    subscription = Subscription(plan(), at("2026-09-10T00:00Z"), ended_at=at("2026-11-01T08:00Z"))
    view = View(subscription, at("2026-11-01T08:00Z"))
    whole = boundaries(at_the_end(view, ()))
    assert days(whole.subscription) == days(whole.charges) == ("10-01 00:00", "10-31 23:59")
    assert days(boundaries(at_the_end(view, (whole,))).charges) == ("11-01 00:00", "11-01 08:00")


def test_an_end_on_the_first_day_of_all_bills_that_day() -> None:
    found = ended(plan(), "2026-11-01T00:00Z", "2026-11-01T08:00Z")
    assert days(found.charges) == ("11-01 00:00", "11-01 08:00")


def test_monthly_usage_of_a_yearly_plan_that_ends_is_that_of_the_month_before() -> None:
    found = ended(SPLIT, "2025-01-01T00:00Z", "2026-03-15T04:00Z")
    assert days(found.subscription) == ("01-01 00:00", "03-15 04:00")
    assert days(found.charges) == ("02-01 00:00", "02-28 23:59")
    assert found.fixed_charges is None


def test_a_plan_that_follows_starts_where_the_old_one_ends() -> None:
    moved = at("2026-10-11T09:30Z")
    upgraded = of(
        plan(),
        "2026-10-01T00:00Z",
        "2026-10-11T09:30Z",
        running=True,
        ended_at=moved,
        successor=Successor(Change.UPGRADE),
    )
    assert days(upgraded.subscription) == days(upgraded.charges) == ("10-01 00:00", "10-11 09:30")
    downgraded = ended(
        plan(pay_in_advance=True), "2026-10-01T00:00Z", "2026-11-01T00:10Z", successor=Successor(Change.DOWNGRADE)
    )
    assert days(downgraded.subscription) == ("11-01 00:00", "11-01 00:10")
    assert days(downgraded.charges) == ("10-01 00:00", "10-31 23:59")


def test_an_end_is_shown_at_the_rounded_second() -> None:
    assert whole_second(datetime(2026, 11, 22, 4, 6, 49, 500_000, tzinfo=UTC)).second == 50
    assert whole_second(datetime(2026, 11, 22, 4, 6, 49, 499_000, tzinfo=UTC)).second == 49


def test_a_plan_in_advance_bills_the_period_that_starts_with_the_usage_of_the_one_that_ended() -> None:
    found = of(plan(pay_in_advance=True), "2026-11-22T04:00Z", "2026-12-01T00:00Z")
    assert days(found.subscription) == ("12-01 00:00", "12-31 23:59")
    assert days(found.charges) == ("11-22 04:00", "11-30 23:59")
    start = of(plan(pay_in_advance=True), "2026-11-22T04:00Z", "2026-11-22T04:00Z")
    assert days(start.subscription) == ("11-22 00:00", "11-30 23:59")
    assert days(start.charges) == ("11-22 04:00", "11-22 04:00")


def test_anniversaries_are_those_of_the_first_of_a_line() -> None:
    found = of(
        plan(pay_in_advance=True),
        "2026-10-25T09:30Z",
        "2026-10-25T09:30Z",
        billing_time=BillingTime.ANNIVERSARY,
        anchored_at=at("2026-09-20T00:00Z"),
    )
    assert days(found.subscription) == ("10-25 00:00", "11-19 23:59")
    assert found.subscription.period_days == 31


@pytest.mark.parametrize(
    ("interval", "day", "anchor", "expected"),
    [
        (Interval.WEEKLY, "2026-03-03", None, "2026-02-24"),
        (Interval.MONTHLY, "2026-03-31", None, "2026-02-28"),
        (Interval.MONTHLY, "2026-02-28", "2026-01-31", "2026-01-31"),
        (Interval.MONTHLY, "2026-04-30", "2026-01-31", "2026-03-31"),
        (Interval.QUARTERLY, "2026-05-31", "2026-01-31", "2026-02-28"),
        (Interval.YEARLY, "2025-02-28", "2024-02-29", "2024-02-29"),
    ],
)
def test_an_interval_earlier_is_a_day_that_its_month_has(
    interval: Interval, day: str, anchor: str | None, expected: str
) -> None:
    anchored = date.fromisoformat(anchor) if anchor else None
    assert str(earlier(interval, date.fromisoformat(day), anchored)) == expected


@pytest.mark.parametrize(
    ("plan_", "billed", "others", "first", "first_of_all"),
    [
        (SPLIT, "2027-01-01T00:00Z", {}, True, False),
        (SPLIT, "2026-11-01T00:00Z", {}, False, False),
        (SPLIT, "2026-01-15T00:00Z", {}, True, True),
        (FIXED_SPLIT, "2026-07-01T00:00Z", {}, True, True),
        (SPLIT, "2027-02-10T00:00Z", {"billing_time": BillingTime.ANNIVERSARY}, True, False),
        (SPLIT, "2026-02-10T00:00Z", {"billing_time": BillingTime.ANNIVERSARY}, True, True),
        (FIXED_SPLIT, "2026-08-10T00:00Z", {"billing_time": BillingTime.ANNIVERSARY}, True, False),
    ],
)
def test_a_plan_by_the_year_is_billed_in_its_first_month(
    plan_: Plan, billed: str, others: dict[str, Any], first: bool, first_of_all: bool
) -> None:
    view = View(Subscription(plan_, at("2026-02-10T00:00Z"), **others), at(billed))
    assert (is_first_month(view), is_first_of_all(view)) == (first, first_of_all)


def test_days_are_those_of_the_customers_zone() -> None:
    subscription = Subscription(plan(), datetime(2026, 9, 30, 22, 30, tzinfo=UTC), zone=PARIS)
    assert subscription.started_on == date(2026, 10, 1)
    span = usage_span(subscription, date(2026, 10, 15))
    assert span.start == datetime(2026, 9, 30, 22, 30, tzinfo=UTC)
    assert span.end.replace(microsecond=0) == datetime(2026, 10, 31, 22, 59, 59, tzinfo=UTC)
    assert (span.days, span.period_days) == (31, 31)  # with an hour more than 31 days


def test_days_begun_count_and_an_end_at_midnight_begins_one() -> None:
    start = datetime(2026, 10, 1, tzinfo=UTC)
    assert days_between(start, datetime(2026, 10, 1, 0, 0, 1, tzinfo=UTC), UTC) == 1
    assert days_between(start, datetime(2026, 10, 2, tzinfo=UTC), UTC) == 2
    assert days_between(start, datetime(2026, 10, 31, 23, 59, 59, tzinfo=UTC), UTC) == 31
