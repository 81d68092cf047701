"""Names for changes and states that are the same on every machine and at any time."""

import hashlib
import json
from collections.abc import Callable, Iterable, Mapping, Sequence
from decimal import Decimal
from functools import lru_cache
from typing import Any

from lago_gitops.core.model.canonical import plain
from lago_gitops.core.model.resources import Change, Create, Delete, Update

_KEYS_KEPT = 1024
_NUMBERS_KEPT = 8_192
ID_LENGTH = 16  # hex digits: enough to tell changes apart, too few to guess a secret by


def change_id(change: Change) -> str:
    """The same for the same address, action, state before and state after; whoever wrote the manifest, and where."""
    return _hash((str(change.address), *_parts(change)))[:ID_LENGTH]


def fingerprint(fields: Mapping[str, Any]) -> str:
    """The same for the same canonical fields."""
    return _hash(fields)


def digest(changes: Iterable[tuple[str, Iterable[str]]]) -> str:
    """One name for a set of changes by their ids, each with the classes of its effects, in whatever order.

    An effect that a plan did not have yet, as of a subscription that came since, is another plan to approve.
    """
    return _hash(sorted([id_, *sorted(set(classes))] for id_, classes in changes))


def money_digest(facts: Iterable[tuple[Any, ...]]) -> str:
    """One name for what an approval holds for, in whatever order; empty facts don't count."""
    return _hash(sorted(_hash(one) for one in facts if one))


def _parts(change: Change) -> tuple[Any, ...]:
    match change:
        case Create(desired):
            return "create", desired.fields
        case Update(desired, live, fields):
            touched = {one.keys[0] for one in fields}
            return "update", str(live.address), _only(live.fields, touched), _only(desired.fields, touched)
        case Delete(_, live):  # the last of its union
            return "delete", live.fields


def _only(fields: Mapping[str, Any], names: Iterable[str]) -> dict[str, Any]:
    return {name: fields.get(name) for name in names}


def _hash(value: Any) -> str:
    return hashlib.sha256(_stable(value).encode("utf-8", "surrogatepass")).hexdigest()


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
    keys = tuple(value)
    ordered = _fields_in_order if _TEXT.issuperset(map(type, keys)) else _in_order
    found = [
        f"[{text},{_WRITERS.get(type(item), _of_another_type)(item)}]"
        for key, text in ordered(keys)
        for item in (value[key],)
    ]
    return f"[{','.join(found)}]"


def _items(value: Iterable[Any]) -> str:
    return f"[{','.join(map(_stable, value))}]"


@lru_cache(_NUMBERS_KEPT)
def _number(value: Decimal) -> str:
    """Price lists repeat theirs; equal ones have the same text."""
    return f'"{plain(value)}"'


_TEXT = frozenset({str})
_WRITERS: Mapping[type, Callable[[Any], str]] = {
    str: json.encoder.encode_basestring,
    type(None): lambda _: "null",
    bool: lambda value: "true" if value else "false",
    int: str,
    Decimal: _number,
    dict: _mapping,
    Mapping: _mapping,
    tuple: _items,
    list: _items,
    Sequence: _items,
}


def _in_order(keys: tuple[Any, ...]) -> tuple[tuple[Any, str], ...]:
    """Keys as they are sorted, each with its text."""
    found = [(key, _stable(key)) for key in keys]
    return tuple(sorted(found, key=lambda each: _rank(each[1])))


@lru_cache(_KEYS_KEPT)
def _rank(text: str) -> str:
    return repr(json.loads(text))


_fields_in_order = lru_cache(_KEYS_KEPT)(_in_order)  # objects of one shape have the same; of others 1 and 1.0 are equal
