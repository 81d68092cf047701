"""A fast path for documents with one entry per line, as most are: takes a third of the parser's time.

Anything that could be ambiguous is left to the parser: anchors, tags, multi-line texts, oddly written
numbers, and every mistake, so problems are reported in one place. The result is the same as the parser's.
"""

import re
from array import array
from collections.abc import Iterable, Iterator
from functools import lru_cache
from typing import Any, NamedTuple

from lago_gitops.core.validation.manifest import LINE_SHIFT
from lago_gitops.manifests.limits import MAX_DEPTH
from lago_gitops.manifests.reading.scalars import Odd, resolved

Document = tuple[dict[str, Any], "array[int]"]

_LINES_KEPT = 1024  # files repeat their lines
_LONGEST = 1000  # characters of a line: parsers look no further for the colon of a key
_DASHES = "---"  # between two documents

_KEY = r"[A-Za-z_][A-Za-z0-9_-]{0,99}"
_QUOTED = r""" "[^"\\]*" | '[^']*' """
_FIRST = r"(?: \w | [./(+] | -(?=[\w.]) )"
_PLAIN = rf"{_FIRST} (?: [^\ :]++ | :(?=[^\ ]) | \ ++(?=[^\ \#]) )*+"
_FLOW_PLAIN = rf"{_FIRST} [^\ :\#,?\[\]{{}}\"']*+ (?: \ ++[^\ :\#,?\[\]{{}}\"']++ )*+"
_IN_FLOW = rf"(?: {_QUOTED} | {_FLOW_PLAIN} )"
_LIST = rf"\[\ *+ (?: {_IN_FLOW} (?: \ *+,\ *+ {_IN_FLOW} )*+ )?+ \ *+\]"
_PAIR = rf"{_KEY}: \ ++ {_IN_FLOW}"
_MAPPING = rf"\{{\ *+ (?: {_PAIR} (?: \ *+,\ *+ {_PAIR} )*+ )?+ \ *+\}}"

_LINE = re.compile(
    rf"""(\ *+) (?:
        (-\ )? (?: ({_KEY}) : (?=\ |$) \ *+ )? ( {_QUOTED} | {_LIST} | {_MAPPING} | {_PLAIN} )? \ *+
    )? (?: (?:^|(?<=\ )) \#.*+ )?""",
    re.VERBOSE,
)
_ITEMS = re.compile(_IN_FLOW, re.VERBOSE)
_PAIRS = re.compile(rf"({_KEY}): \ ++ ({_IN_FLOW})", re.VERBOSE)


class _Unsure(Exception):  # noqa: N818 - not an error: the parser reads the text
    """A line could mean something else than it seems."""


class _Line(NamedTuple):
    """The content of one line; `column` is that of its key or value, after the dash if it `is_item`.

    `places` are the columns of the values in its brackets; None if it has none.
    """

    indent: int
    column: int
    is_item: bool
    key: str
    has_value: bool
    value: Any
    places: tuple[int, ...] | None


def documents_by_line(text: str) -> tuple[Document, ...] | None:
    """The mappings of all documents and their slots; None if the parser has to read the text.

    The text must have only characters allowed in manifests.
    """
    if "\t" in text or "\r" in text:
        return None
    try:
        return tuple(_documents(text.split("\n")))
    except _Unsure:
        return None


def _documents(lines: Iterable[str]) -> Iterator[Document]:
    document = _Document()
    for number, text in enumerate(lines):
        if text == _DASHES:
            yield from document.ended()
            document = _Document()
        elif (line := _line(text)) is not None:
            document.add(number << LINE_SHIFT, line)
    yield from document.ended()


class _Document:
    """A document being read: the innermost open mapping or list, and those around it.

    `_waiting` is a key whose value may begin on the next line.
    """

    __slots__ = ("_column", "_container", "_is_list", "_outer", "_root", "_size_slot", "_slots", "_waiting")

    def __init__(self) -> None:
        self._root: dict[str, Any] = {}
        self._slots = array("Q")
        self._outer: list[tuple[Any, bool, int, int]] = []
        self._container: Any = self._root
        self._is_list, self._column, self._size_slot = False, 0, 1
        self._waiting = ""

    def add(self, place: int, line: _Line) -> None:
        """Add a line; `place` is the position of its first column. Raises _Unsure."""
        indent, column, is_item, key, has_value, value, places = line
        slots = self._slots
        if not slots:
            slots.extend((place, 0))
        elif self._waiting and (indent > self._column or (is_item and indent == self._column)):
            self._open([] if is_item else {}, indent)
        else:
            while indent < self._column or (self._is_list and not is_item):
                self._close()
        if indent != self._column or is_item is not self._is_list:
            raise _Unsure
        self._waiting = ""
        slots.append(place | column)
        if is_item and key:
            self._open({}, column)
            slots.append(place | column)
        if places is not None:
            slots.append(len(places) + 2)
            slots.extend([place | each for each in places])
        if not key:
            self._container.append(value)
        elif key in self._container:
            raise _Unsure
        else:
            self._container[key] = value
            self._waiting = "" if has_value else key

    def ended(self) -> Iterator[Document]:
        """The document, if there is one."""
        while self._outer:
            self._close()
        if self._slots:
            self._slots[1] = len(self._slots)
            yield self._root, self._slots

    def _open(self, value: Any, column: int) -> None:
        """Begin a mapping or list inside the innermost open one."""
        if len(self._outer) + 3 > MAX_DEPTH:
            raise _Unsure
        self._outer.append((self._container, self._is_list, self._column, self._size_slot))
        if self._is_list:
            self._container.append(value)
        else:
            self._container[self._waiting] = value
        self._container, self._is_list = value, isinstance(value, list)
        self._column, self._size_slot = column, len(self._slots)
        self._slots.append(0)

    def _close(self) -> None:
        if not self._outer:
            raise _Unsure
        self._slots[self._size_slot] = len(self._slots) - self._size_slot + 1
        self._container, self._is_list, self._column, self._size_slot = self._outer.pop()


@lru_cache(_LINES_KEPT)
def _line(text: str) -> _Line | None:
    """The content of a line; None for an empty one. Raises _Unsure."""
    match = _LINE.fullmatch(text) if len(text) <= _LONGEST else None
    if match is None:
        raise _Unsure
    indent, dash, key, value = match.groups()
    if not key and bool(dash) is not bool(value):
        raise _Unsure
    if not key and not value:
        return None
    column = len(indent) + len(dash or "")
    read, places = _value(value, match.start(4)) if value else (None, None)
    return _Line(len(indent), column, bool(dash), _name(key) if key else "", bool(value), read, places)


def _value(text: str, column: int) -> tuple[Any, tuple[int, ...] | None]:
    if text[0] == "[":
        items = tuple(_ITEMS.finditer(text, 1))
        return [_scalar(item[0]) for item in items], tuple(column + item.start() for item in items)
    if text[0] == "{":
        pairs = tuple(_PAIRS.finditer(text, 1))
        mapping = {_name(pair[1]): _scalar(pair[2]) for pair in pairs}
        if len(mapping) < len(pairs):
            raise _Unsure
        return mapping, tuple(column + pair.start() for pair in pairs)
    return _scalar(text), None


def _name(key: str) -> str:
    name = resolved(key)
    if not isinstance(name, str):
        raise _Unsure
    return name


def _scalar(text: str) -> Any:
    if text[0] in "\"'":
        return text[1:-1]
    value = resolved(text)
    if isinstance(value, Odd):
        raise _Unsure
    return value
