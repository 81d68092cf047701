"""What an occasion bills: of which period the subscription, the charges and the fixed charges."""

from dataclasses import dataclass
from datetime import date, datetime

from lago_gitops.pricing.catalog.items import Interval
from lago_gitops.pricing.periods.calendar import Period, period_of
from lago_gitops.pricing.periods.spans import DAY, Span, local_date, whole_second
from lago_gitops.pricing.periods.subscription import (
    BillingTime,
    Subscription,
    billed_span,
    charges_interval,
    fixed_interval,
    from_midnight,
)


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
class Boundaries:
    """What an invoice bills: None for what isn't due, except that the subscription's period is always shown."""

    subscription: Span
    subscription_due: bool
    first_fee: bool  # of the subscription: its days are counted
    charges: Span | None
    fixed_charges: Span | None
    fixed_charges_in_advance: Span | None


def boundaries(subscription: Subscription, occasion: Occasion) -> Boundaries:
    match occasion:
        case Periodic(day):
            return _periodic(subscription, day)
        case Termination(at):
            return _termination(subscription, at)
    return _start(subscription)


def _periodic(subscription: Subscription, day: date) -> Boundaries:
    plan = subscription.plan
    running = period_of(plan.interval, subscription.anchor, day)
    billed = running if plan.pay_in_advance else _before(subscription, plan.interval, running)
    starting = period_of(fixed_interval(plan), subscription.anchor, day)
    return Boundaries(
        subscription=from_midnight(subscription, billed_span(subscription, billed)),
        subscription_due=running.first == day and billed.last >= subscription.started_on,
        first_fee=not plan.pay_in_advance and billed.first <= subscription.started_on,
        charges=_ended(subscription, charges_interval(plan), day),
        fixed_charges=_ended(subscription, fixed_interval(plan), day),
        fixed_charges_in_advance=billed_span(subscription, starting) if starting.first == day else None,
    )


def _start(subscription: Subscription) -> Boundaries:
    plan = subscription.plan
    running = period_of(plan.interval, subscription.anchor, subscription.started_on)
    fixed = period_of(fixed_interval(plan), subscription.anchor, subscription.started_on)
    nothing = Span(subscription.started_at, subscription.started_at, running.days, subscription.zone)
    return Boundaries(
        subscription=from_midnight(subscription, billed_span(subscription, running)),
        subscription_due=plan.pay_in_advance,
        first_fee=subscription.billing_time == BillingTime.CALENDAR,
        charges=nothing,
        fixed_charges=nothing,
        fixed_charges_in_advance=billed_span(subscription, fixed),
    )


def _termination(subscription: Subscription, at: datetime) -> Boundaries:
    plan = subscription.plan
    day = local_date(at, subscription.zone)
    running = period_of(plan.interval, subscription.anchor, day)
    whole = from_midnight(subscription, billed_span(subscription, running))
    return Boundaries(
        subscription=Span(whole.start, min(whole.end, whole_second(at)), whole.period_days, whole.zone),
        subscription_due=not plan.pay_in_advance,
        first_fee=True,
        charges=_up_to(subscription, charges_interval(plan), at),
        fixed_charges=_up_to(subscription, fixed_interval(plan), at),
        fixed_charges_in_advance=None,
    )


def _ended(subscription: Subscription, interval: Interval, day: date) -> Span | None:
    running = period_of(interval, subscription.anchor, day)
    return billed_span(subscription, _before(subscription, interval, running)) if running.first == day else None


def _up_to(subscription: Subscription, interval: Interval, at: datetime) -> Span | None:
    """None for what is billed with the plan's period while something else is billed monthly, past the first month."""
    plan, day = subscription.plan, local_date(at, subscription.zone)
    period = period_of(interval, subscription.anchor, day)
    split = Interval.MONTHLY in (charges_interval(plan), fixed_interval(plan)) and interval != Interval.MONTHLY
    if split and period_of(Interval.MONTHLY, subscription.anchor, day).first != period.first:
        return None
    span = billed_span(subscription, period)
    return Span(span.start, max(span.start, min(span.end, at)), span.period_days, span.zone)


def _before(subscription: Subscription, interval: Interval, period: Period) -> Period:
    return period_of(interval, subscription.anchor, period.first - DAY)
