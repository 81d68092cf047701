"""Overlays: an environment's patches of the shared manifests."""

from array import array
from collections.abc import Callable, Hashable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from lago_gitops.core.model.problem import Problem
from lago_gitops.core.validation.manifest import FILE_SHIFT, Manifest, Marks, child_slots, place_slots

Identity = Callable[[Mapping[str, Any]], str | None]
"""The identity of a manifest's resource within its kind; None if the manifest lacks it."""

ListKey = Callable[[tuple[str, ...]], str | None]
"""The field that identifies the items of a list, by the list's path: its kind, then keys, without positions. None:
such lists are replaced as a whole."""


@dataclass(frozen=True, slots=True)
class Overlaid:
    """The manifests of one environment: the patched base, then `added` ones that only the overlay has."""

    manifests: tuple[Manifest, ...]
    problems: tuple[Problem, ...]
    added: tuple[Manifest, ...] = ()


def overlaid(base: Iterable[Manifest], overlay: Iterable[Manifest], identity: Identity, list_key: ListKey) -> Overlaid:
    """Patch each manifest of `base` with those of `overlay` with the same kind and identity, in order.

    Mappings merge; lists with a key merge item by item, others are replaced; null removes a field, so that Lago's
    default applies. An overlay without a counterpart is a new resource. Patched values have their marks in the overlay.
    """
    merged: dict[Hashable, Manifest] = {}
    problems: list[Problem] = []
    added: list[Manifest] = []
    for number, manifest in enumerate(base):
        key = _key(manifest, identity)
        merged[number if key is None or key in merged else key] = manifest
    for number, manifest in enumerate(overlay):
        key = _key(manifest, identity)
        below = merged.get(key)
        if below is None:
            merged[("overlay", number) if key is None else key] = manifest
            added.append(manifest)
        else:
            merged[key] = _patched(below, manifest, list_key)
            problems.extend(_unkeyed(manifest, list_key))
    return Overlaid(tuple(merged.values()), tuple(problems), tuple(added))


@dataclass(frozen=True, slots=True)
class _Part:
    """A value and its slots; the first is its own position."""

    value: Any
    slots: Sequence[int]

    def children(self) -> "dict[str | int, _Part]":
        return {
            key: _Part(child, self.slots[slot : slot + _width(child, self.slots, slot)])
            for key, slot, child in child_slots(self.value, 0, self.slots)
        }


def _width(value: Any, slots: Sequence[int], slot: int) -> int:
    return slots[slot + 1] if isinstance(value, dict | list) else 1


def _key(manifest: Manifest, identity: Identity) -> tuple[str, str] | None:
    key = identity(manifest.data)
    return None if key is None else (manifest.kind, key)


def _patched(base: Manifest, overlay: Manifest, list_key: ListKey) -> Manifest:
    below, above = _marks(base), _marks(overlay)
    slots = array("Q", above.slots)
    moved = len(below.sources) << FILE_SHIFT
    for slot in place_slots(overlay.data, slots):
        slots[slot] += moved
    written = {**below.written, **{place + moved: text for place, text in above.written.items()}}
    part = _merged(_Part(base.data, below.slots), _Part(overlay.data, slots), (base.kind,), list_key)
    return replace(base, data=part.value, marks=Marks(below.sources + above.sources, array("Q", part.slots), written))


def _merged(base: _Part, overlay: _Part, path: tuple[str, ...], list_key: ListKey) -> _Part:
    if isinstance(base.value, dict) and isinstance(overlay.value, dict):
        return _merged_mapping(base, overlay, path, list_key)
    key = list_key(path)
    if key is not None and isinstance(base.value, list) and isinstance(overlay.value, list):
        return _merged_list(base, overlay, path, list_key, key)
    return base if _is_same_scalar(base.value, overlay.value) else overlay


def _is_same_scalar(value: Any, other: Any) -> bool:
    """A value that the overlay only repeats (such as a code) keeps its mark in the base."""
    return not isinstance(value, dict | list) and type(value) is type(other) and bool(value == other)


def _merged_mapping(base: _Part, overlay: _Part, path: tuple[str, ...], list_key: ListKey) -> _Part:
    parts = base.children()
    for key, part in overlay.children().items():
        if part.value is None:
            parts.pop(key, None)
        elif key in parts:
            parts[key] = _merged(parts[key], part, (*path, str(key)), list_key)
        else:
            parts[key] = part
    return _Part({key: part.value for key, part in parts.items()}, _joined(base, parts.values()))


def _merged_list(base: _Part, overlay: _Part, path: tuple[str, ...], list_key: ListKey, key: str) -> _Part:
    parts = _items(base, key, "base")
    for name, part in _items(overlay, key, "overlay").items():
        parts[name] = _merged(parts[name], part, path, list_key) if name in parts else part
    return _Part([part.value for part in parts.values()], _joined(base, parts.values()))


def _items(whole: _Part, key: str, side: str) -> dict[Hashable, _Part]:
    """The items of a list by their key. Items without a key, or with a duplicate one, stay separate."""
    items: dict[Hashable, _Part] = {}
    for position, part in whole.children().items():
        name = _item_key(part.value, key)
        items[(side, position) if name is None or name in items else name] = part
    return items


def _joined(whole: _Part, parts: Iterable[_Part]) -> Sequence[int]:
    inner = [slot for part in parts for slot in part.slots]
    return [whole.slots[0], len(inner) + 2, *inner]


def _item_key(item: Any, key: str) -> Hashable | None:
    """The key of an item in a keyed list; None if it lacks that field."""
    if isinstance(item, dict) and item.get(key) is not None:
        return "key", _canonical(item[key])
    return None


def _canonical(value: Any) -> Hashable:
    """Equal for equivalent values: the order of mappings and of lists of filter values doesn't matter."""
    if isinstance(value, dict):
        return frozenset((key, _canonical(item)) for key, item in value.items())
    if isinstance(value, list):
        return frozenset(map(_canonical, value))
    return value, isinstance(value, bool)


def _unkeyed(manifest: Manifest, list_key: ListKey) -> Iterable[Problem]:
    """One problem for each item of an overlay without a key to match it by."""
    waiting: list[tuple[Any, tuple[str, ...], tuple[str | int, ...]]] = [(manifest.data, (manifest.kind,), ())]
    while waiting:
        value, path, place = waiting.pop()
        key = list_key(path) if isinstance(value, list) else None
        if isinstance(value, dict):
            waiting.extend((child, (*path, name), (*place, name)) for name, child in value.items())
        if key is None:
            continue
        for position, item in enumerate(value):
            if _item_key(item, key) is None:
                mark = manifest.mark((*place, position))
                yield Problem(
                    mark, f"an item of {path[-1]} in an overlay needs its {key}", "it says which one to patch"
                )
            waiting.append((item, path, (*place, position)))


def _marks(manifest: Manifest) -> Marks:
    """The marks of a manifest; all at its start if none were kept."""
    if manifest.marks.slots:
        return manifest.marks
    return Marks((manifest.source,), array("Q", _blank_slots(manifest.data)))


def _blank_slots(value: Any) -> list[int]:
    if not isinstance(value, dict | list):
        return [0]
    inner = [slot for child in (value.values() if isinstance(value, dict) else value) for slot in _blank_slots(child)]
    return [0, len(inner) + 2, *inner]
