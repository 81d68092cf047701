"""References follow a rename: Lago keeps them by id, so they read the new code as soon as there is one."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from lago_gitops.core.model.canonical import canonical
from lago_gitops.core.model.kind import ResourceKind
from lago_gitops.core.model.resources import Address, Live
from lago_gitops.core.model.types import Grants, Json, Keyed, Many, Object, Reference, Type

Renames = Mapping[Address, Address]


def with_renames(kind: ResourceKind, live: Live, renames: Renames) -> Live:
    """The object as it reads once what it refers to has its new codes."""
    if not renames:
        return live
    data = renamed(kind.object, live.data, renames)
    return live if data == live.data else replace(live, data=data, fields=canonical(kind.object, data))


def renamed(object_: Object, data: Mapping[str, Any], renames: Renames) -> dict[str, Json]:
    """Data in manifest form, or some of its fields, with the new codes; words of manifests, such as `kind`, stay."""
    types = {field.name: field.type for field in object_.fields}
    return {name: _value(types[name], value, renames) if name in types else value for name, value in data.items()}


def _value(type_: Type, value: Json, renames: Renames) -> Json:
    if value is None:
        return None
    match type_:
        case Reference():
            return renames.get(old := Address(type_.kind, value), old).key
        case Grants():
            return {renames.get(old := Address(type_.kind, code), old).key: of for code, of in value.items()}
        case Many():
            return [_value(type_.item, item, renames) for item in value]
        case Keyed():
            return [renamed(type_.item, item, renames) for item in value]
        case Object():
            return renamed(type_, value, renames)
        case _:
            return value
