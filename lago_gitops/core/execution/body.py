"""Canonical values as the JSON that Lago wants."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field, replace
from decimal import Decimal
from typing import Any

from lago_gitops.core.comparison.abilities.server import Server
from lago_gitops.core.model.canonical import Scope, case_of, keys_of
from lago_gitops.core.model.resources import Address
from lago_gitops.core.model.scalars import granted_text, plain
from lago_gitops.core.model.types import (
    Exact,
    Field,
    Grants,
    Json,
    Keyed,
    Many,
    Object,
    Reference,
    Sent,
    Type,
    ValueSets,
    Variant,
)

Fields = Mapping[str, Any]
Ids = Callable[[Address], str]
"""Lago's id of a resource; raises KeyError for one that is not there (yet)."""


@dataclass(frozen=True, slots=True)
class Writing:
    """What a body depends on besides the value: `options` are the write-only fields, by their path."""

    server: Server
    ids: Ids
    options: Mapping[tuple[Any, ...], Json] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class FieldPlace:
    """Where in the resource a value stands, what is around it, and what Lago has there now, in its own order."""

    keys: tuple[Any, ...] = ()
    scope: Scope = ()
    like: Json = None

    def at(self, key: Any, like: Json) -> "FieldPlace":
        return FieldPlace((*self.keys, key), self.scope, like)

    def within(self, fields: Mapping[str, Any]) -> "FieldPlace":
        return FieldPlace(self.keys, (fields, *self.scope), self.like)


def object_body(writing: Writing, object_: Object, fields: Mapping[str, Any], place: FieldPlace) -> dict[str, Json]:
    """Every field that is there and that the server knows; null, or what clears the field, where it has no value."""
    inside = place.within(fields)
    body: dict[str, Json] = {}
    for one in object_.fields:
        if one.write_only:
            keys = (*place.keys, one.name)
            body |= {one.name: writing.options[keys]} if keys in writing.options else {}
        elif _is_sent(one, fields, writing.server):
            body |= field_body(writing, one, fields[one.name], inside)
    return body


def _is_sent(one: Field, fields: Mapping[str, Any], server: Server) -> bool:
    return one.name in fields and server.has(one.since) and (one.sent_empty or fields[one.name] is not None)


def field_body(writing: Writing, one: Field, value: Any, place: FieldPlace) -> dict[str, Json]:
    """The one key that carries a field; `place` is that of the object around it."""
    if isinstance(one.type, Reference) and one.type.sent_as and value is not None:
        return {one.type.sent_as: writing.ids(Address(one.type.kind, value))}
    here = place.at(one.name, (place.like or {}).get(one.name))
    return {one.name: one.clear if value is None else value_body(writing, one.type, value, here)}


def value_body(writing: Writing, type_: Type, value: Any, place: FieldPlace) -> Json:
    match type_:
        case Exact():
            return _number(value, type_.sent)
        case Many():
            unpaired = replace(place, like=None)  # nothing says which item of Lago's is which of these
            return [value_body(writing, type_.item, item, unpaired) for item in value]
        case ValueSets():
            # the same values in another order would make another filter of it
            return dict(place.like) if place.like else {key: list(values) for key, values in value}
        case Grants():
            return {code: {name: granted_text(one) for name, one in of.items()} for code, of in value.items()}
        case Object():
            return object_body(writing, type_, value, place)
        case Keyed():
            return item_bodies(writing, type_, value, _in_order(value), place)
        case Variant():
            return _variant_body(writing, type_, value, place)
        case _:
            return value


def item_bodies(
    writing: Writing, keyed: Keyed, items: Mapping[Any, Fields], keys: Iterable[Any], place: FieldPlace
) -> list[dict[str, Json]]:
    """Some items of the keyed list at `place`."""
    there = place.like or ()
    like = dict(zip(keys_of(keyed, there, place.scope), there, strict=True))
    return [object_body(writing, keyed.item, items[key], place.at(key, like.get(key))) for key in keys]


def _variant_body(writing: Writing, variant: Variant, value: Any, place: FieldPlace) -> Json:
    shape = case_of(variant, place.scope)
    return value if shape is None else _stored(shape, object_body(writing, shape, value, place))


def _stored(object_: Object, body: dict[str, Json]) -> dict[str, Json]:
    """Lago would store a null in here as it is sent, so what has no value is left out."""
    return {
        one.name: _stored_value(one.type, body[one.name])
        for one in object_.fields
        if one.name in body and (one.required or body[one.name] is not None)
    }


def _stored_value(type_: Type, value: Json) -> Json:
    match type_:
        case Object():
            return _stored(type_, value)
        case Many():
            return [_stored_value(type_.item, item) for item in value]
        case _:
            return value


def _number(value: Any, sent: Sent) -> Json:
    if not isinstance(value, Decimal):
        return value
    if sent is Sent.TEXT:
        return plain(value)
    return int(value) if value == value.to_integral_value() else value


def _in_order(items: Mapping[Any, Any]) -> list[Any]:
    """Tiers by where they begin; everything else as the manifest has it."""
    return sorted(items) if all(isinstance(key, Decimal) for key in items) else list(items)
