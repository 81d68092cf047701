"""Data as JSON that people can read, at once or piece by piece."""

import json
from collections.abc import Iterable, Iterator
from textwrap import indent
from typing import Any


def dump(value: Any) -> str:
    """JSON as people can still read it. What would do something to a terminal is escaped: it can only be in a text."""
    lines = json.dumps(value, indent=2, ensure_ascii=False).split("\n")
    return "\n".join(line if line.isprintable() else _escaped(line) for line in lines)


def dump_long(head: Any, name: str, items: Iterable[Any]) -> Iterator[str]:
    """As `dump`, of an object whose last value is a list too long to be held; in texts that are lines when printed."""
    yield dump(head).removesuffix("\n}") + f",\n  {json.dumps(name)}: ["
    held = ""
    for item in items:
        if held:
            yield f"{held},"
        held = indent(dump(item), "    ")
    yield f"{held}\n  ]\n}}" if held else "  ]\n}"


def _escaped(line: str) -> str:
    return "".join(character if character.isprintable() else json.dumps(character)[1:-1] for character in line)
