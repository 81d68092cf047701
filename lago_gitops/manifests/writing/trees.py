"""YAML text → trees of values and comments, for those who rewrite it."""

import re
from collections.abc import Callable
from dataclasses import dataclass, field
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
from lago_gitops.manifests.writing.comments import Comment, comments
from lago_gitops.manifests.writing.layout import Alias, Branch, Entry, Leaf

_ENDS = (MappingEndEvent, SequenceEndEvent)
_STARTS = (MappingStartEvent, SequenceStartEvent)


def trees(text: str, found: list[Any]) -> tuple[Branch, ...]:
    """One tree a document, of a text that the reader takes, and its events."""
    return _Reader(text.removeprefix("\ufeff"), found).documents()


def comments_of(text: str) -> list[str]:
    """All comments of a text, in alphabetical order."""
    plain = text.removeprefix("\ufeff")
    return sorted(comment.text for comment in comments(plain, all_events(plain))) if "#" in plain else []


def all_events(text: str) -> list[Any]:
    """The events of a text that the reader takes."""
    get_event, found = events(text), []
    while type(event := get_event()) is not StreamEndEvent:
        found.append(event)
    return found


@dataclass(slots=True)
class _Entry:
    """An entry whose comments are still being found."""

    key: str = ""
    node: "Leaf | _Branch" = field(default_factory=lambda: Leaf(None))
    before: list[str] = field(default_factory=list)
    beside: str = ""

    def add_beside(self, text: str) -> None:
        if self.beside:
            self.before.append(text)
        else:
            self.beside = text

    def done(self) -> Entry:
        node, before = self.node, self.before
        if isinstance(node, _Branch) and not node.entries:
            before = [*before, *filter(None, node.foot)]
            node.foot = []
        return Entry(self.key, node.done() if isinstance(node, _Branch) else node, tuple(before), self.beside)


@dataclass(slots=True)
class _Branch:
    is_list: bool
    anchor: str
    entries: list[_Entry] = field(default_factory=list)
    foot: list[str] = field(default_factory=list)

    def done(self) -> Branch:
        return Branch(tuple(entry.done() for entry in self.entries), self.is_list, self.anchor, tuple(self.foot))


class _Reader:
    """Walks through the events and gives each comment to the entry that it is about.

    A comment beside something belongs to it. One on a line of its own belongs to the entry below, or to the end of the
    mapping or list above when it is indented like that.
    """

    def __init__(self, text: str, found: list[Any]) -> None:
        self._text = text
        self._lines = re.split("\r\n|\n|\r", text)
        self._events = iter(found)
        self._comments = list(comments(text, found))[::-1] if "#" in text else []  # the next one is the last
        self._latest: _Entry | None = None

    def documents(self) -> tuple[Branch, ...]:
        roots = [self._root(event) for event in self._events if type(event) in _STARTS]
        while roots and self._comments:
            self._add(self._comments.pop(), roots[-1].foot)
        return tuple(root.done() for root in roots)

    def _root(self, start: Any) -> _Branch:
        self._latest = None  # what stands beside the dashes isn't about the document before
        root = self._branch(start, -1)
        root.anchor = ""  # no alias can repeat a whole document
        return root

    def _branch(self, start: Any, parent_column: int) -> _Branch:
        branch = _Branch(type(start) is SequenceStartEvent, start.anchor or "")
        column = start.start_mark.column
        while type(event := next(self._events)) not in _ENDS:
            entry = _Entry()
            self._take(event.start_mark.index, entry.before)
            if self._is_blank(event.start_mark.line - 1):
                entry.before.append("")
            self._latest = entry
            if not branch.is_list:
                entry.key = event.value
                event = next(self._events)
            entry.node = self._node(event, entry, column)
            self._latest = entry
            branch.entries.append(entry)
        if start.flow_style:
            self._take(event.start_mark.index, branch.foot)
        else:
            self._take(
                event.start_mark.index,
                branch.foot,
                lambda comment: comment.column >= column and comment.column > parent_column,
            )
        return branch

    def _node(self, event: Any, entry: _Entry, column: int) -> "Leaf | _Branch":
        is_branch = type(event) in _STARTS
        if not is_branch or event.flow_style:
            self._take(event.start_mark.index, entry.before)
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
        return Leaf(value, event.anchor or "", self._folded(event))

    def _folded(self, event: Any) -> tuple[str, ...]:
        """The lines of a text after `>`, as their author broke them, when they can be moved without a change."""
        if event.style != ">":
            return ()
        header, *lines = self._text[event.start_mark.index : event.end_mark.index].splitlines()
        found = re.match(r"(>-?)\s*(?:#|$)", header[header.find(">") :])
        if found is None:
            return ()
        while lines and not lines[-1].strip():
            lines.pop()
        indent = min((len(line) - len(line.lstrip(" ")) for line in lines if line.strip()), default=0)
        return (found[1], *(line[indent:] if line.strip() else "" for line in lines)) if lines else ()

    def _take(self, end: int, own: list[str], belongs: Callable[[Comment], bool] = lambda _: True) -> None:
        """Hand out the comments before `end`: to the latest entry those beside it, to `own` those that belong."""
        while self._comments and self._comments[-1].index < end:
            comment = self._comments[-1]
            if not comment.is_alone and self._latest is not None:
                self._latest.add_beside(comment.text)
            elif belongs(comment):
                self._add(comment, own)
            else:
                return
            self._comments.pop()

    def _add(self, comment: Comment, own: list[str]) -> None:
        if self._is_blank(comment.line - 1):
            own.append("")
        own.append(comment.text)

    def _is_blank(self, line: int) -> bool:
        return line >= 0 and not self._lines[line].strip()
