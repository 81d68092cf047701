"""What differs between two canonical forms, item by item, by identity and never by index."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from functools import reduce
from itertools import takewhile
from typing import Any

from lago_gitops.core.model.canonical import Scope, case_of
from lago_gitops.core.model.resources import FieldChange
from lago_gitops.core.model.types import Field, Free, Grants, Keyed, Lock, Object, TextMap, Variant


def field_changes(object_: Object, before: Mapping[str, Any], after: Mapping[str, Any]) -> tuple[FieldChange, ...]:
    """Every value that differs, in the order of the table. What `after` does not mention is nobody's business."""
    return () if before == after else tuple(_object(object_, before, after, _Place()))


@dataclass(frozen=True, slots=True)
class _Place:
    keys: tuple[Any, ...] = ()
    path: tuple[str, ...] = ()
    scope: Scope = ()
    licence: bool = False  # whether what is around needs one

    def at(self, key: Any, label: str | None) -> "_Place":
        """One step down; a step without label is not shown."""
        path = self.path if label is None else (*self.path, label)
        return replace(self, keys=(*self.keys, key), path=path)

    def of(self, field: Field, label: str | None) -> "_Place":
        return replace(self.at(field.name, label), licence=self.licence or field.licence)

    def within(self, object_: Mapping[str, Any]) -> "_Place":
        return replace(self, scope=(object_, *self.scope))

    def change(self, before: Any, after: Any, lock: Lock = Lock.FREE) -> FieldChange:
        return FieldChange(self.keys, self.path, before, after, lock, self.licence)

    def item(self, object_: Object, before: Any, after: Any) -> FieldChange:
        """A whole item of a list, which is new or goes."""
        return replace(self.change(before, after), item=object_, scope=self.scope)


def _object(
    object_: Object, before: Mapping[str, Any], after: Mapping[str, Any], place: _Place
) -> Iterator[FieldChange]:
    inside = place.within(after)
    for field in object_.fields:
        if field.name in after and before.get(field.name) != after[field.name]:
            label = None if isinstance(field.type, Variant) else field.name
            yield from _value(field, before.get(field.name), after[field.name], inside.of(field, label))


def _value(field: Field, before: Any, after: Any, place: _Place) -> Iterator[FieldChange]:
    match field.type:
        case Keyed():
            yield from _keyed(field.type, before or {}, after or {}, place)
        case Object() if before is not None and after is not None:
            yield from _object(field.type, before, after, place)
        case Variant() if (object_ := case_of(field.type, place.scope)) is not None:
            yield from _variant(object_, before or {}, after, place)
        case TextMap():
            yield from _map(before or {}, after or {}, place)
        case Grants():
            yield from _grants(before or {}, after or {}, place)
        case Free() if before and after:
            yield from _explained(before, after, place)
        case _:
            shrinks = field.only_grows and not set(before or ()) <= set(after or ())
            yield place.change(before, after, Lock.REPLACE if shrinks else field.lock)


def _variant(
    object_: Object, before: Mapping[str, Any], after: Mapping[str, Any], place: _Place
) -> Iterator[FieldChange]:
    """Where another case has taken over, the values that only the old one had go."""
    yield from _object(object_, before, after, place)
    for name, old in before.items():
        if name not in after and old is not None:
            yield place.at(name, name).change(old, None)


def _keyed(keyed: Keyed, before: Mapping[Any, Any], after: Mapping[Any, Any], place: _Place) -> Iterator[FieldChange]:
    for key, new in after.items():
        here = place.at(key, keyed.label(new))
        if key not in before:
            yield here.item(keyed.item, None, new)
        elif before[key] != new:
            yield from _object(keyed.item, before[key], new, here)
    for key, old in before.items():
        if key not in after:
            yield place.at(key, keyed.label(old)).item(keyed.item, old, None)


def _map(before: Mapping[str, Any], after: Mapping[str, Any], place: _Place) -> Iterator[FieldChange]:
    for key in sorted({*before, *after}):
        if before.get(key) != after.get(key):
            yield place.at(key, key).change(before.get(key), after.get(key))


def _grants(before: Mapping[str, Any], after: Mapping[str, Any], place: _Place) -> Iterator[FieldChange]:
    for code in sorted({*before, *after}):
        here = place.at(code, code)
        if code in before and code in after:
            yield from _map(before[code], after[code], here)
        else:
            yield here.change(before.get(code), after.get(code))


def _explained(before: Any, after: Any, place: _Place) -> Iterator[FieldChange]:
    """Free JSON has no table to walk by: DeepDiff says where in its maps it differs. A list is one value: its items
    have no identity. Imported here because it is slow to."""
    from deepdiff import DeepDiff

    differing = DeepDiff(before, after, view="tree", threshold_to_diff_deeper=0)
    nodes = (node.path(output_format="list") for found in differing.values() for node in found)
    for way in sorted({tuple(takewhile(_is_key, node)) for node in nodes}):
        here = place
        for step in way:
            here = here.at(step, step)
        yield here.change(reduce(_inside, way, before), reduce(_inside, way, after))


def _is_key(step: Any) -> bool:
    return isinstance(step, str)


def _inside(value: Any, key: str) -> Any:
    return value.get(key)
