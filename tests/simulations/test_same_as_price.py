"""What a simulation invoices for a month is what `price` says of the same usage, whatever the price list."""

import os
from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from lago_gitops.bills.bill import period_bill
from lago_gitops.bills.notation import UsageLine, stated_usages
from lago_gitops.bills.price_list import price_list
from lago_gitops.bills.scenario import Scenario, usage_of
from lago_gitops.core.validation.manifest import Manifest
from lago_gitops.core.validation.validate import Checked, External, check
from lago_gitops.kinds import KINDS
from lago_gitops.pricing.catalog.items import Plan
from lago_gitops.simulations.documents import simulations
from lago_gitops.workflow.simulation import simulated
from tests.worlds import SHAPES

EXAMPLES = int(os.environ.get("EXAMPLES", "200")) // 25
Data = dict[str, Any]

METRICS: dict[str, Data] = {
    "calls": {"aggregation_type": "count_agg"},
    "volume": {"aggregation_type": "sum_agg", "field_name": "v"},
    "peak": {"aggregation_type": "max_agg", "field_name": "v"},
    "last": {"aggregation_type": "latest_agg", "field_name": "v"},
    "users": {"aggregation_type": "unique_count_agg", "field_name": "v"},
    "seats": {"aggregation_type": "unique_count_agg", "field_name": "v", "recurring": True},
    "stored": {"aggregation_type": "sum_agg", "field_name": "v", "recurring": True},
    "held": {"aggregation_type": "weighted_sum_agg", "field_name": "v", "weighted_interval": "seconds"},
}
TAXES = {"vat": "20", "odd": "5.5"}
COUPONS: dict[str, Data] = {
    "tenth": {"coupon_type": "percentage", "percentage_rate": "10"},
    "off": {"coupon_type": "fixed_amount", "amount_cents": 700, "amount_currency": "EUR"},
}
amounts = st.decimals(min_value=0, max_value=20, places=3).map(str)
whole = st.integers(0, 60)


@st.composite
def charges(draw: st.DrawFn, code: str) -> Data:
    model = draw(st.sampled_from(("standard", "graduated", "volume", "package", "percentage")))
    if code in {"last", "held"} and model == "percentage":
        model = "standard"
    charge: Data = {
        "code": f"on_{code}",
        "billable_metric_code": code,
        "charge_model": model,
        "properties": draw(properties(model)),
    }
    if draw(st.booleans()) and draw(st.booleans()):
        charge["min_amount_cents"] = draw(st.integers(0, 5000))
    if draw(st.booleans()) and draw(st.booleans()):
        charge["tax_codes"] = ["odd"]
    return charge


def tiers(bound: int, prices: list[str]) -> list[Data]:
    return [
        {"from_value": 0, "to_value": bound, "per_unit_amount": prices[0], "flat_amount": prices[1]},
        {"from_value": bound + 1, "to_value": None, "per_unit_amount": prices[2], "flat_amount": prices[3]},
    ]


def properties(model: str) -> st.SearchStrategy[Data]:
    prices = st.lists(amounts, min_size=4, max_size=4)
    found: dict[str, st.SearchStrategy[Data]] = {
        "standard": st.builds(lambda amount: {"amount": amount}, amounts),
        "graduated": st.builds(lambda at, of: {"graduated_ranges": tiers(at, of)}, st.integers(1, 30), prices),
        "volume": st.builds(lambda at, of: {"volume_ranges": tiers(at, of)}, st.integers(1, 30), prices),
        "package": st.builds(
            lambda amount, size, free: {"amount": amount, "package_size": size, "free_units": free},
            amounts,
            st.integers(1, 12),
            st.integers(0, 9),
        ),
        "percentage": st.builds(lambda rate, fixed: {"rate": rate, "fixed_amount": fixed}, amounts, amounts),
    }
    return found[model]


@st.composite
def cases(draw: st.DrawFn) -> tuple[list[Data], Data]:
    """A price list with one plan, and a customer's simulation."""
    codes = draw(st.lists(st.sampled_from(sorted(METRICS)), unique=True, max_size=4))
    plan: Data = {
        "kind": "plan",
        "code": "p",
        "name": "P",
        "interval": "monthly",
        "amount_cents": draw(st.integers(0, 10_000)),
        "amount_currency": "EUR",
        "pay_in_advance": draw(st.booleans()),
        "charges": [draw(charges(code)) for code in codes],
    }
    if draw(st.booleans()):
        plan["minimum_commitment"] = {"amount_cents": draw(st.integers(1, 20_000))}
    usage = {code: str(draw(whole)) for code in codes if draw(st.booleans())}
    customer: Data = {
        "name": "c",
        "taxes": draw(st.sampled_from(([], ["vat"], ["vat", "odd"]))),
        "coupons": draw(st.sampled_from(([], ["tenth"], ["off"]))),
        "subscriptions": [{"plan": "p", "usage": usage}],
    }
    months = {"first_month": "2026-01", "months": 2, "licensed": draw(st.booleans()), "customers": [customer]}
    return [*catalogue(), plan], months


def catalogue() -> list[Data]:
    metrics = [{"kind": "billable_metric", "code": code, "name": code, **METRICS[code]} for code in METRICS]
    taxes = [{"kind": "tax", "code": code, "name": code, "rate": rate} for code, rate in TAXES.items()]
    shared = {"frequency": "forever", "expiration": "no_expiration"}
    coupons = [{"kind": "coupon", "code": code, "name": code, **COUPONS[code], **shared} for code in COUPONS]
    return [*metrics, *taxes, *coupons]


def manifests(documents: list[Data]) -> Checked:
    found = check([Manifest(f"{at}.yaml", each) for at, each in enumerate(documents)], KINDS, SHAPES, External())
    assert found.is_valid, [str(each) for each in found.problems]
    return found


def same(documents: list[Data], months: Data) -> None:
    checked = manifests(documents)
    prices = price_list(checked.manifests)
    read = simulations("s", [Manifest("s", months)], prices)
    assert not read.problems, [str(each) for each in read.problems]
    [simulation] = read.simulations
    last = [each for each in simulated(simulation, checked) if each["issuing_date"] == "2026-03-01"]

    [customer] = months["customers"]
    scenario = Scenario("p", coupons=tuple(customer["coupons"]), taxes=tuple(customer["taxes"]), day=date(2026, 2, 1))
    said = customer["subscriptions"][0]["usage"]
    lines = [UsageLine(code, one) for code, units in said.items() for one in stated_usages(Decimal(units))]
    rules = scenario.rules if months["licensed"] else type(scenario.rules)(licensed=False)
    bill = period_bill(Scenario(**{**fields(scenario), "usage": usage_of(plan(prices), lines), "rules": rules}), prices)
    assert [each["total_amount_cents"] for each in last] == [bill.invoice.total_amount_cents]
    assert [each["taxes_amount_cents"] for each in last] == [bill.invoice.taxes_amount_cents]
    assert sum(each["amount_cents"] for each in last[0]["fees"]) == bill.invoice.fees_amount_cents


def fields(scenario: Scenario) -> Data:
    return {name: getattr(scenario, name) for name in scenario.__slots__}


def plan(prices: Any) -> Plan:
    from lago_gitops.bills.price_list import plan_named

    return plan_named(prices, "p")


@settings(max_examples=EXAMPLES, deadline=None, suppress_health_check=list(HealthCheck), derandomize=True)
@given(cases())
@pytest.mark.slow
def test_a_simulated_month_costs_what_price_says(case: tuple[list[Data], Data]) -> None:
    same(*case)


def test_each_aggregation_costs_what_price_says() -> None:
    charged = [
        {
            "code": f"on_{code}",
            "billable_metric_code": code,
            "charge_model": "graduated",
            "properties": {"graduated_ranges": tiers(10, ["0.5", "3", "0.123", "1"])},
        }
        for code in METRICS
    ]
    plan = {"kind": "plan", "code": "p", "name": "P", "interval": "monthly", "amount_currency": "EUR"}
    plan |= {"amount_cents": 999, "pay_in_advance": True, "charges": charged}
    usage = {code: str(at + 11) for at, code in enumerate(METRICS)}
    customer = {"name": "c", "taxes": ["vat"], "coupons": ["tenth"], "subscriptions": [{"plan": "p", "usage": usage}]}
    months = {"first_month": "2026-01", "months": 2, "licensed": True, "customers": [customer]}
    same([*catalogue(), plan], months)
