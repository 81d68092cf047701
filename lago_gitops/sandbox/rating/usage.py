"""Converts the usage events of a subscription for the rating engine."""

from datetime import datetime, timedelta
from decimal import Decimal
from itertools import repeat

from lago_gitops.pricing.catalog.items import Interval, Plan
from lago_gitops.pricing.periods.subscription import Subscription
from lago_gitops.pricing.usage.aggregations import Events
from lago_gitops.pricing.usage.events import Event
from lago_gitops.sandbox.base.storage.event_log import LoggedEvent
from lago_gitops.sandbox.base.world import World
from lago_gitops.sandbox.events import instants


def events(world: World, external_id: str, plan: Plan, since: datetime, until: datetime) -> Events:
    """By time: those within the bounds and, for recurring metrics, all until the end."""
    carried = {charge.metric.code for charge in plan.charges if charge.metric.recurring}
    others = {charge.metric.code for charge in plan.charges} - carried
    end = instants.of_moment(until)
    logged = [
        *world.events.of_subscription(external_id, sorted(others), end, instants.of_moment(since)),
        *world.events.of_subscription(external_id, sorted(carried), end),
    ]
    in_order = sorted(logged, key=lambda each: (each.at, each.seq))
    return tuple(event for each in in_order for event in repeat(read(each), each.times))


def reaching_back(world: World, external_id: str, life: Subscription, until: datetime) -> Events:
    """Events of at least the current and the previous period: all that billing at `until` needs."""
    since = max(life.started_at, until - _TWO_PERIODS[life.plan.interval])
    return events(world, external_id, life.plan, since, until)


_TWO_PERIODS = {
    Interval.WEEKLY: timedelta(days=15),
    Interval.MONTHLY: timedelta(days=63),
    Interval.QUARTERLY: timedelta(days=186),
    Interval.SEMIANNUAL: timedelta(days=370),
    Interval.YEARLY: timedelta(days=734),
}


def read(logged: LoggedEvent) -> Event:
    return Event(
        metric_code=logged.code,
        at=instants.to_moment(logged.at),
        properties=logged.properties,
        precise_total_amount_cents=Decimal(logged.cents or 0),
        transaction_id=logged.transaction_id,
    )
