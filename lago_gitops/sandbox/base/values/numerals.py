"""Numbers as texts: what Lago accepts, and how it shows a decimal column."""

import re
from decimal import Decimal
from typing import Any

_DECIMAL = re.compile(
    r"\s*(?P<sign>[+-]?)(?P<whole>\d+(?:_\d+)*)?(?:\.(?P<part>(?:\d+(?:_\d+)*)?))?(?:[eEdD](?P<power>[+-]?\d+))?\s*",
    re.ASCII,
)
_NUMBER = re.compile(r"\s*[+-]?(?:\d+(?:\.\d*)?|\.\d+)(?:[eE][+-]?\d+)?\s*", re.ASCII)


def is_number(value: Any) -> bool:
    """Lago's numericality check, on the value as sent, before the column's cast."""
    if isinstance(value, bool) or value is None:
        return False
    return not isinstance(value, str) or _NUMBER.fullmatch(value) is not None


def plain(number: Decimal) -> str:
    """The text of a decimal column: no exponent, no trailing zeros, at least one decimal place."""
    digits = f"{number:f}"
    whole, _, part = digits.partition(".")
    return f"{whole}.{part.rstrip('0') or '0'}"


def amount(value: Any) -> Decimal | None:
    """A price in properties, possibly negative; None unless it is a text that Lago accepts as a number."""
    if not isinstance(value, str):
        return None
    match = _DECIMAL.fullmatch(value)
    if match is None or not (match["whole"] or match["part"]):
        return None
    digits = f"{match['sign']}{match['whole'] or '0'}.{match['part'] or '0'}".replace("_", "")
    return Decimal(f"{digits}e{match['power'] or 0}")


def is_price(value: Any) -> bool:
    """Whether Lago accepts it as a price, rate or fee that can't be negative."""
    number = amount(value)
    return number is not None and number >= 0
