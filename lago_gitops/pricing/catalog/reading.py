"""From Lago's own fields, as in manifests and the API, to the engine's price list."""

import json
from collections.abc import Iterable, Mapping
from dataclasses import replace
from enum import StrEnum
from typing import Any, TypeVar

from lago_gitops.pricing.base.errors import InvalidPriceError
from lago_gitops.pricing.base.numbers import number
from lago_gitops.pricing.catalog.items import (
    Aggregation,
    Charge,
    ChargeFilter,
    Coupon,
    FixedAmount,
    FixedCharge,
    Frequency,
    Interval,
    Metric,
    MinimumCommitment,
    Percentage,
    Plan,
    PricingUnit,
    Rounding,
    Tax,
    UsageThreshold,
)
from lago_gitops.pricing.models import price

Fields = Mapping[str, Any]
Word = TypeVar("Word", bound=StrEnum)


def metric(fields: Fields) -> Metric:
    """Like every reader here, raises InvalidPriceError for anything it can't read."""
    rounding = fields.get("rounding_function")
    return Metric(
        code=fields["code"],
        aggregation=_word(Aggregation, fields["aggregation_type"]),
        field_name=fields.get("field_name"),
        recurring=bool(fields.get("recurring")),
        rounding=_word(Rounding, rounding) if rounding else None,
        rounding_precision=fields.get("rounding_precision") or 0,
        filter_values=tuple((each["key"], tuple(each["values"])) for each in fields.get("filters") or ()),
    )


def plan(fields: Fields, metrics: Mapping[str, Metric], add_on_taxes: Mapping[str, tuple[str, ...]]) -> Plan:
    """A plan with its charges; `metrics` by code, `add_on_taxes` the tax codes of add-ons by their code."""
    commitment = fields.get("minimum_commitment")
    return Plan(
        code=fields["code"],
        interval=_word(Interval, fields["interval"]),
        amount_cents=fields["amount_cents"],
        currency=fields["amount_currency"],
        pay_in_advance=bool(fields.get("pay_in_advance")),
        trial_days=number(fields.get("trial_period") or 0),
        bill_charges_monthly=bool(fields.get("bill_charges_monthly")),
        bill_fixed_charges_monthly=bool(fields.get("bill_fixed_charges_monthly")),
        charges=tuple(charge(each, metrics) for each in fields.get("charges") or ()),
        fixed_charges=tuple(fixed_charge(each, add_on_taxes) for each in fields.get("fixed_charges") or ()),
        minimum_commitment=_commitment(commitment) if commitment else None,
        usage_thresholds=tuple(_threshold(each) for each in fields.get("usage_thresholds") or ()),
        tax_codes=_codes(fields),
    )


def charge(fields: Fields, metrics: Mapping[str, Metric]) -> Charge:
    """Raises InvalidPriceError where its metric isn't there."""
    metric_code, properties = fields["billable_metric_code"], fields.get("properties") or {}
    if metric_code not in metrics:
        raise InvalidPriceError(f"there is no billable metric {metric_code!r}")
    model = fields["charge_model"]
    return Charge(
        code=fields.get("code") or metric_code,
        metric=metrics[metric_code],
        price=price(model, properties),
        group_keys=_group_keys(properties),
        filters=tuple(_filter(each, model) for each in fields.get("filters") or ()),
        pay_in_advance=bool(fields.get("pay_in_advance")),
        invoiceable=fields.get("invoiceable") is not False,
        regroups_paid_fees=bool(fields.get("regroup_paid_fees")),
        prorated=bool(fields.get("prorated")),
        min_amount_cents=fields.get("min_amount_cents") or 0,
        pricing_unit=_pricing_unit(fields.get("applied_pricing_unit")),
        tax_codes=_codes(fields),
        custom_properties=_custom(properties),
    )


def fixed_charge(fields: Fields, add_on_taxes: Mapping[str, tuple[str, ...]]) -> FixedCharge:
    add_on = fields["add_on_code"]
    return FixedCharge(
        code=fields.get("code") or add_on,
        add_on_code=add_on,
        price=price(fields["charge_model"], fields.get("properties") or {}),
        units=number(fields.get("units") or 0),
        pay_in_advance=bool(fields.get("pay_in_advance")),
        prorated=bool(fields.get("prorated")),
        tax_codes=_codes(fields) or add_on_taxes.get(add_on, ()),
    )


def tax(fields: Fields) -> Tax:
    return Tax(fields["code"], float(number(fields["rate"])))


def coupon(fields: Fields) -> Coupon:
    targets = fields.get("applies_to") or {}
    return Coupon(
        code=fields["code"],
        discount=_discount(fields),
        frequency=_word(Frequency, fields["frequency"]),
        frequency_duration=fields.get("frequency_duration"),
        plan_codes=frozenset(targets.get("plan_codes") or ()),
        metric_codes=frozenset(targets.get("billable_metric_codes") or ()),
    )


def by_code(items: Iterable[Any]) -> dict[str, Any]:
    return {item.code: item for item in items}


def _discount(fields: Fields) -> Percentage | FixedAmount:
    if fields["coupon_type"] == "percentage":
        return Percentage(number(fields["percentage_rate"]))
    return FixedAmount(fields["amount_cents"], fields["amount_currency"])


def _filter(fields: Fields, charge_model: str) -> ChargeFilter:
    properties = fields.get("properties") or {}
    return ChargeFilter(
        values=tuple((key, tuple(values)) for key, values in fields["values"].items()),
        price=price(charge_model, properties),
        group_keys=_group_keys(properties),
        invoice_display_name=fields.get("invoice_display_name"),
        custom_properties=_custom(properties),
    )


def _custom(properties: Fields) -> str:
    custom = properties.get("custom_properties")
    return json.dumps(custom, sort_keys=True, default=str) if custom else ""


def _group_keys(properties: Fields) -> tuple[str, ...]:
    """Older price lists have grouped_by."""
    return tuple(properties.get("pricing_group_keys") or properties.get("grouped_by") or ())


def _commitment(fields: Fields) -> MinimumCommitment:
    name = fields.get("invoice_display_name")
    commitment = MinimumCommitment(fields["amount_cents"], _codes(fields))
    return replace(commitment, name=name) if name else commitment


def _threshold(fields: Fields) -> UsageThreshold:
    return UsageThreshold(fields["amount_cents"], bool(fields.get("recurring")), fields.get("threshold_display_name"))


def _pricing_unit(fields: Fields | None) -> PricingUnit | None:
    if not fields:
        return None
    return PricingUnit(number(fields["conversion_rate"]), fields.get("code") or "", fields.get("short_name") or "")


def _codes(fields: Fields) -> tuple[str, ...]:
    return tuple(fields.get("tax_codes") or ())


def _word(words: type[Word], value: Any) -> Word:
    try:
        return words(value)
    except ValueError:
        raise InvalidPriceError(f"{value!r} is not one of {', '.join(words)}") from None
