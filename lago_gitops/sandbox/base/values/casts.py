"""How Lago's columns read the values in a request."""

import re
from collections.abc import Callable, Mapping
from decimal import ROUND_HALF_UP, Context, Decimal
from typing import Any

from lago_gitops.sandbox.base.doc import Doc
from lago_gitops.sandbox.base.errors import crash
from lago_gitops.sandbox.base.values.numerals import plain

Cast = Callable[[Any], Any]
_FALSE_WORDS = frozenset({"0", "f", "F", "false", "FALSE", "off", "OFF"})
_BIGINT = 2**63
_LEADING_INTEGER = re.compile(r"\s*([+-]?\d+(?:_\d+)*)", re.ASCII)
WIDE = Context(prec=100)  # numeric columns have more digits than a Decimal by default
_LEADING_NUMBER = re.compile(r"\s*([+-]?\d+(?:_\d+)*(?:\.\d+(?:_\d+)*)?(?:[eE][+-]?\d+)?)", re.ASCII)


def text(value: Any) -> str | None:
    if value is None or isinstance(value, str):
        return value
    if isinstance(value, bool):
        return "t" if value else "f"
    return str(value)


def choice(value: Any) -> str | None:
    """A value of an enumeration; blank is null."""
    word = text(value)
    return None if blank(word) else word


def boolean(value: Any) -> bool | None:
    """Any text except the words for false is true, even "no"; "" is null."""
    if value is None or value == "":
        return None
    if isinstance(value, str):
        return value not in _FALSE_WORDS
    return value is not False and value != 0


def integer(value: Any) -> int | None:
    """Truncates a fraction, and reads text up to the first non-digit. Lago crashes beyond a bigint."""
    number = _integer(value)
    if number is not None and not -_BIGINT <= number < _BIGINT:
        raise crash()
    return number


def _integer(value: Any) -> int | None:
    if value is None or value == "":
        return None
    if isinstance(value, str):
        match = _LEADING_INTEGER.match(value)
        return int(match[1]) if match else 0
    return int(value)


def floating(value: Any) -> float | None:
    """Lago's float columns: a tax's rate and a plan's trial_period."""
    if value is None or value == "":
        return None
    return float(_leading_number(value))


def exact(places: int, digits: int) -> Cast:
    """The cast of a decimal column with `digits` digits, `places` of them after the point; beyond it Lago crashes."""
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
        match = _LEADING_NUMBER.match(value)
        return match[1].replace("_", "") if match else "0"
    return str(int(value)) if isinstance(value, bool) else repr(value)


def assigned(params: Mapping[str, Any], casts: Mapping[str, Cast]) -> Doc:
    """The cast values of the keys that were sent; an absent key keeps its value."""
    return {name: cast(params[name]) for name, cast in casts.items() if name in params}


def blank(value: Any) -> bool:
    """Blank as in Rails: null, false, empty, or only white space."""
    return value is None or value is False or value in ([], {}) or (isinstance(value, str) and not value.strip())
