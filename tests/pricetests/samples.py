"""A price list in YAML, and tests on it in a line."""

from collections.abc import Mapping
from decimal import Decimal

from lago_gitops.bills.bill import Bill, period_bill
from lago_gitops.bills.notation import usage_line
from lago_gitops.bills.price_list import PriceList, plan_named, price_list
from lago_gitops.bills.scenario import Scenario, usage_of
from lago_gitops.core.model.resources import Address
from lago_gitops.manifests.reading.reader import read_text
from lago_gitops.pricetests.documents import PriceTest, price_tests
from lago_gitops.pricing.fees.fee import Fee

D = Decimal

METRICS = """
---
{kind: billable_metric, code: calls, name: Calls, aggregation_type: count_agg}
---
kind: billable_metric
code: storage
name: Storage
aggregation_type: sum_agg
field_name: gb
filters: [{key: region, values: [eu, us]}]
---
{kind: billable_metric, code: seats, name: Seats, aggregation_type: sum_agg, field_name: seats, recurring: true}
---
{kind: billable_metric, code: magic, name: Magic, aggregation_type: custom_agg}
---
{kind: tax, code: vat, name: VAT, rate: 20}
---
{kind: tax, code: city, name: City, rate: 1.5}
---
{kind: coupon, code: TEN, name: Ten, coupon_type: percentage, percentage_rate: 10, frequency: once,
 expiration: no_expiration}
---
{kind: add_on, code: support, name: Support, amount_cents: 1000, amount_currency: EUR, tax_codes: [city]}
"""

CALLS = "{code: calls, billable_metric_code: calls, charge_model: standard, properties: {amount: '0.01'}}"
STORAGE = """{code: storage, billable_metric_code: storage, charge_model: standard,
 properties: {amount: 1, pricing_group_keys: [team]},
 filters: [{values: {region: [eu]}, properties: {amount: 2}}]}"""
SEATS = (
    "{code: seats, billable_metric_code: seats, charge_model: standard, pay_in_advance: true, properties: {amount: 5}}"
)
SUPPORT = "{code: support, add_on_code: support, charge_model: standard, units: 2, properties: {amount: 10}}"
VOLUME = """{code: calls, billable_metric_code: calls, charge_model: volume,
 properties: {volume_ranges: [{from_value: 1, to_value: null, per_unit_amount: 1, flat_amount: 0}]}}"""
CUSTOM = "{code: magic, billable_metric_code: magic, charge_model: custom, properties: {custom_properties: {}}}"


def plan(*charges: str, code: str = "growth", **fields: object) -> str:
    """One plan, monthly and in arrears, of 31 euros, unless the fields say otherwise."""
    given = {
        "name": "Growth",
        "interval": "monthly",
        "amount_cents": 3100,
        "amount_currency": "EUR",
        "pay_in_advance": "false",
        "charges": f"[{', '.join(charges)}]",
        **fields,
    }
    return f"---\nkind: plan\ncode: {code}\n" + "".join(f"{name}: {value}\n" for name, value in given.items())


def prices(*plans: str, more: str = "") -> PriceList:
    found = read_text("m.yaml", METRICS + more + "".join(plans))
    assert found.problems == ()
    return price_list({Address(each.kind, each.data["code"]): each for each in found.manifests})


def billed(of: PriceList, *usage: str, **others: object) -> Bill:
    """The bill of the plan `growth`."""
    lines = usage_of(plan_named(of, "growth"), map(usage_line, usage))
    return period_bill(Scenario("growth", lines, **others), of)  # type: ignore[arg-type]


def fees(bill: Bill) -> dict[str, int]:
    """Cents by charge, or by sort."""
    found: dict[str, int] = {}
    for fee in bill.invoice.fees:
        found[_name(fee)] = found.get(_name(fee), 0) + fee.amount_cents
    return found


def read(text: str, of: PriceList) -> tuple[tuple[PriceTest, ...], list[str]]:
    """The tests of a file, and its problems as a user sees them."""
    found = read_text("x.test.yaml", text)
    assert found.problems == ()
    made = price_tests("x.test.yaml", found.manifests, of)
    return made.tests, [str(problem) for problem in made.problems]


def one(fields: Mapping[str, object] | str, of: PriceList) -> PriceTest:
    """A test with these fields, in flow style, on the plan `growth`."""
    (test,), problems = read(f"plan: growth\ntests:\n  - {{name: one, {fields}}}\n", of)
    assert problems == []
    return test


def _name(fee: Fee) -> str:
    return fee.charge_code or fee.item_type.value
