"""Data as JSON that people can read, at once or piece by piece."""

import json
from collections.abc import Iterable, Iterator
from textwrap import indent
from typing import Any


def dump(value: Any) -> str:
    """Readable JSON. Control characters are escaped; they can only occur in strings."""
    lines = json.dumps(value, indent=2, ensure_ascii=False).split("\n")
    return "\n".join(line if line.isprintable() else _escaped(line) for line in lines)


def dump_long(head: Any, name: str, items: Iterable[Any]) -> Iterator[str]:
    """Like `dump`, for an object whose last value is a list too long for memory; yields texts to print as lines."""
    yield dump(head).removesuffix("\n}") + f",\n  {json.dumps(name)}: ["
    held = ""
    for item in items:
        if held:
            yield f"{held},"
        held = indent(dump(item), "    ")
    yield f"{held}\n  ]\n}}" if held else "  ]\n}"


def _escaped(line: str) -> str:
    return "".join(character if character.isprintable() else json.dumps(character)[1:-1] for character in line)
