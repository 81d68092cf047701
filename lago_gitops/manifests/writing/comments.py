"""The comments of a YAML text, which its parser drops."""

import re
from bisect import bisect_right
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

from yaml.events import ScalarEvent

_COMMENT = re.compile(r"(?<!\S)#[^\n\r]*")
_BLOCK_HEADER = re.compile(r"[|>][-+0-9]*[ \t]*(#[^\n\r]*)?")
_LINE_BREAK = re.compile("\r\n|\n|\r")
_MODELINE = re.compile(r"#\s*(?:yaml-language-server:|\$schema)")


@dataclass(frozen=True, slots=True)
class YamlComment:
    """A comment from its # to the end of its line. `index` is its offset in the text; line and column count from 0."""

    text: str
    index: int
    line: int
    column: int
    is_alone: bool  # on its line


def is_modeline(text: str) -> bool:
    """Whether a comment names the document's schema for editors."""
    return _MODELINE.match(text) is not None


def without_comments(text: str) -> str | None:
    """A text with one entry per line, without its comments and empty lines; None if one of those might not
    keep its position in the layout, above its entry."""
    kept = ["---"]
    loose: list[str] = []
    for line in text.split("\n"):
        if not line or line.lstrip(" ").startswith("#"):
            loose.append(line)
            continue
        if loose and not _stay(loose, kept[-1], line):
            return None
        kept.append(line)
        loose.clear()
    return "\n".join([*kept[1:], ""]) if loose == [""] else None


def _stay(loose: Sequence[str], above: str, below: str) -> bool:
    """Whether comments and empty lines keep their position between two lines: indented like the one below, no two empty
    ones together, and none at the start of something."""
    indent = below[: len(below) - len(below.lstrip(" "))]
    placed = all(not line or (line.startswith(f"{indent}#") and line == line.rstrip()) for line in loose)
    begins = above == "---" or above.endswith(":")
    return placed and below != "---" and not (begins and not loose[0]) and ("", "") not in pairwise(loose)


def comments(text: str, events: Iterable[Any]) -> Iterator[YamlComment]:
    """Yield the comments of `text`, in order: each # that starts a word outside of all scalars."""
    starts = [0, *(comment.end() for comment in _LINE_BREAK.finditer(text))]
    for index, comment in _found(text, events):
        line = bisect_right(starts, index) - 1
        start = starts[line]
        yield YamlComment(comment.rstrip(), index, line, index - start, not text[start:index].strip())


def _found(text: str, events: Iterable[Any]) -> Iterator[tuple[int, str]]:
    position = 0
    for event in events:
        if type(event) is not ScalarEvent:
            continue
        start, end = _range(event)
        if end > start:
            yield from _between(text, position, start)
            position = end
        if event.style in {"|", ">"}:
            yield from _beside_header(text, start)
    yield from _between(text, position, len(text))


def _range(event: Any) -> tuple[int, int]:
    return event.start_mark.index, event.end_mark.index


def _between(text: str, start: int, end: int) -> Iterator[tuple[int, str]]:
    return ((match.start(), match[0]) for match in _COMMENT.finditer(text, start, end))


def _beside_header(text: str, start: int) -> Iterator[tuple[int, str]]:
    header = _BLOCK_HEADER.search(text, start)
    if header and header[1]:
        yield header.start(1), header[1]
