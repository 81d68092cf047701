"""How Lago's columns read what a request holds, and how they are shown."""

import re
from collections.abc import Callable, Mapping
from datetime import UTC, date, datetime, time
from decimal import ROUND_HALF_UP, Context, Decimal
from typing import Any

from lago_gitops.sandbox.base.errors import crash

Doc = dict[str, Any]
Cast = Callable[[Any], Any]

_FALSE_WORDS = frozenset({"0", "f", "F", "false", "FALSE", "off", "OFF"})
_BIGINT = 2**63
_DECIMAL = re.compile(
    r"\s*(?P<sign>[+-]?)(?P<whole>\d+(?:_\d+)*)?(?:\.(?P<part>(?:\d+(?:_\d+)*)?))?(?:[eEdD](?P<power>[+-]?\d+))?\s*",
    re.ASCII,
)
_LEADING_INTEGER = re.compile(r"\s*([+-]?\d+(?:_\d+)*)", re.ASCII)
WIDE = Context(prec=100)  # of numeric columns, which have more digits than a Decimal by default
_LEADING_NUMBER = re.compile(r"\s*([+-]?\d+(?:_\d+)*(?:\.\d+(?:_\d+)*)?(?:[eE][+-]?\d+)?)", re.ASCII)
_NUMBER = re.compile(r"\s*[+-]?(?:\d+(?:\.\d*)?|\.\d+)(?:[eE][+-]?\d+)?\s*", re.ASCII)


def text(value: Any) -> str | None:
    if value is None or isinstance(value, str):
        return value
    if isinstance(value, bool):
        return "t" if value else "f"
    return str(value)


def choice(value: Any) -> str | None:
    """Of an enumeration, in which a blank is null."""
    found = text(value)
    return None if blank(found) else found


def boolean(value: Any) -> bool | None:
    """Any text but the words for false is true, and so are "no" and "yes"; "" is null."""
    if value is None or value == "":
        return None
    if isinstance(value, str):
        return value not in _FALSE_WORDS
    return value is not False and value != 0


def integer(value: Any) -> int | None:
    """A fraction is cut, text is read up to its first odd character. Beyond a bigint Lago crashes."""
    number = _integer(value)
    if number is not None and not -_BIGINT <= number < _BIGINT:
        raise crash()
    return number


def _integer(value: Any) -> int | None:
    if value is None or value == "":
        return None
    if isinstance(value, str):
        found = _LEADING_INTEGER.match(value)
        return int(found[1]) if found else 0
    return int(value)


def floating(value: Any) -> float | None:
    """Lago's float columns: a tax's rate and a plan's trial_period."""
    if value is None or value == "":
        return None
    return float(_leading_number(value))


def exact(places: int, digits: int) -> Cast:
    """The cast of a decimal column of `digits` digits, `places` of them behind the point; beyond it Lago crashes."""
    step = Decimal(1).scaleb(-places)
    bound = Decimal(10) ** (digits - places)

    def cast(value: Any) -> str | None:
        if value is None or value == "":
            return None
        number = Decimal(_leading_number(value))
        if abs(number) >= bound:
            raise crash()
        return plain(number.quantize(step, ROUND_HALF_UP, WIDE))

    return cast


def _leading_number(value: Any) -> str:
    if isinstance(value, str):
        found = _LEADING_NUMBER.match(value)
        return found[1].replace("_", "") if found else "0"
    return str(int(value)) if isinstance(value, bool) else repr(value)


def is_number(value: Any) -> bool:
    """Lago's numericality check, on what was sent rather than on what the column made of it."""
    if isinstance(value, bool) or value is None:
        return False
    return not isinstance(value, str) or _NUMBER.fullmatch(value) is not None


def plain(number: Decimal) -> str:
    """The text of a decimal column: no exponent, no closing zeros, at least one decimal."""
    digits = f"{number:f}"
    whole, _, part = digits.partition(".")
    return f"{whole}.{part.rstrip('0') or '0'}"


def amount(value: Any) -> Decimal | None:
    """A price in properties, None unless it is text that Lago takes for a number; it may be negative."""
    if not isinstance(value, str):
        return None
    found = _DECIMAL.fullmatch(value)
    if found is None or not (found["whole"] or found["part"]):
        return None
    digits = f"{found['sign']}{found['whole'] or '0'}.{found['part'] or '0'}".replace("_", "")
    return Decimal(f"{digits}e{found['power'] or 0}")


def is_price(value: Any) -> bool:
    """Whether Lago accepts it where a price, rate or fee that isn't negative belongs."""
    number = amount(value)
    return number is not None and number >= 0


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


def assigned(params: Mapping[str, Any], casts: Mapping[str, Cast]) -> Doc:
    """The cast values of those keys that were sent: what is absent stays as it was."""
    return {name: cast(params[name]) for name, cast in casts.items() if name in params}


def blank(value: Any) -> bool:
    """Ruby's notion of it: nothing, false, only white space."""
    return value is None or value is False or value in ([], {}) or (isinstance(value, str) and not value.strip())
