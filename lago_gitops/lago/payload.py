"""JSON with exact numbers, in both directions."""

import json
from decimal import Decimal
from typing import Any, NoReturn

JsonObject = dict[str, Any]


def encode(body: object) -> bytes:
    """UTF-8 JSON in which a Decimal is a number with exactly its own digits.

    Raises ValueError for NaN and infinities, TypeError for what JSON has no form for.
    """
    try:
        text = json.dumps(body, default=_refuse, allow_nan=False, ensure_ascii=False, separators=(",", ":"))
    except _DecimalFoundError:  # rare, so that the fast encoder gets the first try
        text = _text(body)
    return text.encode()


def decode(content: bytes) -> object:
    """What `content` says, with fractions as Decimals. Raises ValueError when it isn't JSON."""
    try:
        return json.loads(content, parse_float=Decimal, parse_constant=_refuse_constant)
    except RecursionError:
        raise ValueError("nested too deeply") from None


class _DecimalFoundError(Exception):
    """The fast encoder met a number that it has no digits for."""


def _refuse(value: object) -> NoReturn:
    if isinstance(value, Decimal):
        raise _DecimalFoundError
    raise TypeError(f"JSON has no form for {type(value).__name__}")


def _refuse_constant(name: str) -> NoReturn:
    raise ValueError(f"{name} is not JSON")


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
