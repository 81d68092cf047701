"""What a resource refers to by code."""

from collections.abc import Iterator, Mapping
from functools import cache
from typing import Any

from lago_gitops.core.model.field_walk import objects_of
from lago_gitops.core.model.kind import Path
from lago_gitops.core.model.resources import Address
from lago_gitops.core.model.types import Field, Grants, Json, Keyed, Many, Object, Reference, Type


def references(object_: Object, data: Mapping[str, Any], path: Path = ()) -> Iterator[tuple[Path, Address]]:
    """Every reference in data of manifest form or canonical form, with its path, in the order of the table."""
    for field in _referring_fields(object_):
        value = data.get(field.name)
        if value is not None:
            yield from _in(field.type, value, (*path, field.name))


def kinds_named(object_: Object) -> frozenset[str]:
    """The kinds that data of the table can refer to."""
    return frozenset(name for field in _referring_fields(object_) for name in _kinds(field.type))


def _kinds(type_: Type) -> Iterator[str]:
    match type_:
        case Reference() | Grants():
            yield type_.kind
        case Many(item=Reference() as item):
            yield item.kind
        case _:
            for object_ in objects_of(type_):
                yield from kinds_named(object_)


@cache
def _referring_fields(object_: Object) -> tuple[Field, ...]:
    """The fields in which, at any depth, there can be a reference."""
    return tuple(field for field in object_.fields if _can_refer(field.type))


def _can_refer(type_: Type) -> bool:
    match type_:
        case Reference() | Grants() | Many(item=Reference()):
            return True
        case _:
            return any(_referring_fields(object_) for object_ in objects_of(type_))


def _in(type_: Type, value: Json, path: Path) -> Iterator[tuple[Path, Address]]:
    match type_:
        case Reference():
            yield path, Address(type_.kind, value)
        case Grants():
            for code in value:
                yield (*path, code), Address(type_.kind, code)
        case Many(item=Reference()):
            for index, code in enumerate(value):
                yield from _in(type_.item, code, (*path, index))
        case Keyed():
            items = value.items() if isinstance(value, Mapping) else enumerate(value)
            for key, item in items:
                yield from references(type_.item, item, (*path, key))
        case Object():  # the last of its union that can refer
            yield from references(type_, value, path)
