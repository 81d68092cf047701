"""The periods of a subscription, by days in its customer's time zone."""

from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from lago_gitops.pricing.catalog.items import Interval
from lago_gitops.pricing.periods.calendar import Period, period_of
from lago_gitops.sandbox.base.clock import stamp, to_second, unstamp
from lago_gitops.sandbox.base.doc import Doc
from lago_gitops.sandbox.base.world import World
from lago_gitops.sandbox.customers.customer_shapes import zone_of
from lago_gitops.sandbox.subscriptions.relations import customer_of, first_start, plan_of

LONGEST_TRIAL_DAYS = 1_000_000  # dates end with the year 9999

_CALENDAR = date(1, 1, 1)  # a Monday, and the first of a month, quarter, half-year and year
_SPLIT = ("semiannual", "yearly")  # charges of these can be billed monthly


def zone(world: World, subscription: Doc) -> ZoneInfo:
    return zone_of(world, customer_of(world, subscription))


def local_day(world: World, subscription: Doc, at: datetime) -> date:
    return at.astimezone(zone(world, subscription)).date()


def plan_period(world: World, subscription: Doc, at: datetime) -> Period:
    """The period of the plan at an instant."""
    return _period(world, subscription, plan_of(world, subscription)["interval"], at)


def charges_period(world: World, subscription: Doc, at: datetime) -> Period:
    """The period in which usage is summed: a month if a longer plan bills its charges monthly."""
    plan = plan_of(world, subscription)
    monthly = plan["bill_charges_monthly"] and plan["interval"] in _SPLIT
    return _period(world, subscription, "monthly" if monthly else plan["interval"], at)


def fixed_charges_period(world: World, subscription: Doc, at: datetime) -> Period:
    """Like `charges_period`, by the plan's flag for fixed charges."""
    plan = plan_of(world, subscription)
    monthly = plan["bill_fixed_charges_monthly"] and plan["interval"] in _SPLIT
    return _period(world, subscription, "monthly" if monthly else plan["interval"], at)


def _period(world: World, subscription: Doc, interval: str, at: datetime) -> Period:
    where = zone(world, subscription)
    anchored = unstamp(subscription["subscription_at"]).astimezone(where).date()
    anchor = anchored if subscription["billing_time"] == "anniversary" else _CALENDAR
    return period_of(Interval(interval), anchor, at.astimezone(where).date())


def shown(world: World, subscription: Doc) -> tuple[str | None, str | None]:
    """The current period, cut to the life of the subscription; None values before it begins."""
    if subscription["started_at"] is None:
        return None, None
    start, end = bounds(world, subscription, charges_period(world, subscription, reference(world, subscription)))
    return to_second(stamp(start)), to_second(stamp(end))


def bounds(world: World, subscription: Doc, period: Period) -> tuple[datetime, datetime]:
    """The first and the last instant of a period of the subscription."""
    where, started = zone(world, subscription), unstamp(subscription["started_at"])
    start, end = midnight(period.first, where), midnight(period.last + timedelta(days=1), where)
    end -= timedelta(microseconds=1)
    ended = subscription["terminated_at"]
    if ended is not None and unstamp(ended) <= end:
        end = unstamp(ended)
    return max(start, started), max(end, started)


def midnight(day: date, where: ZoneInfo) -> datetime:
    return datetime(day.year, day.month, day.day, tzinfo=where)


def reference(world: World, subscription: Doc) -> datetime:
    """Now or, if it has ended, its end; never before its start."""
    ended, started = subscription["terminated_at"], subscription["started_at"] or subscription["subscription_at"]
    return max(unstamp(ended) if ended else world.now(), unstamp(started))


def trial_end(world: World, subscription: Doc) -> datetime | None:
    days = plan_of(world, subscription)["trial_period"]
    return unstamp(first_start(world, subscription)) + timedelta(days=min(days, LONGEST_TRIAL_DAYS)) if days else None


def in_trial(world: World, subscription: Doc) -> bool:
    end = trial_end(world, subscription)
    return end is not None and subscription["trial_ended_at"] is None and end > world.now()
