"""Times as Lago keeps and shows them: UTC, to the microsecond."""

from datetime import UTC, date, datetime, time
from typing import Any


def moment(value: Any) -> datetime | None:
    """Null for what Lago can't read as a time; a time without a zone is UTC."""
    if not isinstance(value, str):
        return None
    try:
        found = datetime.fromisoformat(value.strip().replace(" UTC", "Z"))
    except ValueError:
        return None
    return found.replace(tzinfo=UTC) if found.tzinfo is None else found.astimezone(UTC)


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
