"""The lines of the table that a change of a resource is on, part by part."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from decimal import Decimal

from lago_gitops.core.model.resources import Change, Create, Delete, FieldChange, Update
from lago_gitops.kinds.timing.line import ADDED, DELETED, Line, When
from lago_gitops.kinds.timing.table import timing

OF_ITS_OWN = ("billing_configuration",)  # fields whose own fields have lines
SHARES_LINES = {"organization": "billing_entity"}  # what is written to it goes to its default billing entity


@dataclass(frozen=True, slots=True)
class Reached:
    """A part of a change, as a plan names it, what happens to it, and its line.

    `item` is the code of the charge that it is about, `successor` that of the one that takes its place.
    """

    part: str
    change: str
    line: Line
    item: str = ""
    successor: str = ""


def reached(change: Change, holding: Iterable[When] = ()) -> Iterator[Reached]:
    """Of any kind but plans, whose charges have lines of their own."""
    kind = SHARES_LINES.get(change.address.kind, change.address.kind)
    facts = tuple(holding)
    match change:
        case Create():
            yield Reached("", ADDED, timing(kind, ADDED, *facts))
        case Delete():
            yield Reached("", DELETED, timing(kind, DELETED, *facts))
        case Update():  # the last of its union
            for one in change.fields:
                yield field_reached(change.address.kind, one, *facts)


def field_reached(kind: str, one: FieldChange, *holding: When) -> Reached:
    """As `reached`, of one field of an update."""
    return Reached(one.where, _name(one), field_line(kind, one, *holding))


def field_line(kind: str, one: FieldChange, *holding: When) -> Line:
    """The line of one field of an update."""
    return timing(SHARES_LINES.get(kind, kind), _name(one), *holding, direction(one))


def _name(one: FieldChange) -> str:
    return str(one.keys[1] if one.keys[0] in OF_ITS_OWN else one.keys[0])


def direction(change: FieldChange) -> When:
    """Whether a value falls, or less is left of a list; all else is as good as raised."""
    before, after = change.before, change.after
    if isinstance(before, tuple) and isinstance(after, tuple):
        return When.RAISED if set(before) <= set(after) else When.LOWERED
    if after is None:
        return When.LOWERED
    return When.LOWERED if _is_number(before) and _is_number(after) and after < before else When.RAISED


def _is_number(value: object) -> bool:
    return isinstance(value, int | Decimal) and not isinstance(value, bool)
