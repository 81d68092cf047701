"""What a manifest says that the server is too old for, or has no licence for."""

from collections.abc import Iterator, Mapping
from functools import cache
from typing import Any

from lago_gitops.core.comparison.abilities.server import Server
from lago_gitops.core.model.canonical import Scope, canonical_value, case_of
from lago_gitops.core.model.field_walk import inside, objects_of
from lago_gitops.core.model.resources import joined
from lago_gitops.core.model.types import Field, Keyed, Object, Variant

Fields = Mapping[str, Any]


def known_to(server: Server, object_: Object, fields: Fields, outer: Scope = ()) -> Fields:
    """Canonical fields without those that came with a later release, at any depth.

    Where the server is known to have no licence, what needs one is as Lago would leave it: at its default.
    """
    if server.licence is not False and not _leading_to_later(server, object_):
        return fields
    scope = (fields, *outer)
    return {
        field.name: _known(server, field, fields[field.name], scope)
        for field in object_.fields
        if field.name in fields and server.has(field.since) and not _is_left_to_lago(server, field)
    }


def unknown_to(server: Server, object_: Object, fields: Fields, outer: Scope = (), path: str = "") -> Iterator[Field]:
    """The fields that say something and that the server would drop, each named by its path."""
    scope = (fields, *outer)
    for field in _leading_to_later(server, object_):
        value = fields.get(field.name)
        here = joined((path, field.name))
        if not server.has(field.since):
            if value:
                yield Field(here, field.type, field.doc, since=field.since)
        elif value:
            deeper = path if isinstance(field.type, Variant) else here
            for inner, item, label in inside(field.type, value, scope):
                yield from unknown_to(server, inner, item, scope, joined((deeper, label)))


@cache
def _leading_to_later(server: Server, object_: Object) -> tuple[Field, ...]:
    """The fields that the server is too old for, or that have such fields at any depth."""
    return tuple(
        field
        for field in object_.fields
        if not server.has(field.since) or any(_leading_to_later(server, inner) for inner in objects_of(field.type))
    )


def _is_left_to_lago(server: Server, field: Field) -> bool:
    """Of what a manifest need not say, Lago's own value is no default."""
    return field.licence and field.only_if_given and server.licence is False


def _known(server: Server, field: Field, value: Any, scope: Scope) -> Any:
    if field.licence and server.licence is False:
        return canonical_value(field.type, field.default, scope)
    match field.type:
        case Keyed() if value:
            return {key: known_to(server, field.type.item, item, scope) for key, item in value.items()}
        case Object() if value:
            return known_to(server, field.type, value, scope)
        case Variant() if (shape := case_of(field.type, scope)) is not None:
            return known_to(server, shape, value, scope)
        case _:
            return value
