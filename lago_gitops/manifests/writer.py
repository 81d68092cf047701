"""Plain data → canonical YAML, which YAML 1.1 and 1.2 readers read alike."""

import re
from collections.abc import Iterable, Mapping
from decimal import Decimal
from typing import Any

WIDTH = 120
INDENT = "  "

_LONGEST_KEY = 1000  # a longer one needs the "? " form, since parsers look ahead 1,024 characters for the colon
_QUOTED_WORDS = frozenset({"y", "n", "yes", "no", "on", "off", "true", "false", "null"})  # in any case: YAML 1.1
_PLAIN_START = re.compile(r"[^\W\d]|/")
_NOT_PLAIN = re.compile(r":(?: |$)| #| $")
_NOT_PLAIN_IN_FLOW = re.compile(r"[,\[\]{}:?]")
_ESCAPES = {'"': '\\"', "\\": "\\\\", "\n": "\\n", "\t": "\\t", "\r": "\\r", "\0": "\\0", "\x1b": "\\e"}


def write(data: Mapping[str, Any], *, schema_url: str | None = None) -> str:
    """One document, its keys in the order in which they come; `schema_url` tells editors how to check it.

    Short lists of scalars stand on one line, and so do short mappings of scalars inside of a list. Text is quoted only
    where readers could take it for something else. Raises ValueError for numbers that JSON hasn't got, TypeError for
    anything but dict, list, str, int, Decimal, bool and None.
    """
    modeline = [f"# yaml-language-server: $schema={schema_url}"] if schema_url else []
    return "\n".join([*modeline, *(_mapping(data, 0) if data else ["{}"]), ""])


def write_all(documents: Iterable[Mapping[str, Any]], *, schema_url: str | None = None) -> str:
    """Several documents of one file, a line of dashes between them."""
    return "---\n".join(write(document, schema_url=schema_url) for document in documents)


def _mapping(data: Mapping[str, Any], depth: int) -> list[str]:
    return [line for key, value in data.items() for line in _entry(key, value, depth)]


def _entry(key: str, value: Any, depth: int) -> list[str]:
    """The lines of one key and its value."""
    if not isinstance(key, str):
        raise TypeError(f"keys are text, not {key!r}")
    indent, name = INDENT * depth, _text(key, is_flow=True)
    if len(name) > _LONGEST_KEY:
        return [f"{indent}? {name}", *_after(f"{indent}:", value, depth)]
    return _after(f"{indent}{name}:", value, depth)


def _after(start: str, value: Any, depth: int) -> list[str]:
    """A value after the key that `start` ends with: beside it, or below."""
    beside = _beside(value, len(start) + 1, depth)
    if beside is not None:
        return [f"{start} {beside}"]
    return [start, *(_mapping(value, depth + 1) if isinstance(value, dict) else _list(value, depth + 1))]


def _list(items: list[Any], depth: int) -> list[str]:
    return [line for item in items for line in _item(item, depth)]


def _item(item: Any, depth: int) -> list[str]:
    """The lines of one item, its dash included. Nested lines stand two blanks to the right, as after a key."""
    start = INDENT * depth + "- "
    beside = _item_beside(item, len(start), depth)
    if beside is not None:
        return [start + beside]
    lines = _mapping(item, depth + 1) if isinstance(item, dict) else _list(item, depth + 1)
    return [start + lines[0][len(start) :], *lines[1:]]


def _beside(value: Any, column: int, depth: int) -> str | None:
    """The value on the line of its key; None for what goes below it."""
    if isinstance(value, dict):
        return None if value else "{}"
    if isinstance(value, list):
        return _flow_list(value, column)
    if isinstance(value, str) and _fits_block(value):
        return _block(value, depth + 1)
    return _scalar(value, is_flow=False)


def _item_beside(item: Any, column: int, depth: int) -> str | None:
    if isinstance(item, dict) and item:
        return _flow_mapping(item, column)
    return _beside(item, column, depth)


def _flow_list(items: list[Any], column: int) -> str | None:
    if any(isinstance(item, dict | list) for item in items):
        return None
    line = f"[{', '.join(_scalar(item, is_flow=True) for item in items)}]"
    return line if column + len(line) <= WIDTH or not items else None


def _flow_mapping(data: Mapping[str, Any], column: int) -> str | None:
    if any(isinstance(value, dict | list) for value in data.values()):
        return None
    pairs = (f"{_text(key, is_flow=True)}: {_scalar(value, is_flow=True)}" for key, value in data.items())
    line = f"{{{', '.join(pairs)}}}"
    return line if column + len(line) <= WIDTH else None


def _scalar(value: Any, *, is_flow: bool) -> str:
    match value:
        case None:
            return "null"
        case bool():
            return "true" if value else "false"
        case int():
            return str(value)
        case Decimal():
            return _number(value)
        case str():
            return _text(value, is_flow=is_flow)
    raise TypeError(f"{type(value).__name__} has no place in a manifest: {value!r}")


def _number(value: Decimal) -> str:
    """Digits without an exponent: 1e3 is text to YAML 1.1."""
    if not value.is_finite():
        raise ValueError(f"{value} is no number that a manifest can have")
    return format(value, "f")


def _text(text: str, *, is_flow: bool) -> str:
    return text if _is_plain(text) and not (is_flow and _NOT_PLAIN_IN_FLOW.search(text)) else _quoted(text)


def _is_plain(text: str) -> bool:
    """Whether all readers take the bare text for this very text."""
    return (
        _PLAIN_START.match(text) is not None
        and text.isprintable()
        and text.lower() not in _QUOTED_WORDS
        and _NOT_PLAIN.search(text) is None
    )


def _quoted(text: str) -> str:
    return '"' + "".join(map(_escaped, text)) + '"'


def _escaped(character: str) -> str:
    if character in _ESCAPES:
        return _ESCAPES[character]
    if character.isprintable():
        return character
    code = ord(character)
    return f"\\x{code:02x}" if code < 0x100 else f"\\u{code:04x}" if code < 0x10000 else f"\\U{code:08x}"


def _fits_block(text: str) -> bool:
    """Whether the text reads best, and safely, as lines below a bar: several lines without invisible characters."""
    lines = text.removesuffix("\n").split("\n")
    return (
        len(lines) > 1
        and all(line.isprintable() and line == line.rstrip() for line in lines)
        and lines[0] == lines[0].lstrip() != ""
        and lines[-1] != ""
    )


def _block(text: str, depth: int) -> str:
    lines = [INDENT * depth + line if line else "" for line in text.removesuffix("\n").split("\n")]
    return "\n".join(["|" if text.endswith("\n") else "|-", *lines])
