"""A subscription to a plan: its origin, its end, and its periods."""

from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta, tzinfo
from decimal import Decimal
from enum import StrEnum
from typing import Final

from lago_gitops.pricing.catalog.items import Interval, Plan
from lago_gitops.pricing.periods.calendar import Period, period_of
from lago_gitops.pricing.periods.spans import DAY, INSTANT, Span, local_date, midnight, whole_second

# A Monday, the first of a month, of a quarter, of a half-year and of a year: calendar periods are its anniversaries.
CALENDAR_ANCHOR: Final = date(1, 1, 1)


class BillingTime(StrEnum):
    CALENDAR = "calendar"
    ANNIVERSARY = "anniversary"


class Change(StrEnum):
    """How one plan follows another: to a dearer one at once, to a cheaper one at the end of the period."""

    UPGRADE = "upgrade"
    DOWNGRADE = "downgrade"


@dataclass(frozen=True, slots=True)
class Successor:
    change: Change
    metric_codes: frozenset[str] = frozenset()  # which of its plan has charges on it


@dataclass(frozen=True, slots=True)
class UnitsFrom:
    """From this day on, the fixed charge has this many units."""

    day: date
    units: Decimal
    charge_code: str = ""


@dataclass(frozen=True, slots=True)
class Subscription:
    plan: Plan
    started_at: datetime
    billing_time: BillingTime = BillingTime.CALENDAR
    zone: tzinfo = UTC  # the customer's: midnights and days are theirs
    anchored_at: datetime | None = None  # anchor of its anniversaries, if not its own start
    entered_at: datetime | None = None  # None: when it started
    first_started_at: datetime | None = None  # start of the first in the line: trials run from there
    trial_ended: bool = False  # whether Lago has processed the end of the trial
    ended_at: datetime | None = None
    follows: Change | None = None
    successor: Successor | None = None
    units: tuple[UnitsFrom, ...] = ()  # changes of fixed charges' units, in the order in which they were made

    @property
    def started_on(self) -> date:
        return local_date(self.started_at, self.zone)

    @property
    def anchor(self) -> date:
        if self.billing_time == BillingTime.CALENDAR:
            return CALENDAR_ANCHOR
        return local_date(self.anchored_at or self.started_at, self.zone)

    @property
    def started_in_past(self) -> bool:
        """Whether it was created on a later day than it started. Lago compares the dates in UTC."""
        entered_at = self.entered_at or self.started_at
        return self.started_at.astimezone(UTC).date() < entered_at.astimezone(UTC).date()

    @property
    def upgraded(self) -> bool:
        return self.ended_at is not None and self.successor is not None and self.successor.change == Change.UPGRADE

    @property
    def downgraded(self) -> bool:
        return self.ended_at is not None and self.successor is not None and self.successor.change == Change.DOWNGRADE

    @property
    def trial_ends_at(self) -> datetime | None:
        if not self.plan.trial_days:
            return None
        return (self.first_started_at or self.started_at) + timedelta(days=float(self.plan.trial_days))


def ended_by(subscription: Subscription, at: datetime) -> bool:
    """Whether it had ended at an instant. Lago compares whole seconds, rounded."""
    return subscription.ended_at is not None and whole_second(subscription.ended_at) <= whole_second(at)


def running_at(subscription: Subscription) -> Subscription:
    """The subscription as if it had not ended."""
    return replace(subscription, ended_at=None)


def usage_span(subscription: Subscription, day: date) -> Span:
    """The running period of the charges on a day."""
    return billed_span(subscription, period_of(charges_interval(subscription.plan), subscription.anchor, day))


def billed_span(subscription: Subscription, period: Period) -> Span:
    """The period, cut at the start of the subscription; both ends are that instant if it starts later."""
    start = max(midnight(period.first, subscription.zone), subscription.started_at)
    end = max(midnight(period.last + DAY, subscription.zone) - INSTANT, subscription.started_at)
    return Span(start, end, period.days, subscription.zone)


def charges_interval(plan: Plan) -> Interval:
    return Interval.MONTHLY if plan.bill_charges_monthly and _splits(plan) else plan.interval


def fixed_interval(plan: Plan) -> Interval:
    return Interval.MONTHLY if plan.bill_fixed_charges_monthly and _splits(plan) else plan.interval


def _splits(plan: Plan) -> bool:
    return plan.interval in (Interval.SEMIANNUAL, Interval.YEARLY)
