"""Overridden plans: a plan with a subscription's own prices, in Lago's own fields."""

from collections.abc import Iterable, Mapping
from typing import Any, Final

Fields = Mapping[str, Any]

_OF_PLANS: Final = ("amount_cents", "amount_currency", "description", "invoice_display_name", "name", "trial_period")
_OF_CHARGES: Final = ("properties", "min_amount_cents", "invoice_display_name", "filters", "tax_codes")
_OF_FIXED_CHARGES: Final = ("properties", "invoice_display_name", "units", "tax_codes")


def overridden(plan: Fields, overrides: Fields) -> dict[str, Any]:
    """The child plan that Lago creates. Items are matched by `code`; those missing from the plan are ignored.

    The child has taxes (its own and its charges') and a commitment only if the overrides have them: it doesn't inherit
    the plan's. Filters in the overrides replace all of the charge's. A charge keeps its model.
    """
    own = {name: overrides[name] for name in _OF_PLANS if name in overrides}
    thresholds = overrides.get("usage_thresholds") or plan.get("usage_thresholds") or ()
    return {
        **plan,
        **own,
        "tax_codes": overrides.get("tax_codes") or (),
        "minimum_commitment": overrides.get("minimum_commitment") or None,
        "usage_thresholds": thresholds,
        "charges": tuple(_items(plan.get("charges"), overrides.get("charges"), _OF_CHARGES)),
        "fixed_charges": tuple(_items(plan.get("fixed_charges"), overrides.get("fixed_charges"), _OF_FIXED_CHARGES)),
    }


def charge_overridden(plan: Fields, code: str, own: Fields) -> dict[str, Any]:
    """A child plan with one of its charges changed again."""
    charges = tuple(_own(each, own, _OF_CHARGES) if each["code"] == code else each for each in plan["charges"])
    return {**plan, "charges": charges}


def _items(
    items: Iterable[Fields] | None, overrides: Iterable[Fields] | None, names: tuple[str, ...]
) -> Iterable[dict[str, Any]]:
    by_code = {each["code"]: each for each in overrides or () if "code" in each}
    return (_own({**item, "tax_codes": ()}, by_code.get(item["code"], {}), names) for item in items or ())


def _own(item: Fields, own: Fields, names: tuple[str, ...]) -> dict[str, Any]:
    unit = own.get("applied_pricing_unit") or {}
    priced = item.get("applied_pricing_unit")
    rate = {"applied_pricing_unit": {**priced, "conversion_rate": unit["conversion_rate"]}} if priced and unit else {}
    return {**item, **{name: own[name] for name in names if name in own}, **rate}
