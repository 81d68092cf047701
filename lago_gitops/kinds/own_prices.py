"""What determines the class of a change besides its effects: prices outside plans, and whether only names change."""

from collections.abc import Iterator, Mapping
from functools import lru_cache
from types import MappingProxyType
from typing import Any

from lago_gitops.core.model.resources import Change, FieldChange, Update
from lago_gitops.core.model.timing import Timing
from lago_gitops.core.model.types import Lock
from lago_gitops.kinds.plan.timing import row_of
from lago_gitops.kinds.timing.line import When
from lago_gitops.kinds.timing.reach import field_line
from lago_gitops.kinds.timing.table import timing

OF_NAMES = frozenset({Timing.NAMES, Timing.NONE})
_IN_USE, _IN_ARREARS = When.IN_USE, When.ARREARS
_PATHS_KEPT = 8_192  # price lists repeat theirs
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


def telling(change: Change) -> tuple[bool, ...] | None:
    """For each field of an update whether it is more than a name by the table of timings: where none is, the change is
    cosmetic. None for what is new or deleted, which is more than a name as a whole."""
    if not isinstance(change, Update):
        return None
    kind = change.address.kind
    return tuple([_tells(kind, one) for one in change.fields])


def _tells(kind: str, one: FieldChange) -> bool:
    """By the field alone. In plans, how something is billed does not decide whether it is a name."""
    if kind != "plan":
        return field_line(kind, one, _IN_USE).timing not in OF_NAMES
    return _tells_of_plan(one.keys, one.lock)


@lru_cache(_PATHS_KEPT)
def _tells_of_plan(keys: tuple[Any, ...], lock: Lock) -> bool:
    row = row_of(keys, lock)
    return row is None or timing(*row, _IN_USE, _IN_ARREARS).timing not in OF_NAMES


def own_prices(change: Change) -> Iterator[tuple[FieldChange, int]]:
    """The fields of an update that are a price outside plans, each with what more of it is to customers: DEARER or
    CHEAPER."""
    if not isinstance(change, Update):
        return
    prices = PRICES.get(change.address.kind, {})
    for one in change.fields:
        sign = DEARER if one.keys[-1] == "tax_codes" else prices.get(one.keys[0])
        if sign is not None:
            yield one, sign
