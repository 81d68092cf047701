from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, strategies

from lago_gitops.pricing.catalog.items import Interval, Plan
from lago_gitops.pricing.periods.boundaries import Boundaries, Periodic, Start, Termination, boundaries
from lago_gitops.pricing.periods.calendar import period_of
from lago_gitops.pricing.periods.spans import DAY, Span, days_between, whole_second
from lago_gitops.pricing.periods.subscription import BillingTime, Subscription, usage_span
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


def of(plan_: Plan, started: str, occasion: object, **others: object) -> Boundaries:
    subscription = Subscription(plan_, datetime.fromisoformat(started), **others)  # type: ignore[arg-type]
    return boundaries(subscription, occasion)  # type: ignore[arg-type]


def days(span: Span | None) -> tuple[str, str] | None:
    return None if span is None else (f"{span.start:%m-%d %H:%M}", f"{span.end:%m-%d %H:%M}")


SPLIT = plan(interval=Interval.YEARLY, bill_charges_monthly=True)
FIXED_SPLIT = plan(interval=Interval.SEMIANNUAL, bill_fixed_charges_monthly=True)


def test_monthly_charges_of_a_yearly_plan_leave_the_rest_to_the_year() -> None:
    found = of(SPLIT, "2026-02-10T00:00Z", Periodic(date(2026, 11, 1)))
    assert days(found.charges) == ("10-01 00:00", "10-31 23:59")
    assert found.fixed_charges is None
    assert not found.subscription_due


def test_a_period_that_ended_before_the_start_is_shown_as_that_instant() -> None:
    found = of(
        plan(interval=Interval.SEMIANNUAL, bill_charges_monthly=True), "2026-08-10T10:00Z", Periodic(date(2026, 9, 1))
    )
    assert days(found.subscription) == ("08-10 00:00", "08-10 10:00")
    assert not found.subscription_due


def test_the_month_of_a_termination_is_billed_and_what_waits_for_the_year_only_in_its_first_month() -> None:
    late = of(SPLIT, "2025-01-01T00:00Z", Termination(datetime(2026, 3, 15, 4, tzinfo=UTC)))
    assert days(late.charges) == ("03-01 00:00", "03-15 04:00")
    assert late.fixed_charges is None
    early = of(FIXED_SPLIT, "2025-01-01T00:00Z", Termination(datetime(2026, 1, 15, 4, tzinfo=UTC)))
    assert days(early.charges) == ("01-01 00:00", "01-15 04:00")
    assert days(early.fixed_charges) == ("01-01 00:00", "01-15 04:00")


def test_a_termination_ends_the_subscription_at_the_rounded_second() -> None:
    assert whole_second(datetime(2026, 11, 22, 4, 6, 49, 500_000, tzinfo=UTC)).second == 50
    assert whole_second(datetime(2026, 11, 22, 4, 6, 49, 499_000, tzinfo=UTC)).second == 49


def test_a_plan_in_advance_starts_at_once_and_ends_without_a_fee() -> None:
    found = of(plan(pay_in_advance=True), "2026-11-22T04:00Z", Start())
    assert found.subscription_due
    assert days(found.subscription) == ("11-22 00:00", "11-30 23:59")
    ended = of(plan(pay_in_advance=True), "2026-11-22T04:00Z", Termination(datetime(2026, 11, 25, tzinfo=UTC)))
    assert not ended.subscription_due


def test_an_anniversary_plan_in_advance_pays_its_first_period_whole() -> None:
    found = of(plan(pay_in_advance=True), "2026-11-22T04:00Z", Start(), billing_time=BillingTime.ANNIVERSARY)
    assert days(found.subscription) == ("11-22 00:00", "12-21 23:59")
    assert not found.first_fee


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
