"""Names for changes and states that are the same on every machine and at any time."""

import hashlib
import json
from collections.abc import Callable, Iterable, Mapping, Sequence
from decimal import Decimal
from functools import lru_cache
from operator import itemgetter
from typing import Any, NamedTuple

from lago_gitops.core.model.resources import Change, Create, Delete, Update
from lago_gitops.core.model.scalars import plain

_KEYS_KEPT = 4_096
_NULL = "null"
_EMPTY = "[]"
_NUMBERS_KEPT = 8_192
_AMOUNTS = frozenset({Decimal, type(None)})
ID_LENGTH = 16  # hex digits: enough to tell changes apart, too few to guess a secret by


class Named(NamedTuple):
    """`before` is the fingerprint of what the change replaces or deletes; None where there is nothing. `values` are
    texts of the fields of an update, in their order: the way to each, and what it is before and after."""

    id: str
    before: str | None
    values: tuple[str, ...] = ()


def named(change: Change) -> Named:
    """Both names of a change. What it leaves as it is has no part in either."""
    match change:
        case Create(desired):
            return Named(_id(change, "create", _stable(desired.fields)), None)
        case Update(_, live, fields):
            before = [f"{_way(one.keys)},{_stable(one.before)}" for one in fields]
            values = tuple([f"{was},{_stable(one.after)}" for was, one in zip(before, fields, strict=True)])
            id_ = _id(change, "update", _stable(str(live.address)), _together(values))
            return Named(id_, _hashed(_together(before)), values)
        case Delete(_, live):  # the last of its union
            text = _stable(live.fields)
            return Named(_id(change, "delete", text), _hashed(text))


def _together(texts: Iterable[str]) -> str:
    """In one order, whatever the order of the manifest."""
    return f"[{'],['.join(sorted(texts))}]"


def change_id(change: Change) -> str:
    """The same for the same address, action, state before and state after; whoever wrote the manifest, and where."""
    return named(change).id


def digest(changes: Iterable[tuple[str, Iterable[str]]]) -> str:
    """One name for a set of changes by their ids, each with the classes of its effects, in whatever order.

    An effect that a plan did not have yet, as of a subscription that came since, is another plan to approve.
    """
    return _hash(sorted([[id_, *sorted({str(one) for one in classes})] for id_, classes in changes]))


def money_digest(facts: Iterable[tuple[str, ...]]) -> str:
    """One name for what an approval holds for, in whatever order; empty facts don't count."""
    return _hash(sorted(_hash(one) for one in facts if one))


def _id(change: Change, action: str, *texts: str) -> str:
    return _hashed(f"[{','.join((_stable(str(change.address)), _stable(action), *texts))}]")[:ID_LENGTH]


def _hash(value: Any) -> str:
    return _hashed(_stable(value))


def _hashed(text: str) -> str:
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()


def _stable(value: Any) -> str:
    """JSON that is the same for equal canonical values: mappings as lists in order of their keys, which are unique.

    It is written at once, and by the exact type, since every value of every change comes by here.
    """
    return _WRITERS.get(type(value), _of_another_type)(value)


def _of_another_type(value: Any) -> str:
    """Words that are members of an enumeration, views of mappings."""
    base = next(one for one in (str, Mapping, Sequence) if isinstance(value, one))
    return _WRITERS[base](value)


def _mapping(value: Mapping[Any, Any]) -> str:
    if not value:
        return _EMPTY
    layout = _layout(tuple(value))
    values = layout.values(value)
    if _AMOUNTS.issuperset(map(type, values)):
        return _amounts(layout.text, values)
    return layout.text % tuple([_WRITERS.get(type(item), _of_another_type)(item) for item in values])


@lru_cache(_NUMBERS_KEPT)
def _amounts(text: str, values: tuple[Decimal | None, ...]) -> str:
    """Of a mapping that has nothing else, as tiers have: price lists repeat theirs."""
    return text % tuple([_stable(item) for item in values])


def _items(value: Sequence[Any]) -> str:
    return f"[{','.join([_WRITERS.get(type(item), _of_another_type)(item) for item in value])}]"


_way = lru_cache(_KEYS_KEPT)(_items)
"""The keys that lead to a field, which many changes have in common; those of one place are of one type."""


@lru_cache(_NUMBERS_KEPT)
def _number(value: Decimal) -> str:
    """Price lists repeat theirs; equal ones have the same text."""
    return f'"{plain(value)}"'


_WRITERS: Mapping[type, Callable[[Any], str]] = {
    str: json.encoder.encode_basestring,
    type(None): lambda _: _NULL,
    bool: lambda value: "true" if value else "false",
    int: str,
    Decimal: _number,
    dict: _mapping,
    Mapping: _mapping,
    tuple: _items,
    list: _items,
    Sequence: _items,
}


class _Layout(NamedTuple):
    """How mappings of the same keys are written: what brings their values in order of the keys, and the text of all
    else, with a `%s` for each value. Objects of one shape have the same, as have most tiers."""

    values: Callable[[Any], tuple[Any, ...]]
    text: str


def _layout(keys: tuple[Any, ...]) -> _Layout:
    layout = _of_names(keys)
    if layout is None:
        layout = _of_bounds(keys) if {*map(type, keys)} == {Decimal} else _laid_out(keys)
    return layout


@lru_cache(_KEYS_KEPT)
def _of_names(keys: tuple[Any, ...]) -> _Layout | None:
    """None for what isn't text alone: of others 1 and 1.0 are equal, and have two texts."""
    return _laid_out(keys) if all(type(key) is str for key in keys) else None


def _laid_out(keys: tuple[Any, ...]) -> _Layout:
    texts = sorted(((_stable(key), key) for key in keys), key=lambda each: _rank(each[0]))
    ordered = [key for _, key in texts]
    values = itemgetter(*ordered) if len(ordered) > 1 else lambda value: tuple([value[key] for key in ordered])
    items = ",".join([f"[{text.replace('%', '%%')},%s]" for text, _ in texts])
    return _Layout(values, f"[{items}]")


_of_bounds = lru_cache(_KEYS_KEPT)(_laid_out)


@lru_cache(_KEYS_KEPT)
def _rank(text: str) -> str:
    return repr(json.loads(text))
