"""Characters not allowed in manifests: they are invisible, and YAML readers disagree about them."""

import re
from collections.abc import Iterable, Iterator
from typing import Any

from lago_gitops.core.model.problem import Mark, Problem
from lago_gitops.core.validation.manifest import Manifest

# YAML's printable characters, except the line breaks that only YAML 1.1 has, and byte order marks.
_REFUSED = re.compile("[^\t\n\r -~\xa0-\u2027\u202a-\ud7ff\ue000-\ufefe\uff00-\ufffd\U00010000-\U0010ffff]")
_CONTROLS = bytes(set(range(32)) - set(b"\t\n\r")) + b"\x7f"
_LINE_BREAK = re.compile("\r\n|\n|\r")
_ZERO_ESCAPE = re.compile(r"\\(?:0|x00|u0000|U00000000)")
_NAMES = {
    "\0": "a NUL character",
    "\x85": "a next-line character",
    "\u2028": "a line separator",
    "\u2029": "a paragraph separator",
    "\ufeff": "a byte order mark",
}


def character_problems(source: str, text: str) -> tuple[Problem, ...]:
    """One problem for the first forbidden character: a binary file has thousands."""
    if text.isascii() and len(raw := text.encode()) == len(raw.translate(None, _CONTROLS)):
        return ()
    match = _REFUSED.search(text)
    if match is None:
        return ()
    character = match[0]
    name = _NAMES.get(character, "a control character")
    escape = f"\\x{ord(character):02x}" if ord(character) < 256 else f"\\u{ord(character):04x}"
    hint = "remove it" if character == "\0" else f'remove it; if it is meant, write "{escape}" in double quotes'
    return (Problem(mark_at(source, text, match.start()), f"{name} (U+{ord(character):04X}) is not allowed", hint),)


def mark_at(source: str, text: str, index: int) -> Mark:
    """The position of the character at `index`, with lines counted as in editors."""
    breaks = list(_LINE_BREAK.finditer(text, 0, index))
    return Mark(source, len(breaks) + 1, index - (breaks[-1].end() if breaks else 0) + 1)


def zero_bytes(text: str, manifests: Iterable[Manifest]) -> Iterator[Problem]:
    """Problems for strings with a zero byte, which YAML can express and Lago answers with 500."""
    if _ZERO_ESCAPE.search(text):
        for manifest in manifests:
            for path in _with_zero(manifest.data, ()):
                hint = "remove the \\0; in single quotes it is not an escape"
                yield Problem(manifest.mark(path), "text with a zero byte, which Lago can't store", hint)


def _with_zero(value: Any, path: tuple[str | int, ...]) -> Iterator[tuple[str | int, ...]]:
    if isinstance(value, str) and "\0" in value:
        yield path
    if isinstance(value, dict | list):
        for step, inner in value.items() if isinstance(value, dict) else enumerate(value):
            if isinstance(step, str) and "\0" in step:
                yield (*path, step)
            yield from _with_zero(inner, (*path, step))
