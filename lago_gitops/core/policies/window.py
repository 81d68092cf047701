"""When something holds: days, hours and dates on the clock of a named place."""

from calendar import monthrange
from dataclasses import dataclass
from datetime import date, datetime
from typing import TYPE_CHECKING

if TYPE_CHECKING:  # finding out where zones are takes longer than most schemas, and few projects have policies
    from zoneinfo import ZoneInfo

WEEKDAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")


@dataclass(frozen=True, slots=True)
class Window:
    """All that is given has to hold; what is empty or None holds always.

    `hours` are minutes since midnight, from and until (exclusive); past midnight where they end before they begin.
    `days_of_month` count from 1, or from the end of the month: -1 is its last day. `dates` are first and last days.
    """

    zone: "ZoneInfo"
    days: tuple[str, ...] = ()
    hours: tuple[int, int] | None = None
    days_of_month: tuple[int, ...] = ()
    dates: tuple[tuple[date, date], ...] = ()

    def has(self, at: datetime) -> bool:
        """`at` is any moment that knows its zone."""
        local = at.astimezone(self.zone)
        today = local.date()
        return (
            (not self.days or WEEKDAYS[today.weekday()] in self.days)
            and (self.hours is None or _between(local.hour * 60 + local.minute, *self.hours))
            and (not self.days_of_month or not _numbers(today).isdisjoint(self.days_of_month))
            and (not self.dates or any(first <= today <= last for first, last in self.dates))
        )

    def shown(self, at: datetime) -> str:
        """The moment as its place has it: Fri 2026-11-27 16:30 Europe/Paris."""
        local = at.astimezone(self.zone)
        return f"{WEEKDAYS[local.weekday()].capitalize()} {local:%Y-%m-%d %H:%M} {self.zone.key}"


def minutes(clock: str) -> int:
    """Since midnight, of `16:30`; `24:00` is the end of the day."""
    hours, rest = clock.split(":")
    return int(hours) * 60 + int(rest)


def _between(now: int, start: int, end: int) -> bool:
    return start <= now < end if start < end else now >= start or now < end


def _numbers(day: date) -> set[int]:
    """A day of a month, from its beginning and from its end."""
    return {day.day, day.day - monthrange(day.year, day.month)[1] - 1}
