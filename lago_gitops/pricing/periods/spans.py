"""Instants and days in a time zone, and the span that a fee bills."""

import math
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta, tzinfo
from typing import Final

DAY: Final = timedelta(days=1)


INSTANT: Final = timedelta(microseconds=1)


@dataclass(frozen=True, slots=True)
class Span:
    """The billed part of a period: from the first to the last instant, both inclusive."""

    start: datetime
    end: datetime
    period_days: int  # of the whole period, even if the span is shorter
    zone: tzinfo = UTC
    upgraded: bool = False  # the last day belongs to the next plan

    @property
    def days(self) -> int:
        """Days begun in the span, as counted for money."""
        days = days_between(self.start, self.end, self.zone)
        return max(days - 1, 0) if self.upgraded else days

    def days_from(self, day: date) -> int:
        """Days from a date to the date of the end, both inclusive."""
        return (local_date(self.end, self.zone) - day).days + 1


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
