"""YAML text → trees of values and comments, to be rewritten."""

import re
from collections.abc import Callable
from typing import Any

from yaml.events import (
    AliasEvent,
    MappingEndEvent,
    MappingStartEvent,
    SequenceEndEvent,
    SequenceStartEvent,
    StreamEndEvent,
)

from lago_gitops.manifests.reading.parser import events
from lago_gitops.manifests.reading.scalars import Odd, resolved
from lago_gitops.manifests.writing.comments import YamlComment, comments
from lago_gitops.manifests.writing.layout import Alias, Branch, Entry, Leaf, Node

_ENDS = frozenset({MappingEndEvent, SequenceEndEvent})
_STARTS = frozenset({MappingStartEvent, SequenceStartEvent})
_PENDING = Leaf(None)  # until the value is read


def trees(text: str, noted: list[Any]) -> tuple[Branch, ...]:
    """One tree per document of a readable text, from its events."""
    return _Reader(text.removeprefix("\ufeff"), noted).documents()


def comments_of(text: str) -> list[str]:
    """All comments of a text, in alphabetical order."""
    plain = text.removeprefix("\ufeff")
    return sorted(comment.text for comment in comments(plain, all_events(plain))) if "#" in plain else []


def all_events(text: str) -> list[Any]:
    """The events of a readable text."""
    get_event, noted = events(text), []
    while type(event := get_event()) is not StreamEndEvent:
        noted.append(event)
    return noted


class _Reader:
    """Walks through the events and attaches each comment to its entry.

    A comment beside something belongs to it. One on its own line belongs to the entry below, or to the end of the
    mapping or list above if it is indented like that.
    """

    def __init__(self, text: str, noted: list[Any]) -> None:
        lines = re.split("\r\n|\n|\r", text)
        self._text = text
        self._blank = frozenset(number for number, line in enumerate(lines) if not line.strip())
        self._events = iter(noted)
        self._comments = list(comments(text, noted))[::-1] if "#" in text else []  # in reverse, to pop the next one
        self._latest: tuple[Entry, list[str]] | None = None  # with the comments above it, which may grow
        self._hollow: list[tuple[Entry, Branch]] = []  # empty ones, with comments inside

    def documents(self) -> tuple[Branch, ...]:
        roots = [self._root(event) for event in self._events if type(event) in _STARTS]
        if roots and self._comments:
            foot = [*roots[-1].foot]
            while self._comments:
                self._add(self._comments.pop(), foot)
            roots[-1].foot = foot
        for entry, empty in self._hollow:
            entry.before, empty.foot = [*entry.before, *filter(None, empty.foot)], ()
        return tuple(roots)

    def _root(self, start: Any) -> Branch:
        self._latest = None  # a comment beside the dashes isn't about the previous document
        root = self._branch(start, -1)
        root.anchor = ""  # an alias can't repeat a whole document
        return root

    def _branch(self, start: Any, parent_column: int) -> Branch:
        entries: list[Entry] = []
        is_list, column, foot = type(start) is SequenceStartEvent, start.start_mark.column, list[str]()
        while type(event := next(self._events)) not in _ENDS:
            before: list[str] = []
            if self._comments:
                self._take(event.start_mark.index, before)
            if event.start_mark.line - 1 in self._blank:
                before.append("")
            entry = Entry("", _PENDING, before)
            self._latest = entry, before
            if not is_list:
                entry.key = event.value
                event = next(self._events)
            entry.node = self._node(event, before, column)
            self._latest = entry, before
            if isinstance(entry.node, Branch) and entry.node.foot and not entry.node.entries:
                self._hollow.append((entry, entry.node))
            entries.append(entry)
        if start.flow_style:
            self._take(event.start_mark.index, foot)
        else:
            self._take(
                event.start_mark.index,
                foot,
                lambda comment: comment.column >= column and comment.column > parent_column,
            )
        return Branch(entries, is_list, start.anchor or "", foot)

    def _node(self, event: Any, before: list[str], column: int) -> Node:
        is_branch = type(event) in _STARTS
        if self._comments and (not is_branch or event.flow_style):
            self._take(event.start_mark.index, before)
        if is_branch:
            return self._branch(event, column)
        return self._leaf(event)

    def _leaf(self, event: Any) -> Leaf:
        if type(event) is AliasEvent:
            return Leaf(Alias(str(event.anchor)))
        value = event.value if event.style else resolved(event.value)
        if isinstance(value, Odd):
            if value.message:
                raise ValueError(value.message)
            value = value.value
        return Leaf(value, event.anchor or "", self._folded(event) if event.style == ">" else ())

    def _folded(self, event: Any) -> tuple[str, ...]:
        """The lines of a folded text (`>`) as written, if indenting them doesn't change the text."""
        header, *lines = self._text[event.start_mark.index : event.end_mark.index].splitlines()
        match = re.match(r"(>-?)\s*(?:#|$)", header[header.find(">") :])
        if match is None:
            return ()
        while lines and not lines[-1].strip():
            lines.pop()
        indent = min((len(line) - len(line.lstrip(" ")) for line in lines if line.strip()), default=0)
        return (match[1], *(line[indent:] if line.strip() else "" for line in lines)) if lines else ()

    def _take(self, end: int, own: list[str], belongs: Callable[[YamlComment], bool] = lambda _: True) -> None:
        """Attach comments before `end`: those beside the latest entry to it, those that `belongs` accepts to `own`."""
        while self._comments and self._comments[-1].index < end:
            comment = self._comments[-1]
            if not comment.is_alone and self._latest is not None:
                _add_beside(*self._latest, comment.text)
            elif belongs(comment):
                self._add(comment, own)
            else:
                return
            self._comments.pop()

    def _add(self, comment: YamlComment, own: list[str]) -> None:
        if comment.line - 1 in self._blank:
            own.append("")
        own.append(comment.text)


def _add_beside(entry: Entry, above: list[str], text: str) -> None:
    """Only one fits beside it; others move above."""
    if entry.beside:
        above.append(text)
    else:
        entry.beside = text
