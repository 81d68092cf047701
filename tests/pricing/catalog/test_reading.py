from typing import Any

import pytest

from lago_gitops.pricing.base.errors import InvalidPriceError
from lago_gitops.pricing.catalog.items import (
    Aggregation,
    Coupon,
    FixedAmount,
    Frequency,
    Interval,
    Metric,
    MinimumCommitment,
    Percentage,
    PricingUnit,
    Rounding,
)
from lago_gitops.pricing.catalog.reading import by_code, coupon, metric, plan, tax
from tests.pricing.samples import SUM, D, standard

METRICS = {"units": SUM}
PLAN: dict[str, Any] = {"code": "growth", "interval": "monthly", "amount_cents": 9900, "amount_currency": "EUR"}
CHARGE: dict[str, Any] = {"billable_metric_code": "units", "charge_model": "standard", "properties": {"amount": "2"}}


def test_a_metric() -> None:
    fields = {
        "code": "gb",
        "aggregation_type": "sum_agg",
        "field_name": "gb",
        "rounding_function": "ceil",
        "filters": [{"key": "region", "values": ["eu"]}],
    }
    assert metric(fields) == Metric(
        "gb", Aggregation.SUM, "gb", rounding=Rounding.CEIL, filter_values=(("region", ("eu",)),)
    )


def test_a_plan_says_what_it_says_and_the_rest_is_lagos_default() -> None:
    bare = plan(PLAN, METRICS, {})
    assert (bare.interval, bare.pay_in_advance, bare.trial_days, bare.charges) == (Interval.MONTHLY, False, 0, ())
    assert bare.minimum_commitment is None


def test_a_plan_with_all_that_it_can_have() -> None:
    charge = {
        **CHARGE,
        "code": "api",
        "applied_pricing_unit": {"code": "credits", "conversion_rate": "0.5"},
        "min_amount_cents": 100,
        "invoiceable": False,
        "filters": [{"values": {"region": ["eu"]}, "properties": {"amount": "1", "grouped_by": ["team"]}}],
    }
    fixed = {"add_on_code": "seat", "charge_model": "standard", "units": "2.5", "properties": {"amount": "1"}}
    found = plan(
        {
            **PLAN,
            "trial_period": 3.5,
            "charges": [charge],
            "fixed_charges": [fixed],
            "minimum_commitment": {"amount_cents": 5, "tax_codes": ["vat"]},
        },
        METRICS,
        {"seat": ("city",)},
    )
    (api,), (seat,) = found.charges, found.fixed_charges
    assert (found.trial_days, found.minimum_commitment) == (D("3.5"), MinimumCommitment(5, ("vat",)))
    assert (api.code, api.pricing_unit, api.min_amount_cents, api.invoiceable) == (
        "api",
        PricingUnit(D("0.5"), "credits"),
        100,
        False,
    )
    assert (api.filters[0].price, api.filters[0].group_keys) == (standard(1), ("team",))
    assert (seat.code, seat.units, seat.tax_codes) == ("seat", D("2.5"), ("city",))


def test_a_charge_without_a_code_is_called_like_its_metric() -> None:
    assert plan({**PLAN, "charges": [CHARGE]}, METRICS, {}).charges[0].code == "units"


@pytest.mark.parametrize(
    ("fields", "problem"),
    [
        ({**PLAN, "interval": "daily"}, "'daily' is not one of weekly, monthly"),
        ({**PLAN, "charges": [{**CHARGE, "billable_metric_code": "gone"}]}, "no billable metric 'gone'"),
    ],
)
def test_what_makes_no_sense_is_named(fields: dict[str, Any], problem: str) -> None:
    with pytest.raises(InvalidPriceError, match=problem):
        plan(fields, METRICS, {})


def test_coupons_and_taxes() -> None:
    percent = {"code": "ten", "coupon_type": "percentage", "percentage_rate": "10", "frequency": "once"}
    assert coupon(percent) == Coupon("ten", Percentage(D(10)))
    fixed = {
        "code": "five",
        "coupon_type": "fixed_amount",
        "amount_cents": 500,
        "amount_currency": "USD",
        "frequency": "recurring",
        "frequency_duration": 3,
        "applies_to": {"plan_codes": ["growth"]},
    }
    assert coupon(fixed) == Coupon(
        "five", FixedAmount(500, "USD"), Frequency.RECURRING, 3, plan_codes=frozenset({"growth"})
    )
    assert by_code([tax({"code": "vat", "rate": "20.5"})])["vat"].rate == 20.5
