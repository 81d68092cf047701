"""A subscription of a plan, and the periods that it runs through."""

from dataclasses import dataclass
from datetime import UTC, date, datetime, tzinfo
from enum import StrEnum
from typing import Final

from lago_gitops.pricing.catalog.items import Interval, Plan
from lago_gitops.pricing.periods.calendar import Period, period_of
from lago_gitops.pricing.periods.spans import DAY, INSTANT, Span, local_date, midnight

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


def usage_span(subscription: Subscription, day: date) -> Span:
    """The running period of the charges on a day."""
    return billed_span(subscription, period_of(charges_interval(subscription.plan), subscription.anchor, day))


def plan_span(subscription: Subscription, day: date) -> Span:
    """The plan's period that holds a day, from the midnight of the first day billed."""
    period = period_of(subscription.plan.interval, subscription.anchor, day)
    return from_midnight(subscription, billed_span(subscription, period))


def charges_interval(plan: Plan) -> Interval:
    return Interval.MONTHLY if plan.bill_charges_monthly and _splits(plan) else plan.interval


def fixed_interval(plan: Plan) -> Interval:
    return Interval.MONTHLY if plan.bill_fixed_charges_monthly and _splits(plan) else plan.interval


def billed_span(subscription: Subscription, period: Period) -> Span:
    """Cut at the start of the subscription; both ends are that instant where it starts later."""
    start = max(midnight(period.first, subscription.zone), subscription.started_at)
    end = max(midnight(period.last + DAY, subscription.zone) - INSTANT, subscription.started_at)
    return Span(start, end, period.days, subscription.zone)


def from_midnight(subscription: Subscription, span: Span) -> Span:
    start = midnight(local_date(span.start, span.zone), span.zone)
    return Span(start, span.end, span.period_days, subscription.zone)


def _splits(plan: Plan) -> bool:
    return plan.interval in (Interval.SEMIANNUAL, Interval.YEARLY)
