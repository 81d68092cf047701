"""A simulation: customers, their subscriptions, and each month's usage, after all random draws."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any

from lago_gitops.pricing.catalog.items import Metric
from lago_gitops.pricing.usage.given import Given


@dataclass(frozen=True, slots=True)
class MonthlyUsage:
    """One line of a month's usage of a metric."""

    metric: Metric
    given: Given


@dataclass(frozen=True, slots=True)
class PlannedEvent:
    """An event in the file."""

    at: datetime
    code: str
    properties: Mapping[str, Any]
    precise_total_amount_cents: Decimal | None = None


@dataclass(frozen=True, slots=True)
class PlannedMove:
    on: date
    plan: str


@dataclass(frozen=True, slots=True)
class PlannedSubscription:
    """From its first to its last day; None: no end."""

    external_id: str
    plan: str
    start: date
    end: date | None = None
    billing_time: str = "calendar"
    changes: tuple[PlannedMove, ...] = ()
    usage: Mapping[date, tuple[MonthlyUsage, ...]] = field(default_factory=dict)  # by the first day of each month
    events: tuple[PlannedEvent, ...] = ()

    @property
    def starts_at(self) -> datetime:
        return midnight(self.start)

    @property
    def ends_at(self) -> datetime | None:
        """The last second of its last day."""
        return None if self.end is None else midnight(self.end) + timedelta(days=1, seconds=-1)


@dataclass(frozen=True, slots=True)
class Customer:
    external_id: str
    subscriptions: tuple[PlannedSubscription, ...]
    coupons: tuple[str, ...] = ()
    taxes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Simulation:
    """`source` is its file."""

    source: str
    months: tuple[date, ...]  # the first days
    customers: tuple[Customer, ...]
    licensed: bool = True
    lago_version: str = ""  # empty: the latest

    @property
    def start(self) -> datetime:
        return midnight(self.months[0])

    @property
    def end(self) -> datetime:
        """After the last month has been billed."""
        return midnight(month_after(self.months[-1])) + timedelta(hours=1)


def midnight(day: date) -> datetime:
    return datetime(day.year, day.month, day.day, tzinfo=UTC)


def month_after(first: date) -> date:
    return date(first.year + first.month // 12, first.month % 12 + 1, 1)


def months_from(first: date, number: int) -> Iterator[date]:
    for _ in range(number):
        yield first
        first = month_after(first)
