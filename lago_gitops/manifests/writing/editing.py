"""Edits the data of a manifest file: changes only the lines that differ."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import pairwise
from typing import Any

from lago_gitops.core.model.problem import Mark, Problem
from lago_gitops.core.model.types import Keyed
from lago_gitops.manifests.reading.reader import read_text
from lago_gitops.manifests.writing.comments import YamlComment, comments
from lago_gitops.manifests.writing.formatter import typed
from lago_gitops.manifests.writing.outline import Entry, Form, OutlinePart, outlines
from lago_gitops.manifests.writing.trees import all_events, comments_of
from lago_gitops.manifests.writing.writer import flow_text, lines

Data = Mapping[str, Any]

KeyedAt = Callable[[tuple[str, ...]], Keyed | None]
"""The key of a list's items, by the list's path: its kind, then keys, without positions. None: an item is
identified by its whole value."""


@dataclass(frozen=True, slots=True)
class Edited:
    """The edited text; the original text if there are problems."""

    text: str
    problems: tuple[Problem, ...] = ()


def edited(source: str, text: str, changed: Mapping[int, Data], keyed_at: KeyedAt) -> Edited:
    """The text of a file with other data in `changed` documents, by their position among the manifests.

    Comments are kept, except those inside, beside and directly above a removed value.
    An edit that would change anything else, or lose another comment, is a problem.
    """
    mark = "\ufeff" if text.startswith("\ufeff") else ""
    plain = text.removeprefix(mark)
    before = [manifest.data for manifest in read_text(source, plain).manifests]
    roots = outlines(plain)
    wanted = [changed.get(number, data) for number, data in enumerate(before)]
    editor = _Editor(plain, keyed_at)
    edits = [edit for number in changed for edit in editor.document(roots[number], before[number], changed[number])]
    made = _applied(plain, edits)
    after = read_text(source, made)
    if after.problems or [typed(one.data) for one in after.manifests] != [typed(data) for data in wanted]:
        return Edited(text, (_by_hand(source, "something else would change, an alias perhaps"),))
    lost = [comment for comment in editor.comments if any(edit.drops(comment) for edit in edits)]
    kept = sorted([*comments_of(made), *(comment.text for comment in lost)])
    if kept != comments_of(plain):
        return Edited(text, (_by_hand(source, "a comment would be lost"),))
    return Edited(mark + made)


def _by_hand(source: str, why: str) -> Problem:
    return Problem(Mark(source), f"the file can't be changed in place: {why}", "change it by hand")


@dataclass(frozen=True, slots=True)
class _Edit:
    """Replaces `start` to `end` by `text`. A removal drops the comments inside, too."""

    start: int
    end: int
    text: str
    removes: bool = False

    def drops(self, comment: YamlComment) -> bool:
        return self.removes and self.start <= comment.index < self.end


def _applied(text: str, edits: Iterable[_Edit]) -> str:
    """Edits at the same position keep their order."""
    numbered = sorted(enumerate(edits), key=lambda each: (each[1].start, each[1].end, each[0]), reverse=True)
    for _, edit in numbered:
        text = text[: edit.start] + edit.text + text[edit.end :]
    return text


class _WholeError(Exception):
    """The part can only be written as a whole, by its parent."""


@dataclass(frozen=True, slots=True)
class _Change:
    """A part's old and new value; `path` starts with its kind and has no positions."""

    before: Any
    after: Any
    path: tuple[str, ...]

    @property
    def is_none(self) -> bool:
        return bool(typed(self.before) == typed(self.after))


@dataclass(slots=True)
class _Shared:
    """Repeated values by the name of their anchor: those to have afterwards, and those being overwritten."""

    values: dict[str, Any] = field(default_factory=dict)
    gone: set[str] = field(default_factory=set)


class _Editor:
    """Finds the edits of one text."""

    def __init__(self, text: str, keyed_at: KeyedAt) -> None:
        self._text, self._keyed_at = text, keyed_at
        self._newline = "\r\n" if "\r\n" in text else "\n"
        self._shared = _Shared()
        self.comments = tuple(comments(text, all_events(text)))

    def document(self, root: OutlinePart, before: Data, after: Data) -> list[_Edit]:
        """In two passes: an alias may repeat a value that is overwritten further below."""
        change = _Change(before, after, (str(after.get("kind")),))
        self._shared = _Shared()
        self._root(root, change)
        return self._root(root, change)

    def _root(self, root: OutlinePart, change: _Change) -> list[_Edit]:
        try:
            return list(self._inside(root, change))
        except _WholeError:
            above = [] if self._is_first(root.start) else [""]  # a mapping can't begin on the line of the dashes
            inside = [one.text for one in self.comments if root.start <= one.index < root.end]
            made = self._newline.join([*above, *inside, *lines(change.after)])
            return [_Edit(root.start, root.end, made)]

    def _inside(self, part: OutlinePart, change: _Change) -> Iterator[_Edit]:
        """The edits that turn one value into another. Raises _WholeError if it must be written as a whole."""
        after = change.after
        if part.form is Form.ALIAS:
            if not self._is_repeated(part.anchor, change):
                raise _WholeError
            return
        if part.form is Form.MAPPING and isinstance(after, dict) and (after or not part.entries):
            yield from self._mapping(part, change)
        elif part.form is Form.LIST and isinstance(after, list) and (after or not part.entries):
            yield from self._list(part, change)
        elif not change.is_none:
            yield self._scalar(part, after)
        if part.anchor:
            self._shared.values[part.anchor] = after

    def _is_repeated(self, name: str, change: _Change) -> bool:
        """Whether the alias keeps the right value."""
        value = self._shared.values.get(name, change.before)
        return name not in self._shared.gone and typed(value) == typed(change.after)

    def _scalar(self, part: OutlinePart, after: Any) -> _Edit:
        is_line = part.form is Form.SCALAR and not part.is_block and "\n" not in self._text[part.start : part.end]
        if isinstance(after, dict | list) or not is_line or part.start == part.end or "\n" in str(after):
            raise _WholeError
        return _Edit(part.start, part.end, flow_text(after))

    # Mappings and lists -----------------------------------------------------------------------------------------------

    def _mapping(self, part: OutlinePart, change: _Change) -> Iterator[_Edit]:
        before, after = change.before, change.after
        entries = {entry.key: entry for entry in part.entries}
        gone, new = [key for key in entries if key not in after], [key for key in after if key not in entries]
        if (gone or new) and (part.is_flow or not entries):
            raise _WholeError
        for key in after:
            if key in entries:
                inner = _Change(before[key], after[key], (*change.path, key))
                yield from self._entry(entries[key], part, inner)
        yield from (self._removed(entries[key]) for key in gone)
        for key in new:
            earlier = [entries[each] for each in list(after)[: list(after).index(key)] if each in entries]
            yield self._inserted(part, earlier[-1] if earlier else None, {key: after[key]})

    def _list(self, part: OutlinePart, change: _Change) -> Iterator[_Edit]:
        before, after = change.before, change.after
        pairs = _pairs(before, after, self._keyed_at(change.path))
        gone = [entry for number, entry in enumerate(part.entries) if number not in pairs.values()]
        new = [number for number in range(len(after)) if number not in pairs]
        is_moved = list(pairs.values()) != sorted(pairs.values())
        if is_moved or ((gone or new) and (part.is_flow or not part.entries)):
            raise _WholeError
        for number, old in pairs.items():
            yield from self._entry(part.entries[old], part, _Change(before[old], after[number], change.path))
        yield from map(self._removed, gone)
        for number in new:
            earlier = max((old for other, old in pairs.items() if other < number), default=-1)
            yield self._inserted(part, part.entries[earlier] if earlier >= 0 else None, [after[number]])

    def _entry(self, entry: Entry, around: OutlinePart, change: _Change) -> Iterator[_Edit]:
        try:
            yield from list(self._inside(entry.part, change))
        except _WholeError:
            self._shared.gone.update(entry.part.anchors())
            if around.is_flow:
                yield _Edit(entry.part.start, entry.part.end, flow_text(change.after))
            else:
                alone = [change.after] if around.form is Form.LIST else {entry.key: change.after}
                yield self._rewritten(entry, lines(alone))

    # Lines ----------------------------------------------------------------------------------------------------------

    def _rewritten(self, entry: Entry, made: Sequence[str]) -> _Edit:
        """Comments inside move above it; the one beside its end moves to its first line."""
        inside = [one.text for one in self.comments if entry.start <= one.index < entry.end]
        if inside and not self._is_first(entry.start):
            raise _WholeError
        beside = next((one for one in self.comments if self._is_beside(one, entry.end)), None)
        end, first = entry.end, made[0]
        if beside is not None and len(made) > 1:
            end, first = beside.index + len(beside.text), f"{made[0]}  {beside.text}"
        return _Edit(entry.start, end, self._indented([*inside, first, *made[1:]], entry.column))

    def _removed(self, entry: Entry) -> _Edit:
        """Removes all its lines, and the comments directly above."""
        if not self._is_first(entry.start):
            raise _WholeError
        self._shared.gone.update(entry.part.anchors())
        start, end = self._start_with_comments(entry), self._line_end(entry.end)
        if end < len(self._text):
            return _Edit(start, end + len(self._newline), "", removes=True)
        return _Edit(max(start - len(self._newline), 0), end, "", removes=True)

    def _inserted(self, part: OutlinePart, earlier: Entry | None, alone: Any) -> _Edit:
        """Inserts a mapping or list below the earlier entry, or above the first entry of the part."""
        made = lines(alone)
        first = part.entries[0]
        if earlier is not None:
            end = self._line_end(earlier.end)
            return _Edit(end, end, self._newline + " " * first.column + self._indented(made, first.column))
        if self._is_first(first.start):
            start = self._start_with_comments(first)
            return _Edit(start, start, " " * first.column + self._indented(made, first.column) + self._newline)
        if part.form is Form.LIST:
            raise _WholeError
        return _Edit(first.start, first.start, self._indented([*made, ""], first.column))

    def _indented(self, made: Sequence[str], column: int) -> str:
        """The lines, with all but the first indented."""
        return f"{self._newline}{' ' * column}".join(made)

    def _is_first(self, index: int) -> bool:
        """Whether it is the first thing on its line."""
        return not self._text[self._line_start(index) : index].strip()

    def _is_beside(self, comment: YamlComment, end: int) -> bool:
        return comment.index >= end and not self._text[end : comment.index].strip(" \t")

    def _start_with_comments(self, entry: Entry) -> int:
        start = self._line_start(entry.start)
        above = {self._line_start(one.index): one for one in self.comments if one.is_alone}
        while start:
            earlier = self._line_start(start - len(self._newline))
            if earlier not in above or above[earlier].column != entry.column:
                break
            start = earlier
        return start

    def _line_start(self, index: int) -> int:
        return self._text.rfind("\n", 0, index) + 1

    def _line_end(self, index: int) -> int:
        end = self._text.find(self._newline, index)
        return len(self._text) if end < 0 else end


def _pairs(before: Sequence[Any], after: Sequence[Any], keyed: Keyed | None) -> dict[int, int]:
    """Pairs of the old and new position of each kept item, in the new order."""
    names = () if keyed is None else keyed.key
    places: dict[str, list[int]] = {}
    for number, item in enumerate(before):
        places.setdefault(_identity(item, names), []).append(number)
    numbered = ((number, places.get(_identity(item, names))) for number, item in enumerate(after))
    pairs = {number: numbers.pop(0) for number, numbers in numbered if numbers}
    return pairs if keyed is None or not keyed.is_one else dict(sorted(_with_moved(pairs, len(before), len(after))))


def _with_moved(pairs: Mapping[int, int], before: int, after: int) -> Iterator[tuple[int, int]]:
    """The pairs, plus items between the same neighbours: tiers with changed bounds."""
    ends = [(-1, -1), *pairs.items(), (after, before)]
    for (new, old), (next_new, next_old) in pairwise(ends):
        yield from zip(range(new + 1, next_new), range(old + 1, next_old), strict=False)
    yield from pairs.items()


def _identity(item: Any, names: tuple[str, ...]) -> str:
    if isinstance(item, dict) and names:
        item = [item.get(name) for name in names]
    return repr(typed(item))
