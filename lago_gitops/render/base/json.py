"""Data as JSON that people can read, at once or piece by piece."""

import json
from collections.abc import Iterable, Iterator
from textwrap import indent
from typing import Any

_PLAIN = bytes(range(ord(" "), ord("~") + 1)) + b"\n"
"""What most of a document consists of, and does nothing to a terminal."""


def dump(value: Any) -> str:
    """Readable JSON, with two blanks for each level. Control characters are escaped; they can only occur in strings."""
    encoded = _encoded(value)
    text, others = _decoded(encoded), set(_decoded(encoded.translate(None, _PLAIN)))
    escapes = {ord(one): json.dumps(one)[1:-1] for one in others if not one.isprintable()}
    return text.translate(escapes) if escapes else text


def dump_long(head: Any, name: str, items: Iterable[Any]) -> Iterator[str]:
    """Like `dump`, for an object whose last value is a list too long for memory; yields texts to print as lines."""
    yield dump(head).removesuffix("\n}") + f",\n  {json.dumps(name)}: ["
    held = ""
    for item in items:
        if held:
            yield f"{held},"
        held = indent(dump(item), "    ")
    yield f"{held}\n  ]\n}}" if held else "  ]\n}"


def _encoded(value: Any) -> bytes:
    """As UTF-8, with halves of surrogate pairs."""
    import orjson  # most commands write no JSON

    try:
        return orjson.dumps(value, option=orjson.OPT_INDENT_2)
    except orjson.JSONEncodeError:  # which has no such halves, and no integers of more than 64 bits
        return json.dumps(value, indent=2, ensure_ascii=False).encode("utf-8", "surrogatepass")


def _decoded(encoded: bytes) -> str:
    return encoded.decode("utf-8", "surrogatepass")
