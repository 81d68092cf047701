"""The lines of the table of timings that an update of a plan is on: its own fields, its charges, its fixed charges."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any

from lago_gitops.core.model.resources import FieldChange, Update
from lago_gitops.core.model.types import Lock
from lago_gitops.kinds.timing.line import ADDED, REMOVED, SWAPPED, When
from lago_gitops.kinds.timing.reach import Reached
from lago_gitops.kinds.timing.table import timing

Item = Mapping[str, Any]
NAMES = ("invoice_display_name", "threshold_display_name")


@dataclass(frozen=True, slots=True)
class _Part:
    """A list of a plan whose items have lines of their own; `sells` is the field that says what an item bills."""

    field: str
    of: str
    sells: str


PARTS = (
    _Part("charges", "charge", "billable_metric_code"),
    _Part("fixed_charges", "fixed_charge", "add_on_code"),
)
PART_IN = {part.field: part for part in PARTS}


def plan_reach(change: Update, *holding: When) -> Iterator[Reached]:
    """What holds of the plan: in use or never in use, Lago before 1.39, items written by their own endpoints."""
    for one in change.fields:
        if one.keys[0] not in PART_IN:
            yield _own(change, one, holding)
    touched = {one.keys[0] for one in change.fields}
    for part in PARTS:
        if part.field in touched:
            yield from _items(change, part, holding)


def row_of(keys: tuple[Any, ...], lock: Lock) -> tuple[str, str] | None:
    """What has lines for the field at these keys if it is all that changes, and under which name; None for an item that
    comes, goes or is swapped."""
    part = PART_IN.get(keys[0])
    if part is None:
        return "plan", _name(keys)
    return (part.of, _name(keys, 2)) if len(keys) > 2 and lock is not Lock.REPLACE else None


def _own(change: Update, one: FieldChange, holding: tuple[When, ...]) -> Reached:
    base = When.ADVANCE if change.live.fields["pay_in_advance"] else When.ARREARS
    line = timing("plan", _name(one.keys), base, *holding, *_of_thresholds(one))
    return Reached(one.where, _name(one.keys), line)


@dataclass(frozen=True, slots=True)
class _Items:
    """The items of a list that change, as they were and as they will be; `changed` are those that stay."""

    added: Mapping[str, Item]
    removed: Mapping[str, Item]
    replaced: Mapping[str, tuple[Item, Item]]
    changed: tuple[FieldChange, ...]


def _items(change: Update, part: _Part, holding: tuple[When, ...]) -> Iterator[Reached]:
    items = _sorted_out(change, part)
    successors = dict(_successors(items, part.sells))
    for code, (old, new) in items.replaced.items():
        facts = _swap(old, new, part.sells), _at_once(change, part, code)
        yield _reached(part, code, SWAPPED, *facts, *holding)
    for code, old in items.removed.items():
        after = successors.get(code)
        if after is None:
            yield _reached(part, code, REMOVED, _billed(old), *holding)
        else:
            facts = _swap(old, items.added[after], part.sells), _at_once(change, part, after)
            yield replace(_reached(part, code, SWAPPED, *facts, *holding), successor=after)
    for code, new in items.added.items():
        if code not in successors.values():
            yield _reached(part, code, ADDED, _billed(new), _at_once(change, part, code), *holding)
    for one in items.changed:
        yield _in_item(change, part, one, holding)


def _in_item(change: Update, part: _Part, one: FieldChange, holding: tuple[When, ...]) -> Reached:
    code = one.keys[1]
    facts = _billed(change.live.fields[part.field][code]), _at_once(change, part, code)
    return _reached(part, code, _name(one.keys, 2), *facts, *holding, where=one.where)


_Facts = frozenset[When]
_NOTHING: _Facts = frozenset()
_AT_ONCE = frozenset({When.AT_ONCE})
_BILLED: Mapping[tuple[bool, bool], _Facts] = {
    (True, True): frozenset({When.ADVANCE, When.PRORATED}),
    (True, False): frozenset({When.ADVANCE}),
    (False, True): frozenset({When.ARREARS, When.PRORATED}),
    (False, False): frozenset({When.ARREARS}),
}
"""Of items by whether they are billed in advance, and prorated."""


def _reached(part: _Part, code: str, change: str, *facts: "_Facts | When", where: str = "") -> Reached:
    holding = (when for each in facts for when in (each if isinstance(each, frozenset) else (each,)))
    return Reached(where or f"{part.field}.{code}", change, timing(part.of, change, *holding), code)


def _sorted_out(change: Update, part: _Part) -> _Items:
    before, after = change.live.fields[part.field], change.desired.fields[part.field]
    mine = tuple(one for one in change.fields if one.keys[0] == part.field)
    replaced = dict.fromkeys(one.keys[1] for one in mine if one.lock is Lock.REPLACE)
    return _Items(
        added={one.keys[1]: one.after for one in mine if len(one.keys) == 2 and one.before is None},
        removed={one.keys[1]: one.before for one in mine if len(one.keys) == 2 and one.after is None},
        replaced={code: (before[code], after[code]) for code in replaced},
        changed=tuple(one for one in mine if len(one.keys) > 2 and one.keys[1] not in replaced),
    )


def _successors(items: _Items, sells: str) -> Iterator[tuple[str, str]]:
    """For an item that goes the new one that sells the same, which then bills what the old one has not billed."""
    free = dict(items.added)
    for code, old in items.removed.items():
        after = next((other for other, new in free.items() if new[sells] == old[sells]), None)
        if after is not None:
            del free[after]
            yield code, after


def _billed(item: Item) -> _Facts:
    return _BILLED[bool(item["pay_in_advance"]), bool(item["prorated"])]


def _swap(old: Item, new: Item, sells: str) -> _Facts:
    was = When.WAS_ADVANCE if old["pay_in_advance"] else When.WAS_ARREARS
    return _billed(new) | {was} | ({When.OTHER_METRIC} if old[sells] != new[sells] else set())


def _at_once(change: Update, part: _Part, code: str) -> _Facts:
    told = change.desired.options.get((part.field, code, "apply_units_immediately"))
    return _AT_ONCE if told else _NOTHING


def _of_thresholds(one: FieldChange) -> tuple[When, ...]:
    """An amount is what names a threshold, so that another amount is another threshold."""
    return (When.LOWERED,) if one.keys[0] == "usage_thresholds" and one.after is not None else ()


def _name(keys: tuple[Any, ...], depth: int = 0) -> str:
    """The field that has a line: names have one wherever they stand."""
    return "invoice_display_name" if keys[-1] in NAMES else str(keys[depth])
