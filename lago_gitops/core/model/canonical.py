"""One form for both sides: what a manifest says and what Lago reads back are equal exactly when they mean the same."""

import re
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from decimal import ROUND_HALF_UP, Context, Decimal, InvalidOperation
from typing import Any

from lago_gitops.core.model.types import (
    Boolean,
    Exact,
    Field,
    Free,
    Grants,
    Integer,
    Json,
    Keyed,
    Many,
    Moment,
    Object,
    Reference,
    Text,
    TextMap,
    Type,
    ValueSets,
    Variant,
)

Scope = tuple[Mapping[str, Any], ...]  # the objects around a value, nearest first
WHOLE = re.compile(r"0|-?[1-9][0-9]{0,17}", re.ASCII)
LARGEST_EXPONENT = 400  # beyond it a number is kept as the text it was: written out, it would fill the memory
EXACT = Context(prec=1000)


def shaped(object_: Object, answer: Mapping[str, Any], outer: Scope = ()) -> dict[str, Json]:
    """What Lago answered for one object, in the form of a manifest; what no field reads is left out."""
    scope = (answer, *outer)
    return {
        field.name: _shaped(field.type, _read(field, answer), scope) for field in object_.fields if not field.write_only
    }


def canonical(object_: Object, data: Mapping[str, Any], outer: Scope = ()) -> dict[str, Any]:
    """Data in manifest form with defaults filled in, numbers as Decimals, unordered lists sorted, keyed lists as dicts.

    Takes what Lago can answer too (`"1_000"`, repeated keys), so it does not refuse anything: validation does.
    """
    scope = (data, *outer)
    return {
        field.name: value_of(field, data, scope)
        for field in object_.fields
        if not field.write_only and not (field.only_if_given and given(field, data) is None)
    }


def value_of(field: Field, data: Mapping[str, Any], scope: Scope) -> Any:
    """The canonical value of one field of `data`, its default where it is left out."""
    value = given(field, data)
    return canonical_value(field.type, field.default if value is None else value, scope)


def given(field: Field, data: Mapping[str, Any]) -> Json:
    """What is written for the field, under its name or its older one; None when nothing is."""
    value = data.get(field.name)
    return data.get(field.alias) if value is None and field.alias else value


def canonical_value(type_: Type, value: Json, scope: Scope = ()) -> Any:
    """The canonical form of one value. None stays None, but for an object with defaults of its own."""
    match type_:
        case Variant():
            return _variant(type_, value, scope)
        case _ if value is None:
            return None
        case Text():
            return None if value == "" and type_.empty_is_null else value
        case Integer():
            return _integer(value)
        case Exact():
            return _rounded(decimal(value), type_.places)
        case Moment():
            return moment(value)
        case Many():
            return _many(type_, value, scope)
        case Keyed():
            return _keyed(type_, value, scope)
        case Object():
            return canonical(type_, value, scope)
        case ValueSets():
            return tuple(sorted((key, tuple(sorted(set(values)))) for key, values in value.items()))
        case TextMap():
            return {key: text for key, text in sorted(value.items()) if text is not None}
        case Grants():
            return {code: _granted_all(of) for code, of in sorted(value.items())}
        case Boolean() | Reference() | Free():  # the last of its union
            return value


def decimal(value: Json) -> Any:
    """The number as Lago takes it (blanks around it and `_` inside are nothing); the value itself if it is none."""
    if not isinstance(value, str | int | Decimal) or isinstance(value, bool):
        return value
    try:
        number = Decimal(value)
    except InvalidOperation:
        return value
    if not number.is_finite() or abs(number.adjusted()) > LARGEST_EXPONENT:
        return value
    return number


def plain(number: Decimal) -> str:
    """The number in plain digits, without exponent and without zeros at the end: "0.002", "10"."""
    text = format(number, "f")
    text = text.rstrip("0").rstrip(".") if "." in text else text
    return "0" if text == "-0" else text


def granted(value: Json) -> Any:
    """The value of a privilege. Lago keeps them as text and reads them by the privilege's type, so that text that
    writes a number or a truth is the same as either."""
    if value in ("true", "false"):
        return value == "true"
    return int(value) if isinstance(value, str) and WHOLE.fullmatch(value) else value


def granted_text(value: Any) -> str:
    """The value of a privilege as Lago keeps it: text fits every type of privilege."""
    return str(value).lower() if isinstance(value, bool) else str(value)


def _granted_all(values: Mapping[str, Json]) -> dict[str, Any]:
    return {name: granted(value) for name, value in sorted(values.items())}


def moment(value: Json) -> Any:
    """ISO 8601 in UTC to the second, as Lago writes it. Other text stays as it is."""
    found = instant(value)
    return value if found is None else found.replace(microsecond=0, tzinfo=None).isoformat() + "Z"


def instant(value: Json) -> datetime | None:
    """The point in time that an ISO 8601 text names, in UTC, as is a time without zone; None for any other value."""
    try:
        parsed = datetime.fromisoformat(value)
        return (parsed if parsed.tzinfo else parsed.replace(tzinfo=UTC)).astimezone(UTC)
    except (TypeError, ValueError, OverflowError):
        return None


def case_of(variant: Variant, scope: Scope) -> Object | None:
    """The object that stands for the variant where the objects around it say so; None if none of them does."""
    for around in scope:
        if around.get(variant.by) is not None:
            return variant.cases.get(around[variant.by])
    return None


def keys_of(keyed: Keyed, items: Sequence[Mapping[str, Any]], scope: Scope = ()) -> list[Any]:
    """The identity of each item, in order. The n-th item of one identity (n > 1) gets `(identity, n)` for its own."""
    seen: dict[Any, int] = {}
    keys = []
    for item in items:
        key = identity(keyed, item, scope)
        seen[key] = seen.get(key, 0) + 1
        keys.append(key if seen[key] == 1 else (key, seen[key]))
    return keys


def is_again(key: Any) -> bool:
    """Whether an item with this key has the identity of an earlier one."""
    return isinstance(key, tuple) and len(key) == 2 and isinstance(key[1], int)


def identity(keyed: Keyed, item: Mapping[str, Any], scope: Scope = ()) -> Any:
    """The canonical value of an item's key field, a tuple where there are several."""
    fields = {field.name: field for field in keyed.item.fields}
    values = tuple(value_of(fields[name], item, (item, *scope)) for name in keyed.key)
    return values[0] if len(values) == 1 else values


def _read(field: Field, answer: Mapping[str, Any]) -> Json:
    return answer.get(field.name) if field.read is None else field.read(answer)


def _shaped(type_: Type, value: Json, scope: Scope) -> Json:
    match type_:
        case _ if value is None:
            return None
        case Object():
            return shaped(type_, value, scope)
        case Keyed():
            return [shaped(type_.item, item, scope) for item in value]
        case Variant():
            found = case_of(type_, scope)
            return value if found is None else shaped(found, value, scope)
        case _:
            return value


def _variant(variant: Variant, value: Json, scope: Scope) -> Any:
    found = case_of(variant, scope)
    if found is None:
        return value
    return canonical(found, value or variant.defaults.get(_case_name(variant, scope), {}), scope)


def _case_name(variant: Variant, scope: Scope) -> str:
    return next(str(around[variant.by]) for around in scope if around.get(variant.by) is not None)


def _integer(value: Json) -> Any:
    number = decimal(value)
    return int(number) if isinstance(number, Decimal) and number == number.to_integral_value() else value


def _rounded(number: Any, places: int | None) -> Any:
    if places is None or not isinstance(number, Decimal):
        return number
    return number.quantize(Decimal(1).scaleb(-places), rounding=ROUND_HALF_UP, context=EXACT)


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
    found = [canonical(keyed.item, item, scope) for item in items]
    return dict(zip(keys_of(keyed, items, scope), found, strict=True))
