"""A live object as the manifest that would make it: every field that differs from its default, and no other."""

from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from lago_gitops.core.model.canonical import Scope, canonical_value, case_of
from lago_gitops.core.model.kind import ResourceKind
from lago_gitops.core.model.resources import Live
from lago_gitops.core.model.scalars import plain
from lago_gitops.core.model.types import Exact, Field, Json, Keyed, Many, Object, Sent, Type, ValueSets, Variant


def manifest_data(kind: ResourceKind, live: Live) -> dict[str, Json]:
    """The data of the manifest, in the order of the table; lists without order of their own by code."""
    return {"kind": kind.name} | manifest_form(kind.object, live.fields)


def manifest_form(object_: Object, fields: Mapping[str, Any], outer: Scope = ()) -> dict[str, Json]:
    """Canonical fields as a manifest writes them, without those that have their default."""
    scope = (fields, *outer)
    return {
        field.name: manifest_value(field.type, fields[field.name], scope)
        for field in object_.fields
        if field.name in fields and not field.only_if_given and says_something(field, fields[field.name], scope)
    }


def says_something(field: Field, value: Any, scope: Scope) -> bool:
    """Whether a manifest has to have the field to mean the value."""
    return field.required or value != canonical_value(field.type, field.default, scope)


def manifest_value(type_: Type, value: Any, scope: Scope) -> Json:
    """A canonical value as a manifest writes it; `scope` are the canonical objects around it, nearest first."""
    if value is None:
        return None
    match type_:
        case Exact():
            return _number(value, type_.sent)
        case Many():
            return [manifest_value(type_.item, item, scope) for item in value]
        case ValueSets():
            return {key: list(values) for key, values in value}
        case Keyed():
            return [manifest_form(type_.item, value[key], scope) for key in sorted(value, key=position)]
        case Object():
            return manifest_form(type_, value, scope)
        case Variant():
            shape = case_of(type_, scope)
            return value if shape is None else manifest_form(shape, value, scope)
        case _:
            return value


def position(key: Any) -> tuple[Any, str]:
    """Where an item with this key comes in a keyed list: tiers by where they begin, others by their name."""
    return (key, "") if isinstance(key, Decimal) else (Decimal(0), repr(key))


def _number(value: Any, sent: Sent) -> Json:
    """Prices as text, as Lago has them; bounds of tiers, rates of taxes and days as numbers."""
    if not isinstance(value, Decimal):
        return value
    if sent is Sent.TEXT:
        return plain(value)
    return int(value) if value == value.to_integral_value() else Decimal(plain(value))
