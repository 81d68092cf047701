"""One form for both sides: what a manifest says and what Lago reads back are equal exactly when they mean the same."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal
from functools import cache
from typing import Any, Final

from lago_gitops.core.model.scalars import EXACT, decimal, granted, moment
from lago_gitops.core.model.types import (
    Exact,
    Field,
    Grants,
    Integer,
    Json,
    Keyed,
    Many,
    Moment,
    Object,
    Text,
    TextMap,
    Type,
    ValueSets,
    Variant,
)

Scope = tuple[Mapping[str, Any], ...]  # the objects around a value, nearest first
_NESTED = frozenset({Object, Keyed, Variant})


def shaped(object_: Object, answer: Mapping[str, Any], outer: Scope = ()) -> dict[str, Json]:
    """What Lago answered for one object, in the form of a manifest; what no field reads is left out."""
    scope = (answer, *outer)
    values = {}
    for name, nested, read in _read_fields(object_):
        value = answer.get(name) if read is None else read(answer)
        values[name] = value if nested is None or value is None else _shaped(nested, value, scope)
    return values


def canonical(object_: Object, data: Mapping[str, Any], outer: Scope = ()) -> dict[str, Any]:
    """Data in manifest form with defaults filled in, numbers as Decimals, unordered lists sorted, keyed lists as dicts.

    Takes what Lago can answer too (`"1_000"`, repeated keys), so it does not refuse anything: validation does.
    """
    scope = (data, *outer)
    walk = _walk(object_)
    values, forms = walk.left_out.copy(), walk.forms
    for name, value in data.items():
        if value is not None and name in forms:
            form, type_ = forms[name]
            values[name] = value if form is None else form(type_, value, scope)
    for field in walk.own_defaults:
        if data.get(field.name) is None:
            if field.only_if_given and written_value(field, data) is None:
                del values[field.name]
            else:
                values[field.name] = value_of(field, data, scope)
    return values


def value_of(field: Field, data: Mapping[str, Any], scope: Scope) -> Any:
    """The canonical value of one field of `data`, its default where it is left out."""
    value = written_value(field, data)
    return canonical_value(field.type, field.default if value is None else value, scope)


def written_value(field: Field, data: Mapping[str, Any]) -> Json:
    """What is written for the field, under its name or its older one; None when nothing is."""
    value = data.get(field.name)
    return data.get(field.alias) if value is None and field.alias else value


def canonical_value(type_: Type, value: Json, scope: Scope = ()) -> Any:
    """The canonical form of one value. None stays None, but for an object with defaults of its own."""
    form = _FORMS.get(type(type_))
    if form is None or (value is None and not isinstance(type_, Variant)):
        return value
    return form(type_, value, scope)


def case_of(variant: Variant, scope: Scope) -> Object | None:
    """The object that stands for the variant where the objects around it say so; None if none of them does."""
    for around in scope:
        if around.get(variant.by) is not None:
            return variant.cases.get(around[variant.by])
    return None


def keys_of(keyed: Keyed, items: Sequence[Mapping[str, Any]], scope: Scope = ()) -> list[Any]:
    """The identity of each item, in order. The n-th item of one identity (n > 1) gets `(identity, n)` for its own."""
    return _told_apart(identity(keyed, item, scope) for item in items)


def _told_apart(identities: Iterable[Any]) -> list[Any]:
    seen: dict[Any, int] = {}
    keys = []
    for key in identities:
        seen[key] = seen.get(key, 0) + 1
        keys.append(key if seen[key] == 1 else (key, seen[key]))
    return keys


def is_again(key: Any) -> bool:
    """Whether an item with this key has the identity of an earlier one."""
    return isinstance(key, tuple) and len(key) == 2 and type(key[1]) is int


def identity(keyed: Keyed, item: Mapping[str, Any], scope: Scope = ()) -> Any:
    """The canonical value of an item's key field, a tuple where there are several."""
    values = tuple(value_of(field, item, (item, *scope)) for field in _key_fields(keyed))
    return values[0] if len(values) == 1 else values


@cache
def _key_fields(keyed: Keyed) -> tuple[Field, ...]:
    fields = {field.name: field for field in keyed.item.fields}
    return tuple(fields[name] for name in keyed.key)


@cache
def _read_fields(object_: Object) -> tuple[tuple[str, Type | None, Callable[[Mapping[str, Any]], Json] | None], ...]:
    """Each with its type, if there is something to be read inside."""
    return tuple(
        (field.name, field.type if type(field.type) in _NESTED else None, field.read)
        for field in object_.fields
        if not field.write_only
    )


@dataclass(frozen=True, slots=True)
class _Walk:
    """The fields of an object, for a walk through data in which most are left out: `left_out` is what it has then, in
    the order of the table, and `forms` are of what it has. What `own_defaults` are depends on where they stand."""

    left_out: dict[str, Any]
    forms: Mapping[str, tuple[Callable[[Any, Any, Scope], Any] | None, Type]]
    own_defaults: tuple[Field, ...]


@cache
def _walk(object_: Object) -> _Walk:
    fields = [field for field in object_.fields if not field.write_only]
    own = tuple(field for field in fields if not _has_one_default(field))
    return _Walk(
        left_out={one.name: None if one in own else canonical_value(one.type, one.default) for one in fields},
        forms={one.name: (_FORMS.get(type(one.type)), one.type) for one in fields},
        own_defaults=own,
    )


def _has_one_default(field: Field) -> bool:
    if field.only_if_given or field.alias or isinstance(field.type, Variant | Keyed | Object):
        return False
    return not isinstance(canonical_value(field.type, field.default), dict)  # which is not for many to have


def _shaped(type_: Type, value: Json, scope: Scope) -> Json:
    match type_:
        case Object():
            return shaped(type_, value, scope)
        case Keyed():
            return [shaped(type_.item, item, scope) for item in value]
        case Variant() if (case := case_of(type_, scope)) is not None:
            return shaped(case, value, scope)
        case _:
            return value


def _variant(variant: Variant, value: Json, scope: Scope) -> Any:
    case = case_of(variant, scope)
    if case is None:
        return value
    return canonical(case, value or variant.defaults.get(_case_name(variant, scope), {}), scope)


def _case_name(variant: Variant, scope: Scope) -> str:
    return next(str(around[variant.by]) for around in scope if around.get(variant.by) is not None)


def _text(text: Text, value: Json, _: Scope) -> Json:
    return None if value == "" and text.empty_is_null else value


def _integer(_: Integer, value: Json, _scope: Scope) -> Any:
    number = decimal(value)
    return int(number) if isinstance(number, Decimal) and number == number.to_integral_value() else value


def _exact(exact: Exact, value: Json, _: Scope) -> Any:
    number = decimal(value)
    if exact.places is None or not isinstance(number, Decimal):
        return number
    return number.quantize(Decimal(1).scaleb(-exact.places), rounding=ROUND_HALF_UP, context=EXACT)


def _moment(_: Moment, value: Json, _scope: Scope) -> Any:
    return moment(value)


def _value_sets(_: ValueSets, value: Mapping[str, Any], _scope: Scope) -> tuple[Any, ...]:
    return tuple(sorted((key, tuple(sorted(set(values)))) for key, values in value.items()))


def _text_map(_: TextMap, value: Mapping[str, Any], _scope: Scope) -> dict[str, Any]:
    return {key: text for key, text in sorted(value.items()) if text is not None}


def _grants(_: Grants, value: Mapping[str, Any], _scope: Scope) -> dict[str, Any]:
    return {code: _granted_all(of) for code, of in sorted(value.items())}


def _granted_all(values: Mapping[str, Json]) -> dict[str, Any]:
    return {name: granted(value) for name, value in sorted(values.items())}


def _many(many: Many, values: Sequence[Json], scope: Scope) -> tuple[Any, ...] | None:
    items = tuple(_item(many.item, value, scope) for value in values)
    if many.normal is not None:
        return many.normal(items)
    if not items and many.empty_is_null:
        return None
    return items if many.ordered else tuple(sorted(set(items)))


def _item(type_: Type, value: Json, scope: Scope) -> Any:
    """Text in a list is there, even where it is empty."""
    return value if isinstance(type_, Text) else canonical_value(type_, value, scope)


def _keyed(keyed: Keyed, items: Sequence[Mapping[str, Any]], scope: Scope) -> dict[Any, dict[str, Any]]:
    forms = [canonical(keyed.item, item, scope) for item in items]
    named = {_key(keyed, item): item for item in forms}
    if len(named) == len(forms):
        return named
    return dict(zip(_told_apart(_key(keyed, item) for item in forms), forms, strict=True))


def _key(keyed: Keyed, item: Mapping[str, Any]) -> Any:
    """As `identity`, of an item in canonical form: key fields are always there."""
    return item[keyed.key[0]] if len(keyed.key) == 1 else tuple(item[name] for name in keyed.key)


_FORMS: Final[Mapping[type, Callable[[Any, Any, Scope], Any]]] = {
    Variant: _variant,
    Text: _text,
    Integer: _integer,
    Exact: _exact,
    Moment: _moment,
    Many: _many,
    Keyed: _keyed,
    Object: canonical,
    ValueSets: _value_sets,
    TextMap: _text_map,
    Grants: _grants,
}
"""How values get their canonical form, by their type: those of others have it. This runs once for every value."""
