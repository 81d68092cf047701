"""What a manifest says that a Lago without a licence accepts and leaves out, or refuses."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from functools import cache
from typing import Any

from lago_gitops.core.model.canonical import Scope, canonical_value
from lago_gitops.core.model.field_walk import inside, objects_of
from lago_gitops.core.model.kind import ResourceKind
from lago_gitops.core.model.plurals import counted, in_words
from lago_gitops.core.model.resources import joined
from lago_gitops.core.model.types import Field, Object, Text, Type, Variant


def licensed(object_: Object, fields: Mapping[str, Any], outer: Scope = ()) -> Iterator[str]:
    """The paths of licensed fields that have another value than their default."""
    scope = (fields, *outer)
    for field in _leading_to_licensed(object_):
        value = fields.get(field.name)
        if value is None:
            continue
        paths = [field.name] if field.licence else list(_licensed_inside(field, value, scope))
        if paths and value != canonical_value(field.type, field.default, scope):
            yield from paths


def _licensed_inside(field: Field, value: Any, scope: Scope) -> Iterator[str]:
    for inner, item, label in inside(field.type, value, scope):
        for below in licensed(inner, item, scope):
            yield joined((_step(field), label, below))


def _step(field: Field) -> str:
    """How the field is named on the way to what is inside of it. Paths grow on the way back: most lead to nothing."""
    return "" if isinstance(field.type, Variant) else field.name


@cache
def _leading_to_licensed(object_: Object) -> tuple[Field, ...]:
    """The fields that are licensed, or have such fields at any depth: few, and this is run for every tier."""
    return tuple(
        field
        for field in object_.fields
        if field.licence or any(_leading_to_licensed(inner) for inner in objects_of(field.type))
    )


@dataclass(frozen=True, slots=True)
class Missing:
    """What a Lago without a licence leaves out of a kind, and what it refuses, each by name."""

    left_out: tuple[str, ...]
    refused: tuple[str, ...]


def missing_without_licence(kinds: Iterable[ResourceKind], has: Callable[[str], bool]) -> Missing:
    """All of it, on a Lago that has what came with some releases."""
    all_ = tuple(kinds)
    left_out = tuple(dict.fromkeys(path for kind in all_ for path in _licensed_paths(kind.object, kind.name)))
    values = (path for kind in all_ for path in _licensed_choices(kind.object, kind.name))
    return Missing(left_out, (*values, *(words for kind in all_ for words in _gate(kind, has))))


def _licensed_paths(object_: Object, path: str) -> Iterator[str]:
    for field in object_.fields:
        here = f"{path}.{field.name}"
        if field.licence:
            yield here
        else:
            for inner in objects_of(field.type):
                yield from _licensed_paths(inner, here)


def _licensed_choices(object_: Object, path: str) -> Iterator[str]:
    for field in object_.fields:
        here = f"{path}.{field.name}"
        if isinstance(field.type, Text):
            yield from (f"{here} {choice}" for choice in field.type.licensed)
        for inner in objects_of(field.type):
            yield from _licensed_choices(inner, here)


def _gate(kind: ResourceKind, has: Callable[[str], bool]) -> Iterator[str]:
    if kind.gate is not None and not (kind.gate.until and has(kind.gate.until)):
        objects = in_words(kind.collection)
        until = f" before Lago {kind.gate.until}" if kind.gate.until else ""
        yield (f"more than {counted(kind.gate.free, in_words(kind.name))}" if kind.gate.free else f"{objects}{until}")


def asks_for_licence(object_: Object, fields: Mapping[str, Any]) -> bool:
    """Whether Lago's treatment of the fields depends on its licence."""
    return any(licensed(object_, fields)) or any(one.is_licensed for one in gated_values(object_, fields))


@dataclass(frozen=True, slots=True)
class Gated:
    """A value that not every Lago takes: it `is_licensed`, or came with the release `since`, if that isn't empty."""

    path: str
    value: str
    is_licensed: bool
    since: str


def gated_values(object_: Object, fields: Mapping[str, Any], outer: Scope = ()) -> Iterator[Gated]:
    """The values of canonical fields, at any depth, for which some servers refuse the whole resource."""
    scope = (fields, *outer)
    for field in _leading_to_gated(object_):
        value = fields.get(field.name)
        if value is None:
            continue
        if isinstance(field.type, Text):
            gated = Gated(field.name, value, value in field.type.licensed, dict(field.type.newer).get(value, ""))
            if gated.is_licensed or gated.since:
                yield gated
        for inner, item, label in inside(field.type, value, scope):
            for below in gated_values(inner, item, scope):
                yield replace(below, path=joined((_step(field), label, below.path)))


@cache
def _leading_to_gated(object_: Object) -> tuple[Field, ...]:
    """The fields with such values, at any depth."""
    return tuple(field for field in object_.fields if _is_gated(field.type))


def _is_gated(type_: Type) -> bool:
    if isinstance(type_, Text):
        return bool(type_.licensed or type_.newer)
    return any(_leading_to_gated(inner) for inner in objects_of(type_))
