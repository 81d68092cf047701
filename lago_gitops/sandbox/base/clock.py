"""Times as Lago keeps and shows them, UTC to the microsecond, and the clock of a sandbox."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, date, datetime, time
from typing import Any


def moment(value: Any) -> datetime | None:
    """None if Lago can't read it as a time; a time without a zone is UTC."""
    if not isinstance(value, str):
        return None
    try:
        read = datetime.fromisoformat(value.strip().replace(" UTC", "Z"))
    except ValueError:
        return None
    return read.replace(tzinfo=UTC) if read.tzinfo is None else read.astimezone(UTC)


def stamp(when: datetime) -> str:
    """A time as stored: microseconds, UTC."""
    return when.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.%fZ")


def unstamp(kept: str) -> datetime:
    return datetime.fromisoformat(kept)


def to_second(kept: str | None) -> str | None:
    return None if kept is None else f"{kept[:19]}Z"


def to_millisecond(kept: str | None) -> str | None:
    return None if kept is None else f"{kept[:23]}Z"


def last_second(day: date) -> datetime:
    return datetime.combine(day, time(23, 59, 59), UTC)


def midnight(day: date) -> datetime:
    return datetime.combine(day, time(), UTC)


class Clock:
    """`source` gives the time until the clock is set; from then on the clock is frozen at the time set."""

    def __init__(self, source: Callable[[], datetime]) -> None:
        self._own = self._source = source
        self._during: datetime | None = None

    def now(self) -> datetime:
        return self._during or self._source()

    def turn(self, to: datetime) -> None:
        self._source = lambda: to

    def run(self) -> None:
        """Unfreeze the clock."""
        self._source = self._own

    @contextmanager
    def at(self, moment: datetime | None) -> Iterator[None]:
        """Set another time for a while; None changes nothing."""
        before, self._during = self._during, moment or self._during
        try:
            yield
        finally:
            self._during = before


def days_after(day: date, days: int) -> date:
    """Capped at the last date that exists: a payment term may be 2^31 days."""
    return date.fromordinal(min(day.toordinal() + days, date.max.toordinal()))
