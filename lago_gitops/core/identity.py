"""Names for changes and states that are the same on every machine and at any time."""

import hashlib
import json
from collections.abc import Iterable, Mapping
from decimal import Decimal
from typing import Any

from lago_gitops.core.model.canonical import plain
from lago_gitops.core.model.resources import Change, Create, Delete, Update

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
    text = json.dumps(_stable(value), sort_keys=True, ensure_ascii=False, separators=(",", ":"))
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()


def _stable(value: Any) -> Any:
    """JSON that is the same for equal canonical values: keyed lists in order of their keys, which are unique."""
    match value:
        case str() | int() | None:
            return value
        case Decimal():
            return plain(value)
        case Mapping():
            return sorted(
                ([_stable(key), _stable(item)] for key, item in value.items()), key=lambda pair: repr(pair[0])
            )
        case tuple() | list():
            return [_stable(item) for item in value]
        case _:
            return value
