"""What a manifest says that a Lago without a licence accepts and leaves out, or refuses."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from lago_gitops.core.model.canonical import Scope, canonical_value
from lago_gitops.core.model.field_walk import inside
from lago_gitops.core.model.resources import joined
from lago_gitops.core.model.types import Object, Text, Variant


def licensed(object_: Object, fields: Mapping[str, Any], outer: Scope = (), path: str = "") -> Iterator[str]:
    """The paths of licensed fields that have another value than their default."""
    scope = (fields, *outer)
    for field in object_.fields:
        value = fields.get(field.name)
        if value is None or value == canonical_value(field.type, field.default, scope):
            continue
        here = joined((path, field.name))
        if field.licence:
            yield here
            continue
        deeper = path if isinstance(field.type, Variant) else here
        for inner, item, label in inside(field.type, value, scope):
            yield from licensed(inner, item, scope, joined((deeper, label)))


def asks_for_licence(object_: Object, fields: Mapping[str, Any]) -> bool:
    """Whether what Lago makes of the fields depends on its licence."""
    return any(licensed(object_, fields)) or any(one.is_licensed for one in gated_values(object_, fields))


@dataclass(frozen=True, slots=True)
class Gated:
    """A value that not every Lago takes: it `is_licensed`, or came with the release `since`, if that isn't empty."""

    path: str
    value: str
    is_licensed: bool
    since: str


def gated_values(object_: Object, fields: Mapping[str, Any], outer: Scope = (), path: str = "") -> Iterator[Gated]:
    """The values of canonical fields, at any depth, for which some servers refuse the whole resource."""
    scope = (fields, *outer)
    for field in object_.fields:
        value, here = fields.get(field.name), joined((path, field.name))
        if value is None:
            continue
        if isinstance(field.type, Text):
            found = Gated(here, value, value in field.type.licensed, dict(field.type.newer).get(value, ""))
            if found.is_licensed or found.since:
                yield found
        deeper = path if isinstance(field.type, Variant) else here
        for inner, item, label in inside(field.type, value, scope):
            yield from gated_values(inner, item, scope, joined((deeper, label)))
