"""The canonical form of single values: numbers, moments, and values of privileges."""

import re
from datetime import UTC, datetime
from decimal import Context, Decimal, InvalidOperation
from functools import lru_cache
from typing import Any

from lago_gitops.core.model.types import Json

WHOLE = re.compile(r"0|-?[1-9][0-9]{0,17}", re.ASCII)
LARGEST_EXPONENT = 400  # beyond it a number is kept as the text it was: written out, it would fill the memory
EXACT = Context(prec=1000)
_NUMBERS_KEPT = 32_768  # both sides have the same ones


def decimal(value: Json) -> Any:
    """The number as Lago takes it (blanks around it and `_` inside are nothing); the value itself if it is none."""
    number = _number(value) if isinstance(value, str) or type(value) is int else None
    return value if number is None else number


@lru_cache(_NUMBERS_KEPT)
def _number(written: str | int) -> Decimal | None:
    try:
        return _finite(Decimal(written))
    except InvalidOperation:
        return None


def _finite(number: Decimal) -> Decimal | None:
    return number if number.is_finite() and abs(number.adjusted()) <= LARGEST_EXPONENT else None


@lru_cache(_NUMBERS_KEPT)
def plain(number: Decimal) -> str:
    """The number in plain digits, without exponent and without zeros at the end: "0.002", "10"."""
    text = format(number, "f")
    text = text.rstrip("0").rstrip(".") if "." in text else text
    return "0" if text == "-0" else text


def granted(value: Json) -> Any:
    """The value of a privilege. Lago keeps them as text and reads them by the privilege's type, so that text that
    writes a number or a truth is the same as either."""
    if value in ("true", "false"):
        return value == "true"
    return int(value) if isinstance(value, str) and WHOLE.fullmatch(value) else value


def granted_text(value: Any) -> str:
    """The value of a privilege as Lago keeps it: text fits every type of privilege."""
    return str(value).lower() if isinstance(value, bool) else str(value)


def moment(value: Json) -> Any:
    """ISO 8601 in UTC to the second, as Lago writes it. Other text stays as it is."""
    time = instant(value)
    return value if time is None else time.replace(microsecond=0, tzinfo=None).isoformat() + "Z"


def instant(value: Json) -> datetime | None:
    """The point in time that an ISO 8601 text names, in UTC, as is a time without zone; None for any other value."""
    try:
        parsed = datetime.fromisoformat(value)
        return (parsed if parsed.tzinfo else parsed.replace(tzinfo=UTC)).astimezone(UTC)
    except (TypeError, ValueError, OverflowError):
        return None
