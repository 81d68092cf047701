"""Events → one document: plain data and its marks in one pass, without recursion."""

from array import array
from dataclasses import dataclass, field
from typing import Any

from yaml.events import (
    AliasEvent,
    MappingEndEvent,
    MappingStartEvent,
    ScalarEvent,
    SequenceEndEvent,
    SequenceStartEvent,
)

from lago_gitops.core.model.problem import Mark, Problem
from lago_gitops.core.validation.manifest import LINE_SHIFT
from lago_gitops.manifests.limits import ALIAS_RATIO, FREE_ALIAS_SLOTS, MAX_ALIAS_SLOTS, MAX_DEPTH
from lago_gitops.manifests.reading.parser import Events
from lago_gitops.manifests.reading.scalars import Odd, resolved

_STARTS = frozenset({MappingStartEvent, SequenceStartEvent})
_ENDS = frozenset({MappingEndEvent, SequenceEndEvent})
NO_MERGE = (
    "write the fields out, repeat a whole value with an alias (*name), or use a template (.yaml.j2) or an overlay"
)
_STANDARD_TAG = "tag:yaml.org,2002:"


class Unreadable(Exception):  # noqa: N818 - it carries a problem
    """The rest of a file can't be read safely."""

    def __init__(self, problem: Problem) -> None:
        super().__init__(str(problem))
        self.problem = problem


@dataclass(slots=True)
class Notes:
    """Notes taken while the documents of one file are read."""

    source: str
    problems: list[Problem] = field(default_factory=list)
    names: dict[str, str] = field(default_factory=dict)  # keys known to be text, whether quoted or not
    slots_before: int = 0  # of earlier documents, including repeated values
    alias_slots: int = 0  # added by aliases so far

    def problem(self, event: Any, message: str, hint: str = "") -> Problem:
        mark = event.start_mark
        return Problem(Mark(self.source, mark.line + 1, mark.column + 1), message, hint)

    def note(self, event: Any, message: str, hint: str = "") -> None:
        self.problems.append(self.problem(event, message, hint))


@dataclass(slots=True)
class _Anchor:
    """A value that aliases repeat, and its range of slots; `end` is 0 until the value is complete."""

    value: Any
    start: int
    end: int = 0


_Level = tuple[Any, bool, int]  # an open collection, whether it is a mapping, and the slot with its size


class Builder:
    """Builds one document. Anything not allowed is noted as a problem and left out.

    `run` is the hot loop of reading: one iteration per value, everything in local variables, and method calls
    only for rare cases (anchors, aliases, tags, new keys).
    """

    __slots__ = ("_anchors", "_get_event", "_notes", "_open", "_slots", "written")

    def __init__(self, get_event: Events, notes: Notes) -> None:
        self._get_event = get_event
        self._notes = notes
        self._slots = array("Q")
        self._anchors: dict[str, _Anchor] = {}
        self._open: dict[int, _Anchor] = {}  # by the slot with the size of their collection
        self.written: dict[int, str] = {}  # texts of oddly written numbers and booleans, by slot

    def run(self, event: Any) -> tuple[dict[str, Any], "array[int]"]:
        """The mapping that `event` starts, and its slots.

        Raises Unreadable if a limit is exceeded, YAMLError for a syntax error.
        """
        get_event, names, slots, add_slot = self._get_event, self._notes.names, self._slots, self._slots.append
        add_slot(event.start_mark.line << LINE_SHIFT | event.start_mark.column)
        container: Any = {}
        is_mapping, size_slot = True, 1
        stack: list[_Level] = []
        self._start(event, container)
        while True:
            kind = type(event := get_event())
            if kind is MappingEndEvent or kind is SequenceEndEvent:
                self._end(size_slot)
                if not stack:
                    self._notes.slots_before += len(slots)
                    return container, slots
                container, is_mapping, size_slot = stack.pop()
                continue
            mark = event.start_mark
            if is_mapping:
                name = names.get(event.value) if kind is ScalarEvent else None
                if name is None or name in container or event.tag is not None or event.anchor is not None:
                    name = self._new_name(event, container)
                    if name is None:
                        continue
                kind = type(event := get_event())
            add_slot(mark.line << LINE_SHIFT | mark.column)
            if kind is ScalarEvent:
                value = event.value if event.style else resolved(event.value)
                if event.tag is not None or event.anchor is not None or type(value) is Odd:
                    value = self._odd_scalar(event, value)
            elif kind is AliasEvent:
                value = self._repeated(event, len(stack))
            else:
                value = {} if kind is MappingStartEvent else []
            if is_mapping:
                container[name] = value
            else:
                container.append(value)
            if kind is MappingStartEvent or kind is SequenceStartEvent:
                self._enter(event, value, stack, (container, is_mapping, size_slot))
                container, is_mapping, size_slot = value, kind is MappingStartEvent, len(slots) - 1

    def refuse_root(self, event: Any) -> None:
        """Skip a document that isn't a mapping, with a problem unless it is empty."""
        self._skip(event)
        self._get_event()  # a syntax error at the end takes precedence
        if type(event) is not ScalarEvent or event.value or event.style:
            self._notes.note(event, "a manifest is a mapping", 'start the document with "kind: …"')

    def _enter(self, event: Any, value: Any, stack: list[_Level], outer: _Level) -> None:
        stack.append(outer)
        if len(stack) == MAX_DEPTH:
            raise _too_deep(self._notes, event)
        self._start(event, value)

    def _start(self, event: Any, value: Any) -> None:
        self._slots.append(0)
        if event.tag is not None:
            self._refuse_tag(event)
        if event.anchor is not None:
            self._open[len(self._slots) - 1] = self._anchor(event, value, len(self._slots) - 2)

    def _end(self, size_slot: int) -> None:
        self._slots[size_slot] = len(self._slots) - size_slot + 1
        if size_slot in self._open:
            self._open.pop(size_slot).end = len(self._slots)

    def _new_name(self, event: Any, container: dict[str, Any]) -> str | None:
        """The key that `event` starts; None if it is refused, and then its value is skipped, too."""
        if self._is_name(event, container) and not self._is_twice(event, container):
            if event.style or event.value in self._notes.names:
                return str(event.value)
            return self._notes.names.setdefault(event.value, event.value)
        self._skip(self._get_event())
        return None

    def _is_name(self, event: Any, container: dict[str, Any]) -> bool:
        note = self._notes.note
        if type(event) is not ScalarEvent:
            hint = "write it out; quote a text that starts with a bracket; a template's name ends in .yaml.j2"
            note(event, "a key must be a word", hint)
            self._skip(event)
            return False
        if event.tag is not None:
            self._refuse_tag(event)
        if event.anchor is not None:
            self._anchor(event, event.value, len(self._slots)).end = len(self._slots)
        if event.style:
            return True
        if event.value == "<<":
            note(event, "merge keys (<<) are not allowed: YAML 1.2 has none, and readers differ on them", NO_MERGE)
            return False
        if isinstance(resolved(event.value), str):
            return True
        if before := self._before_the_comma(event, container):
            message = f"the comma in {before},{event.value} ends the entry, as YAML has no decimal comma"
            note(event, message, f"write the number with a point: {before}.{event.value}")
            return False
        message = f"the key {event.value} is not text" if event.value else "a key is missing"
        note(event, message, f'quote it: "{event.value}"')
        return False

    def _before_the_comma(self, event: Any, container: dict[str, Any]) -> str:
        """The number that ends right before a key of digits, as in `{amount: 0,002}`; empty where none does."""
        name = next(reversed(container), None)
        if name is None or type(container[name]) is not int or not event.value.isdecimal():
            return ""
        text, mark = str(container[name]), event.start_mark
        key = mark.line << LINE_SHIFT | (mark.column - len(f"{name}: {text},"))
        return text if self._slots[-1] == key else ""

    def _is_twice(self, event: Any, container: dict[str, Any]) -> bool:
        if event.value in container:
            self._notes.note(event, f"the key {event.value!r} appears twice", "remove or rename one of the two")
            return True
        return False

    def _odd_scalar(self, event: Any, value: Any) -> Any:
        if event.tag is not None:
            self._refuse_tag(event)
        if type(value) is Odd:
            if value.message:
                self._notes.note(event, value.message, value.hint)
            else:
                self.written[self._slots[-1]] = value.text
            value = value.value
        if event.anchor is not None:
            self._anchor(event, value, len(self._slots) - 1).end = len(self._slots)
        return value

    def _anchor(self, event: Any, value: Any, start: int) -> _Anchor:
        """Note the value for later aliases; a second anchor with the same name is refused as ambiguous."""
        if event.anchor in self._anchors:
            self._notes.note(event, f"the anchor &{event.anchor} appears twice", "give one of the two another name")
        anchor = self._anchors[event.anchor] = _Anchor(value, start)
        return anchor

    def _repeated(self, event: Any, depth: int) -> Any:
        """The value that an alias repeats, with its slots added; None if there is none."""
        anchor = self._anchors.get(event.anchor)
        if anchor is None:
            hint = f'quote it if the text is meant: "*{event.anchor}"'
            self._notes.note(event, f"there is no anchor &{event.anchor} above in this document", hint)
            return None
        if anchor.end == 0:
            self._notes.note(event, f"*{event.anchor} is inside the value that it repeats", "write the value out")
            return None
        self._limit_aliases(event, anchor, depth)
        self._slots.extend(self._slots[anchor.start + 1 : anchor.end])
        return anchor.value

    def _limit_aliases(self, event: Any, anchor: _Anchor, depth: int) -> None:
        notes = self._notes
        notes.alias_slots += anchor.end - anchor.start
        own = notes.slots_before + len(self._slots) - notes.alias_slots
        if notes.alias_slots > min(max(FREE_ALIAS_SLOTS, ALIAS_RATIO * own), MAX_ALIAS_SLOTS):
            message = "aliases repeat far more than the file itself contains"
            raise Unreadable(notes.problem(event, message, "write the values out, or use a template"))
        if depth + _height(anchor.value) >= MAX_DEPTH:
            raise _too_deep(notes, event)

    def _refuse_tag(self, event: Any) -> None:
        name = event.tag
        shown = f"!!{name.removeprefix(_STANDARD_TAG)}" if name.startswith(_STANDARD_TAG) else name
        hint = "quote the value instead" if shown == "!!str" else "remove it; quote the value if the text is meant"
        self._notes.note(event, f"the tag {shown} is not allowed", hint)

    def _skip(self, event: Any) -> None:
        """Skip the value that `event` starts. Aliases of anchors inside aren't reported again."""
        depth = 0
        while True:
            kind = type(event)
            if kind in _ENDS:
                depth -= 1
            elif kind is not AliasEvent and event.anchor is not None:
                self._anchors.setdefault(event.anchor, _Anchor(None, 0, 1))
            if kind in _STARTS:
                depth += 1
            if depth == 0:
                return
            event = self._get_event()


def _too_deep(notes: Notes, event: Any) -> Unreadable:
    return Unreadable(notes.problem(event, f"nested more than {MAX_DEPTH} levels deep", "manifests need about ten"))


def _height(value: Any) -> int:
    """How deeply mappings and lists are nested in `value`, including itself."""
    height, level = 0, [value]
    while level := [item for item in level if isinstance(item, dict | list)]:
        height += 1
        level = [child for item in level for child in (item.values() if isinstance(item, dict) else item)]
    return height
