"""Values of fields for people."""

import re
from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from lago_gitops.core.model.scalars import plain

LONGEST = 100  # characters of one value on a line
NUMBER = re.compile(r"-?(0|[1-9][0-9]*)(\.[0-9]+)?", re.ASCII)  # exact numbers are strings


def shown(value: Any) -> str:
    """One value on one line: numbers plain, strings quoted, None as `null`."""
    match value:
        case Decimal():
            return plain(value)
        case None:
            return "null"
        case bool():
            return str(value).lower()
        case int() | float():
            return str(value)
        case str():
            return value if NUMBER.fullmatch(value) else cut(_quoted(value))
        case Mapping():
            return cut("{" + ", ".join(f"{_key(key)}: {shown(item)}" for key, item in value.items()) + "}")
        case _:
            return cut("[" + ", ".join(shown(item) for item in value) + "]")


def printable(text: str) -> str:
    """Text without control characters, which could manipulate a terminal."""
    if text.isprintable():
        return text
    return "".join(character if character.isprintable() else "�" for character in text)


def _quoted(text: str) -> str:
    escaped = text.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n")
    return f'"{printable(escaped)}"'


def _key(key: Any) -> str:
    return printable(key) if isinstance(key, str) else shown(key)


def cut(text: str) -> str:
    """A value that fits on a line."""
    return text if len(text) <= LONGEST else text[: LONGEST - 1] + "…"
