"""Billing periods: where they begin and end, and which of them an invoice bills."""

import calendar
import math
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta, tzinfo
from enum import StrEnum
from typing import Final

from lago_gitops.pricing.catalog import Interval, Plan

DAY: Final = timedelta(days=1)
INSTANT: Final = timedelta(microseconds=1)
_MONTHS: Final = {Interval.MONTHLY: 1, Interval.QUARTERLY: 3, Interval.SEMIANNUAL: 6, Interval.YEARLY: 12}
# A Monday, the first of a month, of a quarter, of a half-year and of a year: calendar periods are its anniversaries.
_CALENDAR_ANCHOR: Final = date(1, 1, 1)


class BillingTime(StrEnum):
    CALENDAR = "calendar"
    ANNIVERSARY = "anniversary"


@dataclass(frozen=True, slots=True)
class Subscription:
    plan: Plan
    started_at: datetime
    billing_time: BillingTime = BillingTime.CALENDAR
    zone: tzinfo = UTC  # of the customer: midnights and days are theirs

    @property
    def started_on(self) -> date:
        return local_date(self.started_at, self.zone)

    @property
    def anchor(self) -> date:
        return self.started_on if self.billing_time == BillingTime.ANNIVERSARY else _CALENDAR_ANCHOR


@dataclass(frozen=True, slots=True)
class Periodic:
    """The billing of a day, which should be the first of a period."""

    day: date


@dataclass(frozen=True, slots=True)
class Start:
    """The invoice made at once where something is paid in advance. A subscription entered as past has none."""


@dataclass(frozen=True, slots=True)
class Termination:
    at: datetime


Occasion = Periodic | Start | Termination


@dataclass(frozen=True, slots=True)
class Period:
    """Whole days, both counted."""

    first: date
    last: date

    @property
    def days(self) -> int:
        return (self.last - self.first).days + 1


@dataclass(frozen=True, slots=True)
class Span:
    """What is billed of a period: from the first to the last instant, both counted."""

    start: datetime
    end: datetime
    period_days: int  # of the whole period, also where the span is shorter
    zone: tzinfo = UTC

    @property
    def days(self) -> int:
        """Days from the date of the start to the date of the end, both counted."""
        return self.days_from(local_date(self.start, self.zone))

    def days_from(self, day: date) -> int:
        return (local_date(self.end, self.zone) - day).days + 1


@dataclass(frozen=True, slots=True)
class Boundaries:
    """What an invoice bills: None for what isn't due, except that the subscription's period is always shown."""

    subscription: Span
    subscription_due: bool
    first_fee: bool  # of the subscription: its days are counted
    charges: Span | None
    fixed_charges: Span | None
    fixed_charges_in_advance: Span | None


def period_of(interval: Interval, anchor: date, day: date) -> Period:
    """The period that holds `day`. Where a month lacks the anchor's day, a period starts on its last day."""
    if interval == Interval.WEEKLY:
        first = day - timedelta(days=(day - anchor).days % 7)
        return Period(first, first + timedelta(days=6))
    step = _MONTHS[interval]
    months = ((day.year - anchor.year) * 12 + day.month - anchor.month) // step * step
    if _months_after(anchor, months) > day:
        months -= step
    return Period(_months_after(anchor, months), _months_after(anchor, months + step) - DAY)


def boundaries(subscription: Subscription, occasion: Occasion) -> Boundaries:
    match occasion:
        case Periodic(day):
            return _periodic(subscription, day)
        case Termination(at):
            return _termination(subscription, at)
    return _start(subscription)


def usage_span(subscription: Subscription, day: date) -> Span:
    """The running period of the charges on a day."""
    return _span(subscription, period_of(_charges_interval(subscription.plan), subscription.anchor, day))


def plan_span(subscription: Subscription, day: date) -> Span:
    """The plan's period that holds a day, from the midnight of the first day billed."""
    period = period_of(subscription.plan.interval, subscription.anchor, day)
    return _from_midnight(subscription, _span(subscription, period))


def days_between(start: datetime, end: datetime, zone: tzinfo) -> int:
    """Days begun from one instant to another, as Lago counts them for money: an end at midnight begins a day too."""
    local_start, local_end = start.astimezone(zone), end.astimezone(zone)
    if local_end.time() == time.min:
        local_end += timedelta(seconds=1)
    elapsed = local_end.replace(tzinfo=None) - local_start.replace(tzinfo=None)
    return math.ceil(elapsed / DAY)


def local_date(instant: datetime, zone: tzinfo) -> date:
    return instant.astimezone(zone).date()


def midnight(day: date, zone: tzinfo) -> datetime:
    return datetime.combine(day, time.min, zone).astimezone(UTC)


def whole_second(instant: datetime) -> datetime:
    """Rounded, half up."""
    return (instant + timedelta(milliseconds=500)).replace(microsecond=0)


def _periodic(subscription: Subscription, day: date) -> Boundaries:
    plan = subscription.plan
    running = period_of(plan.interval, subscription.anchor, day)
    billed = running if plan.pay_in_advance else _before(subscription, plan.interval, running)
    fixed_interval = _fixed_interval(plan)
    starting = period_of(fixed_interval, subscription.anchor, day)
    return Boundaries(
        subscription=_from_midnight(subscription, _span(subscription, billed)),
        subscription_due=running.first == day and billed.last >= subscription.started_on,
        first_fee=not plan.pay_in_advance and billed.first <= subscription.started_on,
        charges=_ended(subscription, _charges_interval(plan), day),
        fixed_charges=_ended(subscription, fixed_interval, day),
        fixed_charges_in_advance=_span(subscription, starting) if starting.first == day else None,
    )


def _start(subscription: Subscription) -> Boundaries:
    plan = subscription.plan
    running = period_of(plan.interval, subscription.anchor, subscription.started_on)
    fixed = period_of(_fixed_interval(plan), subscription.anchor, subscription.started_on)
    nothing = Span(subscription.started_at, subscription.started_at, running.days, subscription.zone)
    return Boundaries(
        subscription=_from_midnight(subscription, _span(subscription, running)),
        subscription_due=plan.pay_in_advance,
        first_fee=subscription.billing_time == BillingTime.CALENDAR,
        charges=nothing,
        fixed_charges=nothing,
        fixed_charges_in_advance=_span(subscription, fixed),
    )


def _termination(subscription: Subscription, at: datetime) -> Boundaries:
    plan = subscription.plan
    day = local_date(at, subscription.zone)
    running = period_of(plan.interval, subscription.anchor, day)
    whole = _from_midnight(subscription, _span(subscription, running))
    return Boundaries(
        subscription=Span(whole.start, min(whole.end, whole_second(at)), whole.period_days, whole.zone),
        subscription_due=not plan.pay_in_advance,
        first_fee=True,
        charges=_up_to(subscription, _charges_interval(plan), at),
        fixed_charges=_up_to(subscription, _fixed_interval(plan), at),
        fixed_charges_in_advance=None,
    )


def _ended(subscription: Subscription, interval: Interval, day: date) -> Span | None:
    running = period_of(interval, subscription.anchor, day)
    return _span(subscription, _before(subscription, interval, running)) if running.first == day else None


def _up_to(subscription: Subscription, interval: Interval, at: datetime) -> Span | None:
    """None for what is billed with the plan's period while something else is billed monthly, past the first month."""
    plan, day = subscription.plan, local_date(at, subscription.zone)
    period = period_of(interval, subscription.anchor, day)
    split = Interval.MONTHLY in (_charges_interval(plan), _fixed_interval(plan)) and interval != Interval.MONTHLY
    if split and period_of(Interval.MONTHLY, subscription.anchor, day).first != period.first:
        return None
    span = _span(subscription, period)
    return Span(span.start, max(span.start, min(span.end, at)), span.period_days, span.zone)


def _before(subscription: Subscription, interval: Interval, period: Period) -> Period:
    return period_of(interval, subscription.anchor, period.first - DAY)


def _span(subscription: Subscription, period: Period) -> Span:
    """Cut at the start of the subscription; both ends are that instant where it starts later."""
    start = max(midnight(period.first, subscription.zone), subscription.started_at)
    end = max(midnight(period.last + DAY, subscription.zone) - INSTANT, subscription.started_at)
    return Span(start, end, period.days, subscription.zone)


def _from_midnight(subscription: Subscription, span: Span) -> Span:
    start = midnight(local_date(span.start, span.zone), span.zone)
    return Span(start, span.end, span.period_days, subscription.zone)


def _charges_interval(plan: Plan) -> Interval:
    return Interval.MONTHLY if plan.bill_charges_monthly and _splits(plan) else plan.interval


def _fixed_interval(plan: Plan) -> Interval:
    return Interval.MONTHLY if plan.bill_fixed_charges_monthly and _splits(plan) else plan.interval


def _splits(plan: Plan) -> bool:
    return plan.interval in (Interval.SEMIANNUAL, Interval.YEARLY)


def _months_after(anchor: date, months: int) -> date:
    years, month = divmod(anchor.month - 1 + months, 12)
    year = anchor.year + years
    return date(year, month + 1, min(anchor.day, calendar.monthrange(year, month + 1)[1]))
