"""What the class of a change goes by beside its effects: prices that aren't a plan's, and whether only names change."""

from collections.abc import Mapping
from types import MappingProxyType

from lago_gitops.core.model.resources import Change, FieldChange, Update
from lago_gitops.core.model.timing import Timing
from lago_gitops.kinds.plan.timing import plan_reach
from lago_gitops.kinds.timing.line import When
from lago_gitops.kinds.timing.reach import reached

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


def is_cosmetic(change: Change) -> bool:
    """By the table of timings. An update alone can be: what is new or deleted is more than a name."""
    if not isinstance(change, Update):
        return False
    of_plans = change.address.kind == "plan"
    lines = plan_reach(change, When.IN_USE) if of_plans else reached(change, (When.IN_USE,))
    return all(each.line.timing in OF_NAMES for each in lines)


def price_sign(kind: str, field: FieldChange) -> int | None:
    """What more of a field is to customers, DEARER or CHEAPER; None for what is no price."""
    return DEARER if field.keys[-1] == "tax_codes" else PRICES.get(kind, {}).get(field.where)
