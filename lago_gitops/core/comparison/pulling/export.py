"""A live object as the manifest that would make it: every field that differs from its default, and no other."""

from collections.abc import Callable, Mapping, Sequence
from decimal import Decimal
from functools import cache, lru_cache
from typing import Any, Final

from lago_gitops.core.model.canonical import Scope, canonical_value, case_of
from lago_gitops.core.model.kind import ResourceKind
from lago_gitops.core.model.resources import Live
from lago_gitops.core.model.scalars import plain
from lago_gitops.core.model.types import Exact, Field, Json, Keyed, Many, Object, Sent, Type, ValueSets, Variant

_BOUNDS_KEPT: Final = 8_192  # price lists repeat theirs
_Form = Callable[[Any, Any, Scope], Json]
_NOTHING: Final = object()  # no value, and the default of what is required: no value is like it


def manifest_data(kind: ResourceKind, live: Live) -> dict[str, Json]:
    """The data of the manifest, in the order of the table; lists without order of their own by code."""
    return {"kind": kind.name} | manifest_form(kind.object, live.fields)


def manifest_form(object_: Object, fields: Mapping[str, Any], outer: Scope = ()) -> dict[str, Json]:
    """Canonical fields as a manifest writes them, without those that have their default."""
    scope, form = (fields, *outer), {}
    for name, type_, default, default_in, written in _places(object_):
        value = fields.get(name, _NOTHING)
        if value is _NOTHING:
            continue
        # what is required is compared with nothing: a Decimal would ask whether that is a fraction, which takes long
        if default is _NOTHING or value != (default if default_in is None else default_in(scope)):
            form[name] = value if written is None or value is None else written(type_, value, scope)
    return form


def says_something(field: Field, value: Any, scope: Scope) -> bool:
    """Whether a manifest has to have the field to mean the value."""
    return field.required or value != canonical_value(field.type, field.default, scope)


def manifest_value(type_: Type, value: Any, scope: Scope) -> Json:
    """A canonical value as a manifest writes it; `scope` are the canonical objects around it, nearest first."""
    written = _FORMS.get(type(type_))
    return value if written is None or value is None else written(type_, value, scope)


def position(key: Any) -> tuple[Any, str]:
    """Where an item with this key comes in a keyed list: tiers by where they begin, others by their name."""
    return (key, "") if isinstance(key, Decimal) else (Decimal(0), repr(key))


@cache
def _places(object_: Object) -> tuple[tuple[str, Type, Any, Callable[[Scope], Any] | None, _Form | None], ...]:
    """The fields that a manifest can have: name, type, default, or what tells it from the objects around, and form."""
    return tuple(
        (
            field.name,
            field.type,
            _NOTHING if field.required else canonical_value(field.type, field.default),
            None if field.required else _default_in(field),
            _FORMS.get(type(field.type)),
        )
        for field in object_.fields
        if not field.only_if_given
    )


def _default_in(field: Field) -> Callable[[Scope], Any] | None:
    """The default of a field by the objects around it; None if it is the same everywhere. That of a variant depends on
    its case alone."""
    match field.type:
        case Variant(by=by):
            of_case = cache(lambda case: canonical_value(field.type, field.default, ({by: case},)))
            return lambda scope: of_case(next((each[by] for each in scope if each.get(by) is not None), None))
        case Object() | Keyed() | Many() if field.default not in (None, []):
            return lambda scope: canonical_value(field.type, field.default, scope)
        case _:
            return None


def _variant(variant: Variant, value: Any, scope: Scope) -> Json:
    case = case_of(variant, scope)
    return value if case is None else manifest_form(case, value, scope)


def _keyed(keyed: Keyed, value: Mapping[Any, Mapping[str, Any]], scope: Scope) -> Json:
    return [manifest_form(keyed.item, value[key], scope) for key in sorted(value, key=position)]


def _many(many: Many, value: Sequence[Any], scope: Scope) -> Json:
    return [manifest_value(many.item, item, scope) for item in value]


def _value_sets(_: ValueSets, value: Sequence[tuple[str, Sequence[str]]], _scope: Scope) -> Json:
    return {key: list(values) for key, values in value}


def _number(exact: Exact, value: Any, _: Scope) -> Json:
    """Prices as text, as Lago has them; bounds of tiers, rates of taxes and days as numbers."""
    if not isinstance(value, Decimal):
        return value
    return plain(value) if exact.sent is Sent.TEXT else _bound(value)


@lru_cache(_BOUNDS_KEPT)
def _bound(value: Decimal) -> int | Decimal:
    return int(value) if value == value.to_integral_value() else Decimal(plain(value))


_FORMS: Final[Mapping[type, _Form]] = {
    Exact: _number,
    Many: _many,
    ValueSets: _value_sets,
    Keyed: _keyed,
    Object: manifest_form,
    Variant: _variant,
}
"""How manifests write values, by their type: those of others stay as they are."""
