"""A plan in the form of the report's own arithmetic (static/rating.js): prices by key, decimals as strings."""

from collections.abc import Iterator, Mapping
from typing import Any, Final

from lago_gitops.pricing.base.currencies import exponent, subunits
from lago_gitops.pricing.base.errors import PricingError
from lago_gitops.pricing.models import Price, price
from lago_gitops.pricing.models.dynamic import Custom, Dynamic
from lago_gitops.pricing.models.graduated import Graduated
from lago_gitops.pricing.models.graduated_percentage import GraduatedPercentage
from lago_gitops.pricing.models.package import Package
from lago_gitops.pricing.models.percentage import Percentage
from lago_gitops.pricing.models.standard import Standard
from lago_gitops.pricing.models.tiered import Tier
from lago_gitops.pricing.models.volume import Volume
from lago_gitops.render.base.values import printable
from lago_gitops.render.prices.filters import filter_label

Document = dict[str, Any]
Fields = Mapping[str, Any]
OF_ONE: Final = {"weekly": 7, "monthly": 31, "quarterly": 92, "semiannual": 184, "yearly": 365}
"""Days of the period of the bills of `price`, the one that ends with December."""
_UNKNOWN: Final = {"aggregation_type": "sum_agg"}


def rated_plan(plan: Fields, metrics: Mapping[str, Fields]) -> Document | None:
    """Takes a plan in manifest form; None when one of its prices can't be read. `metrics` by code."""
    commitment = (plan.get("minimum_commitment") or {}).get("amount_cents", 0)
    try:
        return {
            "code": plan["code"],
            "currency": plan["amount_currency"],
            "exponent": exponent(plan["amount_currency"]),
            "subunits": subunits(plan["amount_currency"]),
            "days": _days(plan),
            "fee_cents": plan["amount_cents"],
            "commitment_cents": commitment if (simple := _counts_all(plan)) else 0,
            "left_out": [] if simple or not commitment else ["the minimum commitment"],
            "charges": [_charge(one, metrics) for one in plan.get("charges") or ()],
            "fixed_charges": [_fixed_charge(one) for one in plan.get("fixed_charges") or ()],
        }
    except (PricingError, ValueError):
        return None


def _counts_all(plan: Fields) -> bool:
    """Whether exactly the fees of a bill count towards its period's minimum commitment."""
    items = (*(plan.get("charges") or ()), *(plan.get("fixed_charges") or ()))
    monthly = plan.get("bill_charges_monthly") or plan.get("bill_fixed_charges_monthly")
    return not monthly and not any(item.get("pay_in_advance") for item in items)


def _days(plan: Fields) -> int:
    splits = plan["interval"] in {"semiannual", "yearly"}
    monthly = splits and (plan.get("bill_charges_monthly") or plan.get("bill_fixed_charges_monthly"))
    return OF_ONE["monthly" if monthly else plan["interval"]]


def _charge(charge: Fields, metrics: Mapping[str, Fields]) -> Document:
    """The filters' prices, then the charge's own."""
    metric = metrics.get(charge["billable_metric_code"], _UNKNOWN)
    unit = charge.get("applied_pricing_unit")
    return {
        "code": printable(charge["code"]),
        "metric": {
            "aggregation": metric["aggregation_type"],
            "rounding": metric.get("rounding_function"),
            "precision": metric.get("rounding_precision") or 0,
            "recurring": bool(metric.get("recurring")),
        },
        "in_advance": bool(charge.get("pay_in_advance")),
        "prorated": bool(charge.get("prorated")),
        "min_cents": charge.get("min_amount_cents") or 0,
        "rate": str(unit["conversion_rate"]) if unit else None,
        "unit": unit["code"] if unit else None,
        "prices": list(_prices(charge)),
    }


def _prices(charge: Fields) -> Iterator[Document]:
    code, model = charge["code"], charge["charge_model"]
    for one in charge.get("filters") or ():
        label = filter_label(tuple(sorted((key, tuple(values)) for key, values in one["values"].items())))
        yield {"key": price_key(code, label), "filter": printable(label), **_price(model, one.get("properties"))}
    yield {"key": price_key(code), "filter": "", **_price(model, charge.get("properties"))}


def price_key(charge: str, filter_label: str = "") -> str:
    """The name of a price, unique within its plan, for people too."""
    return printable(f"{charge}[{filter_label}]" if filter_label else charge)


def _fixed_charge(fixed: Fields) -> Document:
    return {
        "units": str(fixed.get("units") or 0),
        "prorated": bool(fixed.get("prorated")),
        "price": {"key": printable(f"fixed {fixed['code']}"), **_price(fixed["charge_model"], fixed.get("properties"))},
    }


def _price(model: str, properties: Fields | None) -> Document:
    return {"model": model, **_figures(price(model, properties or {}))}


def _figures(model: Price) -> Document:
    match model:
        case Standard(amount):
            return {"amount": _text(amount)}
        case Package():
            return {"amount": _text(model.amount), "size": model.package_size, "free": _text(model.free_units)}
        case Percentage():
            return {
                "rate": _text(model.rate),
                "fixed": _text(model.fixed_amount),
                "free_events": model.free_events,
                "free_units": _text(model.free_aggregation),
                "min": _text(model.min_amount),
                "max": _text(model.max_amount),
            }
        case Graduated(tiers) | GraduatedPercentage(tiers) | Volume(tiers):
            return {"tiers": [_tier(one) for one in tiers]}
        case Dynamic() | Custom():  # the last of its union
            return {}


def _tier(tier: Tier) -> Document:
    return {
        "from": _text(tier.from_value),
        "to": _text(tier.to_value),
        "amount": _text(tier.unit_price),
        "flat": _text(tier.flat_amount),
    }


def _text(value: Any) -> str | None:
    return None if value is None else format(value, "f")
