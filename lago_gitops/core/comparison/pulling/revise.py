"""The data of a manifest, changed where it says something else than is wanted, and nowhere else."""

from collections.abc import Iterator, Mapping, Sequence
from decimal import Decimal
from typing import Any

from lago_gitops.core.comparison.pulling.export import manifest_form, manifest_value, position, says_something
from lago_gitops.core.model.canonical import Scope, canonical_value, case_of, keys_of, value_of, written_value
from lago_gitops.core.model.scalars import decimal, plain
from lago_gitops.core.model.types import Exact, Grants, Json, Keyed, Many, Object, TextMap, Type, Variant

Data = Mapping[str, Any]


def revised(object_: Object, data: Data, wanted: Data, outer: Scope = (), around: Scope = ()) -> dict[str, Json]:
    """Data in manifest form that means the canonical fields `wanted`, as like to `data` as can be.

    What means the same stays as it is written: numbers, order, defaults that are spelled out, words that are no fields.
    What is new comes where the table has it. `outer` and `around` are the objects around the two, nearest first.
    """
    revised_ = dict(data)
    scope, inside = (data, *outer), (wanted, *around)
    for index, field in enumerate(object_.fields):
        before, after = written_value(field, data), wanted.get(field.name)
        if field.write_only or (field.only_if_given and before is None) or value_of(field, data, scope) == after:
            continue
        name = field.alias if field.alias and data.get(field.alias) is not None else field.name
        if not says_something(field, after, inside) and _is_gone(before, after):
            revised_.pop(name, None)
        elif name in revised_:
            revised_[name] = _value(field.type, before, after, scope, inside)
        else:
            new = _value(field.type, before, after, scope, inside)
            revised_ = _inserted(revised_, name, new, {one.name for one in object_.fields[:index]})
    return revised_


def _is_gone(before: Json, after: Any) -> bool:
    """Whether a default is better not said: a flag that is spelled out stays so, with its new value."""
    return before is None or after is None or isinstance(before, dict | list)


def _inserted(data: Mapping[str, Json], name: str, value: Json, earlier: set[str]) -> dict[str, Json]:
    """The data with one more field, behind the last of those that come earlier in the table."""
    place = max((index for index, key in enumerate(data, 1) if key in earlier), default=len(data))
    items = list(data.items())
    return dict([*items[:place], (name, value), *items[place:]])


def _value(type_: Type, before: Json, after: Any, scope: Scope, inside: Scope) -> Json:
    match type_:
        case _ if before is None or after is None:
            return manifest_value(type_, after, inside)
        case Object():
            return revised(type_, before, after, scope, inside)
        case Variant() if (shape := case_of(type_, scope)) is not None and shape is case_of(type_, inside):
            return revised(shape, before, after, scope, inside)
        case Keyed():
            return list(_items(type_, before, after, scope, inside))
        case Many(ordered=False):
            return _members(type_, before, after, inside)
        case TextMap():
            return _map(before, after)
        case Grants():
            return {code: _map(before.get(code, {}), after[code]) for code in _in_order(before, after)}
        case Exact():
            return _number(before, manifest_value(type_, after, inside))
        case _:
            return manifest_value(type_, after, inside)


def _items(
    keyed: Keyed, before: Sequence[Data], after: Mapping[Any, Data], scope: Scope, inside: Scope
) -> Iterator[Json]:
    """Tiers in order; other items as they stand, new ones last."""
    there = {key: item for key, item in zip(keys_of(keyed, before, scope), before, strict=True) if key in after}
    order = [*there, *(key for key in after if key not in there)]
    for key in sorted(order, key=position) if keyed.is_one else order:
        if key in there:
            yield revised(keyed.item, there[key], after[key], scope, inside)
        else:
            yield manifest_form(keyed.item, after[key], inside)


def _members(many: Many, before: Sequence[Json], after: Sequence[Any], inside: Scope) -> list[Json]:
    kept = [item for item in before if canonical_value(many.item, item) in after]
    known = [canonical_value(many.item, item) for item in kept]
    return [*kept, *(manifest_value(many.item, item, inside) for item in after if item not in known)]


def _map(before: Data, after: Data) -> dict[str, Json]:
    return {key: after[key] for key in _in_order(before, after)}


def _in_order(before: Data, after: Data) -> list[str]:
    """The keys of the second, those of the first as they stand there."""
    return [*(key for key in before if key in after), *(key for key in after if key not in before)]


def _number(before: Json, after: Json) -> Json:
    """Written as the number before it: quoted or not."""
    number = decimal(after)
    if not isinstance(number, Decimal):
        return after
    return plain(number) if isinstance(before, str) else number
