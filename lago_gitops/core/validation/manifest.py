"""A document as it was read: plain data, and where each part of it stands."""

from array import array
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from lago_gitops.core.model.problem import Mark

Path = tuple[str | int, ...]
FILE_SHIFT = 48
LINE_SHIFT = 24
COLUMN_MASK = (1 << LINE_SHIFT) - 1


def reference(name: str) -> str:
    """A reference to an environment variable, as a manifest writes it."""
    return f"{{env: {name}}}"


@dataclass(frozen=True, slots=True)
class Marks:
    """The places of all values of a document, in the order in which a walk through its data meets them.

    A value takes one slot, `file << 48 | line << 24 | column`, all counted from 0: the place of its key in a mapping,
    of itself in a list. The slot of a mapping or list is followed by the number of slots it takes up in all. So the
    positions of a document are one flat array, and a part that came from another file says so itself.
    """

    sources: tuple[str, ...] = ()
    slots: "array[int]" = field(default_factory=lambda: array("Q"))
    written: Mapping[int, str] = field(default_factory=dict)  # by place: texts whose value would be written otherwise


@dataclass(frozen=True, slots=True)
class Manifest:
    """One document of a file. `source` is the path relative to the project's root, with slashes on every system.

    `data` consists of exact dict, list, str, int, Decimal, bool and None, and must not be altered: aliases share parts.
    `outside` are the paths of texts that come from environment variables, with their names; at those that are `unset`,
    a reference stands for the text.
    """

    source: str
    data: Mapping[str, Any]
    marks: Marks = field(default_factory=Marks, repr=False, compare=False)
    outside: Mapping[Path, str] = field(default_factory=dict)
    unset: frozenset[Path] = frozenset()

    @property
    def kind(self) -> str:
        """What sort of resource the document describes; empty when it doesn't say so in a string."""
        kind = self.data.get("kind")
        return kind if isinstance(kind, str) else ""

    @property
    def sources(self) -> tuple[str, ...]:
        """All files that it is made of: its own, and overlays that patch it."""
        return (self.source, *self.marks.sources)

    def mark(self, path: Sequence[str | int] = (), /) -> Mark:
        """Where the deepest part of `path` that exists stands; the start of the file when no places were kept."""
        place = self._place(path)
        return Mark(self.source) if place is None else mark_of(place, self.marks.sources)

    def written(self, path: Sequence[str | int]) -> str:
        """What stands there, if it is not what its value would be written as: a number such as `0x10`, a reference to
        an environment variable. Else ""."""
        if (name := self.outside.get(tuple(path))) is not None:
            return reference(name)
        place = self._place(path)
        return "" if place is None else self.marks.written.get(place, "")

    def _place(self, path: Sequence[str | int]) -> int | None:
        """The packed place of the deepest part of `path` that exists; None when no places were kept."""
        slots = self.marks.slots
        if not slots:
            return None
        slot, value = 0, self.data
        for step in path:
            found = next((child for child in child_slots(value, slot, slots) if child[0] == step), None)
            if found is None:
                break
            _, slot, value = found
        return slots[slot]


def child_slots(value: Any, slot: int, slots: Sequence[int]) -> Iterator[tuple[str | int, int, Any]]:
    """Yield key or index, slot and value of each child of the value at `slot`; nothing for a scalar."""
    if not isinstance(value, dict | list):
        return
    place = slot + 2
    for key, child in value.items() if isinstance(value, dict) else enumerate(value):
        yield key, place, child
        place += slots[place + 1] if isinstance(child, dict | list) else 1


def place_slots(value: Any, slots: Sequence[int]) -> Iterator[int]:
    """Yield the slot of the place of each value in the document `value`, in no order: all slots that aren't sizes."""
    waiting: list[tuple[int, Any]] = [(0, value)]
    while waiting:
        slot, part = waiting.pop()
        yield slot
        waiting.extend((place, child) for _, place, child in child_slots(part, slot, slots))


def mark_of(packed: int, sources: Sequence[str]) -> Mark:
    """The place that a slot says."""
    line = packed >> LINE_SHIFT & COLUMN_MASK
    return Mark(sources[packed >> FILE_SHIFT], line + 1, (packed & COLUMN_MASK) + 1)
