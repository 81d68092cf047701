"""Which fields of a plan its price changes cover, so that they aren't shown again."""

from functools import lru_cache
from typing import Any, Final

from lago_gitops.render.prices.figures import FLAGS, PRICE_FIGURES

_PATHS_KEPT: Final = 8_192  # each is asked for by all that tell of the field, and price lists repeat theirs
_PLAN_FIELDS: Final = {"interval", "amount_cents", "amount_currency", "trial_period", "bill_charges_monthly"}
_CHARGE_FIELDS: Final = {
    *("billable_metric_code", "add_on_code", "charge_model", "units", "min_amount_cents", "tax_codes"),
    *("applied_pricing_unit", "regroup_paid_fees"),
    *FLAGS,
}
_PRICE_FIELDS: Final = {
    *("amount", "pricing_group_keys", "graduated_ranges", "graduated_percentage_ranges", "volume_ranges"),
    *PRICE_FIGURES,
}
SHOWN_FOR_NEW: Final = _PLAN_FIELDS | {
    *("code", "name", "charges", "fixed_charges", "pay_in_advance", "bill_fixed_charges_monthly", "tax_codes"),
}
"""The fields shown for a new plan."""


@lru_cache(_PATHS_KEPT)
def is_covered(keys: tuple[Any, ...]) -> bool:
    """Whether the price changes cover the field of a plan at this path of keys."""
    match keys:
        case ["charges" | "fixed_charges", _] | ["charges", _, "filters", _] | ["minimum_commitment"]:
            return True
        case ["minimum_commitment", "amount_cents"]:
            return True
        case ["charges" | "fixed_charges", _, "properties", name, *_]:
            return name in _PRICE_FIELDS
        case ["charges", _, "filters", _, "properties", name, *_]:
            return name in _PRICE_FIELDS
        case ["charges" | "fixed_charges", _, name, *_]:
            return name in _CHARGE_FIELDS
        case [name, *_]:
            return name in _PLAN_FIELDS
        case _:
            return False
