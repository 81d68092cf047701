"""The position of each part of a YAML text, from its first to its last character."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from enum import Enum
from typing import Any

from yaml.events import AliasEvent, MappingEndEvent, MappingStartEvent, SequenceEndEvent, SequenceStartEvent

from lago_gitops.manifests.writing.trees import all_events

_ENDS = (MappingEndEvent, SequenceEndEvent)
_ANCHOR = re.compile(r"&\S+\s*")
_BEFORE_DASH = re.compile(r"(?:\s|#[^\n]*)*")
_BLOCK_STYLES = ("|", ">")


class Form(Enum):
    SCALAR = "scalar"
    ALIAS = "alias"
    MAPPING = "mapping"
    LIST = "list"


@dataclass(frozen=True, slots=True)
class OutlinePart:
    """A value. `anchor` is the name of its anchor, or of the one that the alias repeats.

    Texts after a bar are blocks, and so are mappings and lists without brackets. A scalar's content starts after its
    anchor.
    """

    form: Form
    start: int
    end: int
    is_block: bool
    anchor: str = ""
    entries: tuple["Entry", ...] = ()

    @property
    def is_flow(self) -> bool:
        return not self.is_block

    def anchors(self) -> Iterator[str]:
        """The names of all anchors inside."""
        if self.anchor and self.form is not Form.ALIAS:
            yield self.anchor
        for entry in self.entries:
            yield from entry.part.anchors()


@dataclass(frozen=True, slots=True)
class Entry:
    """A value and its key or dash, which is the start of the entry, in this column."""

    key: str
    start: int
    end: int
    column: int
    part: OutlinePart


def outlines(text: str) -> tuple[OutlinePart, ...]:
    """The root of each document that is a mapping. The text must be readable, without a byte order mark."""
    events = iter(all_events(text))
    return tuple(_part(event, events, text) for event in events if type(event) is MappingStartEvent)


def _part(event: Any, rest: Iterator[Any], text: str) -> OutlinePart:
    start, end = event.start_mark.index, event.end_mark.index
    match event:
        case AliasEvent():
            return OutlinePart(Form.ALIAS, start, end, is_block=False, anchor=str(event.anchor))
        case MappingStartEvent():
            return _collection(Form.MAPPING, event, rest, text)
        case SequenceStartEvent():
            return _collection(Form.LIST, event, rest, text)
    anchor = event.anchor or ""
    if anchor and (match := _ANCHOR.match(text, start)):
        start = min(match.end(), end)
    is_block = event.style in _BLOCK_STYLES
    return OutlinePart(Form.SCALAR, start, _tight(text, start, end) if is_block else end, is_block, anchor)


def _collection(form: Form, start: Any, rest: Iterator[Any], text: str) -> OutlinePart:
    entries: list[Entry] = []
    match = _ANCHOR.match(text, start.start_mark.index) if start.anchor else None
    position = match.end() if match else start.start_mark.index
    while type(event := next(rest)) not in _ENDS:
        if form is Form.MAPPING:
            entries.append(
                _entry(event.value, event.start_mark, event.end_mark.index + 1, _part(next(rest), rest, text))
            )
        else:
            entries.append(_item(event, position, _part(event, rest, text), start, text))
        position = entries[-1].end
    end = event.end_mark.index if start.flow_style or not entries else position
    return OutlinePart(form, start.start_mark.index, end, not start.flow_style, start.anchor or "", tuple(entries))


def _entry(key: str, mark: Any, least: int, part: OutlinePart) -> Entry:
    """A missing value ends where its colon does."""
    return Entry(key, mark.index, max(part.end, least), mark.column, part)


def _item(event: Any, earlier: int, part: OutlinePart, around: Any, text: str) -> Entry:
    if around.flow_style:
        return Entry("", part.start, part.end, event.start_mark.column, part)
    dash = _BEFORE_DASH.match(text, earlier).end()  # type: ignore[union-attr]  # it also matches nothing
    return Entry("", dash, max(part.end, dash + 1), dash - (text.rfind("\n", 0, dash) + 1), part)


def _tight(text: str, start: int, end: int) -> int:
    """The end of a block of text without trailing line breaks."""
    return start + len(text[start:end].rstrip())
