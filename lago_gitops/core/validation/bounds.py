"""What a schema can't say of a single value: bounds and digits of numbers, capitals, times, nulls in lists."""

from collections.abc import Iterator, Mapping
from decimal import Decimal
from functools import cache
from typing import Any

from lago_gitops.core.model.canonical import Scope, case_of, written_value
from lago_gitops.core.model.field_walk import objects_of
from lago_gitops.core.model.kind import Finding, Path
from lago_gitops.core.model.scalars import instant, plain
from lago_gitops.core.model.types import (
    PRICE_LIMIT,
    Exact,
    Field,
    Free,
    Json,
    Keyed,
    Moment,
    Object,
    Text,
    Type,
    Variant,
)


def value_findings(object_: Object, data: Mapping[str, Any], outer: Scope = (), path: Path = ()) -> Iterator[Finding]:
    """Every value out of bounds in data that fits the schema."""
    scope = (data, *outer)
    for field in _bounded_fields(object_):
        value = written_value(field, data)
        if value is not None and not _is_whole_within(field.type, value):
            yield from _value(field.type, value, scope, (*path, field.name))


def _is_whole_within(type_: Type, value: Json) -> bool:
    """The quick answer for most bounds of tiers: a whole number has no digits too many."""
    return (
        type(value) is int
        and isinstance(type_, Exact)
        and (type_.above is None or value > type_.above)
        and (type_.maximum is None or value <= type_.maximum)
    )


@cache
def _bounded_fields(object_: Object) -> tuple[Field, ...]:
    """The fields in which, at any depth, there is something to look at: few, and this is run for every tier."""
    return tuple(field for field in object_.fields if _is_bounded(field.type))


def _is_bounded(type_: Type) -> bool:
    match type_:
        case Exact():
            # a text of the schema's pattern is below the limit of prices anyway
            return type_.above is not None or type_.places is not None or type_.maximum != PRICE_LIMIT or type_.binary
        case Text():
            return type_.capitals
        case Moment() | Free():
            return True
        case _:
            return any(_bounded_fields(object_) for object_ in objects_of(type_))


def _value(type_: Type, value: Json, scope: Scope, path: Path) -> Iterator[Finding]:
    match type_:
        case Exact():
            yield from _exact(type_, Decimal(value), path)
        case Text():
            if value != value.upper():
                yield Finding(path, f"{value!r} has lower-case letters", f"Lago stores {value.upper()!r}: write that")
        case Free():
            yield from _without_gaps(value, path)
        case Moment():
            if instant(value) is None:
                yield Finding(path, f"{value!r} is not a date", "write it like 2027-12-31T23:59:59Z")
        case Keyed():
            for index, item in enumerate(value):
                yield from value_findings(type_.item, item, scope, (*path, index))
        case Object():
            yield from value_findings(type_, value, scope, path)
        case Variant():  # the last of its union that has bounds
            yield from value_findings(case_of(type_, scope) or Object(()), value, scope, path)


def _exact(type_: Exact, number: Decimal, path: Path) -> Iterator[Finding]:
    if type_.above is not None and number <= type_.above:
        yield Finding(path, f"{plain(number)} is not above {plain(type_.above)}")
    if type_.maximum is not None and number > type_.maximum:
        yield Finding(path, f"{plain(number)} is more than {plain(type_.maximum)}")
    if type_.places is not None and -_exponent(number) > type_.places:
        yield Finding(
            path,
            f"{plain(number)} has more than {type_.places} decimals",
            "Lago rounds it, so write what it would keep",
        )

    if type_.binary and number != number.to_integral_value() and (kept := Decimal(repr(float(number)))) != number:
        yield Finding(
            path, f"{plain(number)} has more digits than Lago keeps", f"write what it would keep: {plain(kept)}"
        )


def _without_gaps(value: Json, path: Path) -> Iterator[Finding]:
    """Lago drops a null inside of a list on its way in, so that what comes after it moves up."""
    for step, inner in value.items() if isinstance(value, dict) else enumerate(value):
        if inner is None and isinstance(value, list):
            yield Finding((*path, step), "Lago drops a null in a list", "remove it, or write another value")
        if isinstance(inner, dict | list):
            yield from _without_gaps(inner, (*path, step))


def _exponent(number: Decimal) -> int:
    _, _, exponent = Decimal(plain(number)).as_tuple()
    return int(exponent)
