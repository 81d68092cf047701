"""Data as JSON that people can read, at once or piece by piece."""

import json
from collections.abc import Iterable, Iterator
from textwrap import indent
from typing import Any


def dump(value: Any) -> str:
    """Readable JSON, as `json.dumps` lays it out with `indent=2`, in a fourth of the time. Control characters are
    escaped; they can only occur in strings."""
    return "".join(_pieces(value, "\n", _Strings(), _LEVELS))


def dump_long(head: Any, name: str, items: Iterable[Any]) -> Iterator[str]:
    """Like `dump`, for an object whose last value is a list too long for memory; yields texts to print as lines."""
    yield dump(head).removesuffix("\n}") + f",\n  {json.dumps(name)}: ["
    held = ""
    for item in items:
        if held:
            yield f"{held},"
        held = indent(dump(item), "    ")
    yield f"{held}\n  ]\n}}" if held else "  ]\n}"


_LEVELS = 2  # an item of a list of the document: a change


class _Strings(dict[str, str]):
    """Strings as JSON, each written once: a document repeats most of its own."""

    def __missing__(self, text: str) -> str:
        quoted = json.encoder.encode_basestring(text)
        self[text] = written = quoted if quoted.isprintable() else _escaped(quoted)
        return written


def _pieces(value: Any, line: str, strings: _Strings, levels: int) -> Iterator[str]:
    """What `_written` returns, with the items of so many levels by themselves: a long text is copied only once."""
    if not (levels and value and isinstance(value, dict | list | tuple)):
        yield _written(value, line, strings)
        return
    is_object, inner = isinstance(value, dict), f"{line}  "
    before, after = ("{", "}") if is_object else ("[", "]")
    for each in value:
        yield f"{before}{inner}{strings[each]}: " if is_object else f"{before}{inner}"
        yield from _pieces(value[each] if is_object else each, inner, strings, levels - 1)
        before = ","
    yield f"{line}{after}"


def _written(value: Any, line: str, strings: _Strings) -> str:
    """`line` is the line break with the indentation of the value. Most items are strings: of those no call is made."""
    match value:
        case str():
            return strings[value]
        case None:
            return "null"
        case bool():
            return "true" if value else "false"
        case int():
            return int.__repr__(value)
        case dict() if value:
            inner = f"{line}  "
            items = [
                f"{strings[key]}: {strings[item] if type(item) is str else _written(item, inner, strings)}"
                for key, item in value.items()
            ]
            return f"{{{inner}{f',{inner}'.join(items)}{line}}}"
        case list() | tuple() if value:
            inner = f"{line}  "
            return f"[{inner}{f',{inner}'.join([_written(item, inner, strings) for item in value])}{line}]"
        case _:
            return json.dumps(value)


def _escaped(text: str) -> str:
    return "".join(character if character.isprintable() else json.dumps(character)[1:-1] for character in text)
