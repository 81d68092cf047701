"""What determines the class of a change besides its effects: prices outside plans, and whether only names change."""

from collections.abc import Iterable, Mapping
from types import MappingProxyType

from lago_gitops.core.model.resources import Change, FieldChange, Update
from lago_gitops.core.model.timing import Timing
from lago_gitops.kinds.plan.timing import field_reach
from lago_gitops.kinds.timing.line import When
from lago_gitops.kinds.timing.reach import Reached, field_reached

OF_NAMES = frozenset({Timing.NAMES, Timing.NONE})
DEARER, CHEAPER = 1, -1
PRICES: Mapping[str, Mapping[str, int]] = MappingProxyType(
    {
        "tax": {"rate": DEARER, "applied_to_organization": DEARER},
        "add_on": {"amount_cents": DEARER, "amount_currency": DEARER},
        "coupon": {
            "amount_cents": CHEAPER, "amount_currency": CHEAPER, "percentage_rate": CHEAPER,
            "frequency_duration": CHEAPER, "frequency": CHEAPER, "coupon_type": CHEAPER,
        },
    }
)  # fmt: skip
"""By kind the fields that are a price, with what more of it is to customers. Taxes are dearer wherever they are put."""

RATES: Mapping[str, frozenset[str]] = MappingProxyType(
    {"tax": frozenset({"rate"}), "coupon": frozenset({"percentage_rate"})}
)
"""By kind the fields that are a percentage of a bill: they move by points, not by a share of themselves."""


def is_rate(kind: str, path: str) -> bool:
    return path in RATES.get(kind, ())


def telling_fields(change: Change) -> tuple[FieldChange, ...] | None:
    """The fields of an update that are more than a name by the table of timings: without any it is cosmetic. None for
    what is new or deleted, which is more than a name as a whole."""
    if not isinstance(change, Update):
        return None
    return tuple(one for one in change.fields if any(each.line.timing not in OF_NAMES for each in _alone(change, one)))


def _alone(change: Update, one: FieldChange) -> Iterable[Reached]:
    if change.address.kind == "plan":
        return field_reach(change, one, When.IN_USE)
    return (field_reached(change.address.kind, one, When.IN_USE),)


def price_sign(kind: str, field: FieldChange) -> int | None:
    """What more of a field is to customers, DEARER or CHEAPER; None for what is no price."""
    if field.keys[-1] == "tax_codes":
        return DEARER
    return PRICES[kind].get(field.where) if kind in PRICES else None
