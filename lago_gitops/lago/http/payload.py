"""JSON with exact numbers, in both directions."""

import json
import re
from decimal import Decimal
from typing import Any, NoReturn

JsonObject = dict[str, Any]
MOST_DIGITS = 1000  # written out: an exponent multiplies them
_SURROGATE = re.compile(rb"\\u[dD][89a-fA-F]")  # maybe half of a pair: checked only then


def encode(body: object) -> bytes:
    """UTF-8 JSON in which a Decimal is a number with exactly its digits.

    Raises ValueError for NaN and infinities, and TypeError for what JSON can't represent.
    """
    try:
        text = _ENCODE(body)
    except _DecimalFoundError:  # rare, so the fast encoder is tried first
        text = _text(body)
    return text.encode()


def decode(content: bytes) -> object:
    """The JSON value, with fractions as Decimals.

    Raises ValueError if it isn't JSON, or has something that can't be written: a lone surrogate, or a
    number with more digits than MOST_DIGITS.
    """
    try:
        value = _DECODE(content.decode("utf-8-sig"))
        if _SURROGATE.search(content):
            json.dumps(value, ensure_ascii=False, default=str).encode()
    except RecursionError:
        raise ValueError("nested too deeply") from None
    return value


def _decimal(digits: str) -> Decimal:
    number = Decimal(digits)
    if abs(number.adjusted()) > MOST_DIGITS:
        raise ValueError(f"a number of more than {MOST_DIGITS} digits")
    return number


class _DecimalFoundError(Exception):
    """The fast encoder found a Decimal, which it can't encode exactly."""


def _refuse(value: object) -> NoReturn:
    if isinstance(value, Decimal):
        raise _DecimalFoundError
    raise TypeError(f"JSON can't represent {type(value).__name__}")


def _refuse_constant(name: str) -> NoReturn:
    raise ValueError(f"{name} is not JSON")


# Made once: for a small body that takes as long as the work itself.
_ENCODE = json.JSONEncoder(default=_refuse, allow_nan=False, ensure_ascii=False, separators=(",", ":")).encode
_DECODE = json.JSONDecoder(parse_float=_decimal, parse_constant=_refuse_constant).decode


def _text(value: object) -> str:
    match value:
        case Decimal():
            return _number(value)
        case dict():
            return "{" + ",".join(f"{_key(key)}:{_text(item)}" for key, item in value.items()) + "}"
        case list() | tuple():
            return "[" + ",".join(map(_text, value)) + "]"
        case _:
            return json.dumps(value, allow_nan=False, ensure_ascii=False)


def _number(value: Decimal) -> str:
    if not value.is_finite():
        raise ValueError(f"JSON has no number {value}")
    return str(value)


def _key(key: object) -> str:
    if not isinstance(key, str):
        raise TypeError(f"a JSON key is a text, not {key!r}")
    return json.dumps(key, ensure_ascii=False)
