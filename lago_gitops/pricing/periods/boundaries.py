"""The periods billed at an instant: of the subscription, its charges and its fixed charges."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta
from typing import Final

from lago_gitops.pricing.catalog.items import Interval, Plan
from lago_gitops.pricing.periods.calendar import Period, earlier, period_of
from lago_gitops.pricing.periods.spans import DAY, INSTANT, Span, local_date, midnight, whole_second
from lago_gitops.pricing.periods.subscription import (
    BillingTime,
    Subscription,
    billed_span,
    charges_interval,
    ended_by,
    fixed_interval,
    running_at,
)

_HALF_YEAR: Final = 6


@dataclass(frozen=True, slots=True)
class View:
    """A subscription as billed at an instant: for the period that ended, or for the `running` one."""

    subscription: Subscription
    at: datetime
    running: bool = False

    @property
    def day(self) -> date:
        return local_date(self.at, self.subscription.zone)


@dataclass(frozen=True, slots=True)
class Boundaries:
    """None for periods not billed then. The subscription's period is always shown."""

    subscription: Span
    charges: Span | None
    fixed_charges: Span | None


def boundaries(view: View) -> Boundaries:
    """Spans that ended before the subscription started begin and end at the instant of its start."""
    plan = view.subscription.plan
    return Boundaries(
        subscription=_plan_span(view),
        charges=_span(view, charges_interval(plan)) if _bills_charges(view) else None,
        fixed_charges=_span(view, fixed_interval(plan)) if _bills_fixed_charges(view) else None,
    )


def in_advance_span(subscription: Subscription, at: datetime) -> Span | None:
    """The period for which fixed charges are billed in advance at an instant."""
    return boundaries(View(subscription, at, running=True)).fixed_charges


def at_the_end(view: View, billed: Iterable[Boundaries]) -> View:
    """The view that bills a subscription which has ended for good.

    If it ends on the first day of a period, the whole period before is billed, unless it was already `billed`.
    """
    subscription = view.subscription
    if subscription.ended_at is None or subscription.successor is not None or view.at - DAY < subscription.started_at:
        return view
    active = running_at(subscription)
    before = boundaries(View(active, view.at - DAY, running=True))
    spans = (span for span in (before.charges, before.fixed_charges) if span is not None)
    if not all(timedelta(0) <= view.at - span.end < DAY for span in spans):
        return view
    whole = View(active, view.at)
    return view if any(_same(subscription.plan, boundaries(whole), each) for each in billed) else whole


def beginning(view: View) -> datetime:
    """The first midnight of the plan's period that ended, or runs, even if the subscription started later."""
    subscription = view.subscription
    return midnight(_period(view, _base_day(view, subscription.plan.interval)).first, subscription.zone)


def end(view: View) -> datetime:
    """The last instant of the billed period of the plan."""
    return midnight(_plan_period(view).last + DAY, view.subscription.zone) - INSTANT


def last_day(view: View) -> date:
    """The last day of the plan's period that runs at the instant."""
    return _period(view, view.day).last


def is_first_month(view: View) -> bool:
    """Whether the instant is in the month of a year, or half-year, in which the plan itself is billed."""
    subscription = view.subscription
    month, first = _month(view).month, _first_month(subscription)
    if subscription.plan.interval == Interval.SEMIANNUAL:
        return month % _HALF_YEAR == first % _HALF_YEAR
    return month == first


def is_first_of_all(view: View) -> bool:
    """Whether that month is in the subscription's first year. Of half-years by the calendar, both are."""
    subscription, month = view.subscription, _month(view)
    anchored_on = local_date(subscription.anchored_at or subscription.started_at, subscription.zone)
    if subscription.billing_time == BillingTime.CALENDAR:
        return is_first_month(view) and month.year == anchored_on.year
    return (month.year, month.month) == (anchored_on.year, anchored_on.month)


def _plan_span(view: View) -> Span:
    subscription = view.subscription
    span = billed_span(subscription, _plan_period(view))
    start = midnight(local_date(span.start, span.zone), span.zone)
    if ended_by(subscription, view.at) and subscription.ended_at is not None:
        return replace(
            span, start=start, end=max(min(span.end, whole_second(subscription.ended_at)), subscription.started_at)
        )
    return replace(span, start=start)


def _plan_period(view: View) -> Period:
    plan = view.subscription.plan
    current = plan.pay_in_advance or _ended_in_arrears(view.subscription, view.at)
    return _period(view, view.day if current else _base_day(view, plan.interval))


def _span(view: View, interval: Interval) -> Span:
    """The span of usage or units: always in the period that ended or runs, never in the one that starts."""
    subscription = view.subscription
    span = billed_span(subscription, period_of(interval, subscription.anchor, _usage_day(view, interval)))
    ended_at = subscription.ended_at
    if ended_at is not None and ended_at <= span.end:
        return replace(span, end=max(ended_at, subscription.started_at))
    return span


def _usage_day(view: View, interval: Interval) -> date:
    """A day of the billed period."""
    subscription = view.subscription
    # In longer plans with monthly usage, Lago checks at midnight, when a subscription that ends that day still runs:
    # so it bills the month before again.
    at = view.at if interval == subscription.plan.interval else midnight(view.day, UTC)
    ended_for_good = subscription.successor is None and ended_by(subscription, at)
    if ended_for_good or (not subscription.plan.pay_in_advance and _ended_in_arrears(subscription, at)):
        return view.day
    return _base_day(view, interval)


def _ended_in_arrears(subscription: Subscription, at: datetime) -> bool:
    return ended_by(subscription, at) and not subscription.plan.pay_in_advance and not subscription.downgraded


def _base_day(view: View, interval: Interval) -> date:
    if view.running:
        return view.day
    subscription = view.subscription
    anchor = subscription.anchor if subscription.billing_time == BillingTime.ANNIVERSARY else None
    return earlier(interval, view.day, anchor)


def _period(view: View, day: date) -> Period:
    return period_of(view.subscription.plan.interval, view.subscription.anchor, day)


def _bills_charges(view: View) -> bool:
    plan = view.subscription.plan
    waits = charges_interval(plan) == plan.interval != fixed_interval(plan)
    return view.running or not waits or is_first_month(view)


def _bills_fixed_charges(view: View) -> bool:
    plan = view.subscription.plan
    waits = fixed_interval(plan) == plan.interval != charges_interval(plan)
    return not waits or is_first_month(view)


def _month(view: View) -> date:
    """The first day of the billing month that contains the instant."""
    return period_of(Interval.MONTHLY, view.subscription.anchor, view.day).first


def _first_month(subscription: Subscription) -> int:
    return subscription.anchor.month


def _same(plan: Plan, ours: Boundaries, theirs: Boundaries) -> bool:
    """Whether they bill the same: the plan's own period and, where they are billed by the month, those of the usage."""
    return (
        _ends(ours.subscription) == _ends(theirs.subscription)
        and (charges_interval(plan) == plan.interval or _ends(ours.charges) == _ends(theirs.charges))
        and (fixed_interval(plan) == plan.interval or _ends(ours.fixed_charges) == _ends(theirs.fixed_charges))
    )


def _ends(span: Span | None) -> tuple[datetime, datetime] | None:
    return None if span is None else (span.start, span.end)
