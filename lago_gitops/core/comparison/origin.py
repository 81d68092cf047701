"""Who made a difference: this branch, or somebody in Lago since the base that the branch started from."""

from collections.abc import Mapping
from enum import StrEnum
from typing import Any

from lago_gitops.core.comparison.compare import value_at
from lago_gitops.core.model.resources import Address, Change, Create, Delete, Desired, FieldChange, Live, Update

Base = Mapping[Address, Desired]


class Origin(StrEnum):
    """`BOTH`: Lago had drifted from the base, and this branch wants a third value."""

    YOURS = "yours"
    DRIFT = "drift"
    BOTH = "both"


def origins(change: Change, base: Base) -> tuple[Origin, ...]:
    """One for each field of an update, one for a create or a delete. `base` has the manifests there by address."""
    before = _before(change, base)
    match change:
        case Create():
            return (Origin.DRIFT if before is not None and not before.absent else Origin.YOURS,)
        case Delete():
            return (Origin.DRIFT if before is not None and before.absent else Origin.YOURS,)
        case Update(_, _, fields):  # the last of its union
            if before is None or before.absent:
                return (Origin.YOURS,) * len(fields)
            return tuple(_field(one, before.fields) for one in fields)


def as_live(wanted: Desired, data: Mapping[str, Any]) -> Live:
    """What a manifest with that data asks for, as if Lago had it: to compare two revisions without a Lago."""
    return Live(wanted.address, str(wanted.address), wanted.fields, data)


def _before(change: Change, base: Base) -> Desired | None:
    codes = (change.desired.address.key, *change.desired.previously)
    found = (base.get(Address(change.address.kind, code)) for code in codes)
    return next((one for one in found if one is not None), None)


def _field(change: FieldChange, base: Mapping[str, Any]) -> Origin:
    at_base = value_at(base, change.keys)
    if at_base == change.after:
        return Origin.DRIFT
    return Origin.YOURS if at_base == change.before else Origin.BOTH
