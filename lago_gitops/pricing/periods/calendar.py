"""Billing periods in whole days, counted from an anchor."""

import calendar
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Final

from lago_gitops.pricing.catalog.items import Interval
from lago_gitops.pricing.periods.spans import DAY

_MONTHS: Final = {Interval.MONTHLY: 1, Interval.QUARTERLY: 3, Interval.SEMIANNUAL: 6, Interval.YEARLY: 12}


@dataclass(frozen=True, slots=True)
class Period:
    """Whole days, both inclusive."""

    first: date
    last: date

    @property
    def days(self) -> int:
        return (self.last - self.first).days + 1


def period_of(interval: Interval, anchor: date, day: date) -> Period:
    """The period that contains `day`. In a month without the anchor's day, a period starts on the last day."""
    if interval == Interval.WEEKLY:
        first = day - timedelta(days=(day - anchor).days % 7)
        return Period(first, first + timedelta(days=6))
    step = _MONTHS[interval]
    months = ((day.year - anchor.year) * 12 + day.month - anchor.month) // step * step
    if _months_after(anchor, months) > day:
        months -= step
    return Period(_months_after(anchor, months), _months_after(anchor, months + step) - DAY)


def earlier(interval: Interval, day: date, anchor: date | None = None) -> date:
    """The day one interval earlier; a day that the month doesn't have becomes its last day.

    `anchor`: of anniversaries. A month without the anchor's day uses its last day.
    """
    if interval == Interval.WEEKLY:
        return day - timedelta(days=7)
    then = _months_after(day, -_MONTHS[interval])
    if anchor is not None and day.day < anchor.day and (day + DAY).day == 1:
        return then.replace(day=min(anchor.day, calendar.monthrange(then.year, then.month)[1]))
    return then


def _months_after(anchor: date, months: int) -> date:
    years, month = divmod(anchor.month - 1 + months, 12)
    year = anchor.year + years
    return date(year, month + 1, min(anchor.day, calendar.monthrange(year, month + 1)[1]))
