"""Instants of events: microseconds since 1970, even in years beyond those of a date."""

import re
from datetime import UTC, datetime, timedelta
from decimal import ROUND_FLOOR, Decimal
from typing import Any

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MICROSECOND = timedelta(microseconds=1)
_CYCLE = 146_097 * 86_400 * 1_000_000  # microseconds of 400 years, after which the calendar repeats itself
_YEARS = 400
_LAST = (datetime(9999, 1, 1, tzinfo=UTC) - EPOCH) // _MICROSECOND
_NUMBER = re.compile(r"\s*[+-]?(\d+(_\d+)*)?(\.\d*)?([eE][+-]?\d+)?\s*", re.ASCII)
_BOUND = 10**24


def of_seconds(sent: Any) -> int | None:
    """Unix seconds, as a number or text, to the microsecond; None for anything else."""
    text = str(sent) if isinstance(sent, int | float | str) and not isinstance(sent, bool) else ""
    if not _NUMBER.fullmatch(text) or not any(letter.isdigit() for letter in text):
        return None
    micros = (Decimal(text.strip().replace("_", "")) * 1_000_000).to_integral_value(ROUND_FLOOR)
    return int(micros) if abs(micros) < _BOUND else None


def of_moment(when: datetime) -> int:
    return (when - EPOCH) // _MICROSECOND


def to_moment(at: int) -> datetime:
    """Capped at the latest datetime."""
    return EPOCH + min(max(at, 0), _LAST) * _MICROSECOND


def shown(at: int) -> str:
    """With milliseconds."""
    cycles = max(0, (at - _LAST) // _CYCLE + 1) if at > _LAST else 0
    when = EPOCH + (at - cycles * _CYCLE) * _MICROSECOND
    return f"{when.year + cycles * _YEARS:04}-{when:%m-%dT%H:%M:%S}.{when.microsecond // 1000:03}Z"
