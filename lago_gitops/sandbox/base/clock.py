"""Times as Lago keeps and shows them, UTC to the microsecond, and the clock of a sandbox."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, date, datetime, time
from typing import Any


def moment(value: Any) -> datetime | None:
    """Null for what Lago can't read as a time; a time without a zone is UTC."""
    if not isinstance(value, str):
        return None
    try:
        read = datetime.fromisoformat(value.strip().replace(" UTC", "Z"))
    except ValueError:
        return None
    return read.replace(tzinfo=UTC) if read.tzinfo is None else read.astimezone(UTC)


def stamp(when: datetime) -> str:
    """How a time is kept: microseconds, UTC."""
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
    """`source` counts until the clock is turned; from then on it stands where it was turned to."""

    def __init__(self, source: Callable[[], datetime]) -> None:
        self._own = self._source = source
        self._during: datetime | None = None

    def now(self) -> datetime:
        return self._during or self._source()

    def turn(self, to: datetime) -> None:
        self._source = lambda: to

    def run(self) -> None:
        """As before it was turned."""
        self._source = self._own

    @contextmanager
    def at(self, moment: datetime | None) -> Iterator[None]:
        """Another time for a while; None leaves it as it is."""
        before, self._during = self._during, moment or self._during
        try:
            yield
        finally:
            self._during = before


def days_after(day: date, days: int) -> date:
    """So many days later; the last day that there is where that is beyond it: a payment term may be 2^31 days."""
    return date.fromordinal(min(day.toordinal() + days, date.max.toordinal()))
