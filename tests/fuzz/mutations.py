"""Small harm done to plain data and to text, the same for the same random numbers."""

from collections.abc import Iterator
from random import Random
from typing import Any

ODD_TEXTS = (
    "",
    " ",
    ".",
    "..",
    "a/b",
    "null",
    "0",
    "-1",
    "1e400",
    "NaN",
    "2026-13-45",
    "\x1b[31m\x07",
    "\u202e\u2066",
    "x" * 5000,
    "https://u:p@h.example/services/T0AB12CD34?token='abc\"def",
    "{{ 7 * 7 }}",
    "日本語 😀",
    "\x00",
    "🏴\u200d☠️\n---\nkind: tax",
)
ODD_VALUES = (None, True, False, 0, -1, 1, 2**63, 10**30, 0.1, -0.0, 1e308, [], {}, [None], [[]], {"": ""}, [{}])
INDICATORS = "{}[]:,-'\"&*!|>#%@`\t\n\\ "  # of YAML
MISSING = object()


def paths(value: Any, path: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    """The way to each value in a document, its own first."""
    yield path
    children = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for key, child in children:
        yield from paths(child, (*path, key))


def mutated(document: Any, random: Random) -> Any:
    """The document with one value of it gone, doubled, or another one."""
    way = random.choice(list(paths(document)))
    return with_value(document, way, _harm(at(document, way), random))


def at(document: Any, way: tuple[Any, ...]) -> Any:
    for key in way:
        document = document[key]
    return document


def with_value(document: Any, way: tuple[Any, ...], value: Any) -> Any:
    """A copy with another value at the end of the way; MISSING takes out what is there."""
    if not way:
        return None if value is MISSING else value
    key, *rest = way
    inner = value if not rest else with_value(document[key], tuple(rest), value)
    if isinstance(document, dict):
        return {
            name: inner if name == key else old for name, old in document.items() if name != key or inner is not MISSING
        }
    return [
        inner if index == key else old for index, old in enumerate(document) if index != key or inner is not MISSING
    ]


def _harm(value: Any, random: Random) -> Any:
    match random.randrange(7):
        case 0:
            return MISSING
        case 1 | 2:
            return random.choice(ODD_VALUES)
        case 3 | 4:
            return random.choice(ODD_TEXTS)
        case 5 if isinstance(value, list) and value:
            return [*value, random.choice(value)]
        case 5 if isinstance(value, dict) and len(value) > 1:
            one, other = random.sample(sorted(value), 2)
            return {**value, one: value[other]}
        case 6 if isinstance(value, str) and value:
            return scribbled(value, random)
        case _:
            return [value] if random.random() < 0.5 else {"a": value}


def scribbled(text: str, random: Random) -> str:
    """Text with a few characters gone, doubled, swapped with others, or foreign."""
    for _ in range(random.randint(1, 4)):
        start = random.randrange(len(text) + 1)
        end = min(len(text), start + random.choice((0, 1, 1, 2, 8, 40)))
        put = random.choice(
            ("", "", text[start:end] * 2, random.choice(ODD_TEXTS), random.choice("{}[]:,-'\"&*!|>#%@`\t\n\\ "))
        )
        text = text[:start] + put + text[end:]
    return text
