"""Any edit of anything that somebody is billed for or entitled to: where the sandbox then makes other invoices, or
gives other entitlements, the plan has said so, and a guard asks.

The edits are made from the tables, so that a new field is in by itself. EXAMPLES says how many are tried of each kind.
"""

import os
from collections.abc import Iterable, Iterator, Mapping, Sequence
from random import Random
from typing import Any

import pytest

from lago_gitops.core.model.resources import Update
from lago_gitops.core.model.types import Keyed, Object
from lago_gitops.core.validation.manifest import Manifest
from lago_gitops.core.validation.validate import External, check
from lago_gitops.kinds import KINDS
from lago_gitops.sandbox.base.clock import moment
from tests.projects import Around, Scope, fields
from tests.worlds import SHAPES, World, checked, world

EXAMPLES = int(os.environ.get("EXAMPLES", "5"))
BEGIN, CHANGE, END = "2026-03-01T00:00:00Z", "2026-03-16T12:00:00Z", "2026-05-02T00:00:00Z"
ORGANIZATION = """
{kind: tax, code: vat, name: VAT, rate: 20}
---
{kind: tax, code: city, name: City, rate: 5}
---
{kind: tax, code: usage, name: Usage, rate: 3}
---
{kind: tax, code: agreed, name: Agreed, rate: 4}
---
{kind: billable_metric, code: former, name: Former, aggregation_type: sum_agg, field_name: tokens,
 filters: [{key: region, values: [eu, us]}]}
---
{kind: add_on, code: onboarding, name: Onboarding, amount_cents: 100, amount_currency: EUR}
---
{kind: billing_entity, code: sandbox, name: Sandbox, tax_codes: [vat], net_payment_term: 10, country: FR}
---
kind: billable_metric
code: calls
name: Calls
aggregation_type: count_agg
filters: [{key: region, values: [eu, us]}]
---
{kind: billable_metric, code: tokens, name: Tokens, aggregation_type: sum_agg, field_name: tokens}
---
{kind: billable_metric, code: seats, name: Seats, aggregation_type: unique_count_agg, field_name: id, recurring: true}
---
{kind: add_on, code: support, name: Support, amount_cents: 100, amount_currency: EUR, tax_codes: [city]}
---
kind: feature
code: limits
name: Limits
privileges:
- {code: most, value_type: integer}
- {code: open, value_type: boolean}
- {code: name}
- {code: level, value_type: select, config: {select_options: [low, high]}}
---
kind: plan
code: arrears
name: Arrears
interval: monthly
amount_cents: 3100
amount_currency: EUR
pay_in_advance: false
tax_codes: [city]
minimum_commitment: {amount_cents: 50000}
usage_thresholds: [{amount_cents: 900000}]
entitlements: {limits: {most: 5, open: true, name: a, level: low}}
charges:
- code: calls
  billable_metric_code: calls
  charge_model: standard
  properties: {amount: "1"}
  tax_codes: [usage]
  filters: [{values: {region: [eu]}, properties: {amount: "2"}}]
- code: tokens
  billable_metric_code: tokens
  charge_model: graduated
  min_amount_cents: 3000
  properties:
    graduated_ranges:
    - {from_value: 0, to_value: 10, per_unit_amount: "1", flat_amount: "0"}
    - {from_value: 11, to_value: null, per_unit_amount: "0.5", flat_amount: "2"}
- code: seats
  billable_metric_code: seats
  charge_model: package
  properties: {amount: "3", package_size: 2, free_units: 0}
fixed_charges:
- {code: later, add_on_code: support, charge_model: standard, units: 2, properties: {amount: "10"}}
- {code: now, add_on_code: support, charge_model: standard, units: 2, pay_in_advance: true, properties: {amount: "5"}}
---
kind: plan
code: advance
name: Advance
interval: monthly
amount_cents: 4200
amount_currency: EUR
pay_in_advance: true
charges:
- {code: calls, billable_metric_code: calls, charge_model: standard, pay_in_advance: true, properties: {amount: "1"}}
- {code: tokens, billable_metric_code: tokens, charge_model: percentage, properties: {rate: "1"}}
---
{kind: coupon, code: half, name: Half, coupon_type: percentage, percentage_rate: 50, frequency: forever,
 expiration: no_expiration, applies_to: {plan_codes: [advance]}}
---
{kind: coupon, code: one, name: One, coupon_type: fixed_amount, amount_cents: 100, amount_currency: EUR,
 frequency: recurring, frequency_duration: 3, expiration: no_expiration}
"""
FORMER = """
charges:
- code: former
  billable_metric_code: former
  charge_model: standard
  properties: {amount: "1"}
  filters: [{values: {region: [eu]}, properties: {amount: "2"}}]
"""
FORMER_FIXED = """
fixed_charges:
- {code: former, add_on_code: onboarding, charge_model: standard, units: 2, properties: {amount: "10"}}
"""
"""What the plan had when overridden subscriptions were made, and has no more: their plans have it still."""
SUBSCRIBERS = {
    "a": ("arrears", "one"),
    "b": ("advance", "half"),
    "own": ("arrears", "one"),
    "agreed": ("arrears", "one"),
    "waits": ("advance", "half"),
    "draft": ("arrears", "half"),
}
CUSTOMERS = {"b": {"tax_codes": ["usage"]}, "draft": {"invoice_grace_period": 20}}
SUBSCRIPTIONS = {
    "own": {"plan_overrides": {"amount_cents": 700}},
    "agreed": {"plan_overrides": {"tax_codes": ["agreed"]}},
    "draft": {"subscription_at": "2026-02-01T00:00:00Z"},
}
USAGE = (
    ("calls", {"region": "eu"}),
    ("calls", {"region": "us"}),
    ("tokens", {"tokens": 30}),
    ("seats", {"id": "x"}),
    ("former", {"tokens": 7, "region": "eu"}),
)
BILLED = ("amount_cents", "taxes_amount_cents", "units", "amount_currency", "from_date", "to_date")
TOTALS = (
    *("invoice_type", "status", "number", "issuing_date", "payment_due_date", "currency", "fees_amount_cents"),
    *("coupons_amount_cents", "taxes_amount_cents", "total_amount_cents", "progressive_billing_credit_amount_cents"),
)


@pytest.mark.slow
@pytest.mark.parametrize("kind", ["plan", "billable_metric", "tax", "coupon", "feature", "billing_entity", "add_on"])
def test_what_changes_an_invoice_or_an_entitlement_is_said_and_asked_for(kind: str) -> None:
    base = tuple(checked(*ORGANIZATION.split("---\n")).manifests.values())
    with world(premium=True, starts_at=moment(BEGIN)) as lago:
        begin(lago, base)
        before = outcome(lago)
        for edit in edits(kind, base, EXAMPLES):
            control(lago, "restore")
            wanted = check(edit, KINDS, SHAPES, External())
            plan = lago.plan_manifests(wanted).plan
            if plan.refusals:
                continue
            lago.apply_manifests(wanted)
            changes = [(str(one.address), one.fields) for one in plan.changes if isinstance(one, Update)]
            assert plan.verdicts or outcome(lago) == before, changes


@pytest.mark.slow
def test_the_outcome_tells_what_is_billed_and_what_is_granted() -> None:
    base = tuple(checked(*ORGANIZATION.split("---\n")).manifests.values())
    with world(premium=True, starts_at=moment(BEGIN)) as lago:
        begin(lago, base)
        before = outcome(lago)
        for path, body in (
            ("plans/arrears", {"plan": {"amount_cents": 3101}}),
            ("taxes/city", {"tax": {"rate": "6"}}),
            ("billing_entities/sandbox", {"billing_entity": {"net_payment_term": 11}}),
            ("features/limits", {"feature": {"privileges": [{"code": "most", "name": "Most"}]}}),
        ):
            control(lago, "restore")
            lago.send("PUT", path, body)
            assert (outcome(lago) == before) is path.startswith("features")
        control(lago, "restore")
        lago.send("DELETE", "features/limits/privileges/most")
        assert outcome(lago) != before


# What is there and happens ----------------------------------------------------------------------------------------


def begin(lago: World, manifests: Iterable[Manifest]) -> None:
    """Everybody is subscribed and has used something; half a period is over."""
    former = ORGANIZATION.replace("\ncharges:\n", FORMER, 1).replace("\nfixed_charges:\n", FORMER_FIXED, 1)
    lago.apply(*former.split("---\n"))
    for name, (plan, coupon) in SUBSCRIBERS.items():
        about = {"external_id": name, "currency": "EUR", **CUSTOMERS.get(name, {})}
        lago.send("POST", "customers", {"customer": about})
        begins = {"external_customer_id": name, "external_id": name, "plan_code": plan, **SUBSCRIPTIONS.get(name, {})}
        lago.send("POST", "subscriptions", {"subscription": begins})
        lago.send("POST", "applied_coupons", {"applied_coupon": {"external_customer_id": name, "coupon_code": coupon}})
    waits = {"external_customer_id": "waits", "external_id": "waits", "plan_code": "arrears"}
    lago.send("POST", "subscriptions", {"subscription": waits})
    lago.apply_manifests(check(manifests, KINDS, SHAPES, External()))
    control(lago, "clock", now="2026-03-10T00:00:00Z")
    use(lago, "early")
    control(lago, "clock", now=CHANGE)
    control(lago, "snapshot")


def use(lago: World, when: str) -> None:
    for name in SUBSCRIBERS:
        for number, (code, properties) in enumerate(USAGE):
            event = {"transaction_id": f"{name}{number}{when}", "external_subscription_id": name, "code": code}
            lago.send("POST", "events", {"event": {**event, "properties": properties}})


def outcome(lago: World) -> Any:
    """What everybody is entitled to, and all invoices until the next period is over."""
    granted = [lago.send("GET", f"subscriptions/{name}/entitlements")["entitlements"] for name in SUBSCRIBERS]
    control(lago, "clock", now="2026-03-20T00:00:00Z")
    use(lago, "late")
    control(lago, "clock", now=END)
    invoices = lago.send("GET", "invoices?per_page=100")["invoices"]
    return [sorted(repr(values(each)) for each in granted), sorted(repr(billed(lago, one)) for one in invoices)]


def values(entitlements: list[Mapping[str, Any]]) -> Any:
    return sorted((one["code"], [(each["code"], each["value"]) for each in one["privileges"]]) for one in entitlements)


def billed(lago: World, invoice: Mapping[str, Any]) -> Any:
    fees = lago.send("GET", f"invoices/{invoice['lago_id']}")["invoice"]["fees"]
    lines = sorted(
        (str(one["item"]["type"]), str(one["item"]["code"]), *(one.get(name) for name in BILLED)) for one in fees
    )
    return [
        invoice["customer"]["external_id"] if "customer" in invoice else "",
        *(invoice.get(name) for name in TOTALS),
        lines,
    ]


def control(lago: World, what: str, **body: Any) -> None:
    answer = lago.http.post(f"/sandbox/{what}", json=body)
    assert answer.status_code == 200, answer.text


# Edits ------------------------------------------------------------------------------------------------------------


def edits(kind: str, manifests: Sequence[Manifest], number: int) -> Iterator[Sequence[Manifest]]:
    """All manifests, one of the kind with another value at one place; half of the time others have one, too."""
    found = {name: [one.data for one in manifests if one.kind == name] for name in KINDS}
    own = [one for one in manifests if one.kind == kind]
    fit = 0
    for seed in range(number * 40):
        around = Around(Random(f"{kind} {seed}"), found)
        chosen = [around.one(own), *around.some(manifests, most=2 if around.chance(0.5) else 0)]
        after = [_edited(one, around) if one in chosen else one for one in manifests]
        if tuple(after) != manifests and not check(after, KINDS, SHAPES, External()).problems:
            yield after
            fit += 1
            if fit == number:
                return


def _edited(manifest: Manifest, around: Around) -> Manifest:
    kind = KINDS[manifest.kind]
    return Manifest(manifest.source, {"kind": kind.name, **edited(kind.object, manifest.data, around, (), (kind.key,))})


def edited(
    object_: Object, data: Mapping[str, Any], around: Around, outer: Scope, kept: tuple[str, ...]
) -> dict[str, Any]:
    """Data of an object with another value in one of its fields, or inside of one; those that are `kept` stay."""
    data = {name: value for name, value in data.items() if name != "kind"}
    free = [one for one in object_.fields if one.name not in kept]
    field = around.one([*free, *(one for one in free if isinstance(data.get(one.name), list | dict) for _ in range(3))])
    value, scope = data.get(field.name), (data, *outer)
    if value and isinstance(field.type, Keyed) and around.chance(0.8):
        index = around.random.randrange(len(value))
        own = () if around.chance(0.1) else field.type.key
        item = edited(field.type.item, value[index], around, scope, own)
        return {**data, field.name: [*value[:index], item, *value[index + 1 :]]}
    if value and isinstance(field.type, Object) and around.chance(0.5):
        return {**data, field.name: edited(field.type, value, around, scope, ())}
    others = {name: other for name, other in data.items() if name != field.name}
    return {**data, field.name: fields(object_, around, outer, others).get(field.name)}
