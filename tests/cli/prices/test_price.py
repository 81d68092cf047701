"""`price`, as a user runs it."""

import json
import subprocess
import sys

import pytest

from tests.cli.running import Shell

MANIFESTS = """\
{kind: billable_metric, code: api_requests, name: API requests, aggregation_type: count_agg}
---
{kind: billable_metric, code: storage, name: Storage, aggregation_type: sum_agg, field_name: gb,
 filters: [{key: region, values: [eu, us]}]}
---
{kind: billable_metric, code: payments, name: Payments, aggregation_type: sum_agg, field_name: amount}
---
{kind: tax, code: vat, name: VAT, rate: 20}
---
{kind: coupon, code: TEN, name: Ten, coupon_type: percentage, percentage_rate: 10, frequency: once,
 expiration: no_expiration}
---
kind: plan
code: growth
name: Growth
interval: monthly
amount_cents: 3100
amount_currency: EUR
pay_in_advance: true
charges:
  - {code: requests, billable_metric_code: api_requests, charge_model: graduated, properties: {graduated_ranges: [
      {from_value: 0, to_value: 10000, per_unit_amount: 0, flat_amount: 0},
      {from_value: 10001, to_value: null, per_unit_amount: 0.002, flat_amount: 0}]}}
  - {code: storage, billable_metric_code: storage, charge_model: standard, properties: {amount: 1},
     filters: [{values: {region: [eu]}, properties: {amount: 2}}]}
  - {code: storage_minutes, billable_metric_code: storage, charge_model: standard, properties: {amount: 0}}
  - {code: payments, billable_metric_code: payments, charge_model: percentage,
     properties: {rate: 1, fixed_amount: 0.10}}
---
kind: plan
code: flat
name: Flat
interval: monthly
amount_cents: 50000
amount_currency: EUR
pay_in_advance: false
charges:
  - {code: calls, billable_metric_code: api_requests, charge_model: standard, properties: {amount: 0}}
---
kind: plan
code: odd
name: Odd
interval: monthly
amount_cents: 100
amount_currency: EUR
pay_in_advance: false
charges:
  - {code: holes, billable_metric_code: storage, charge_model: volume, properties: {volume_ranges: [
      {from_value: 1, to_value: null, per_unit_amount: 1, flat_amount: 0}]}}
  - {code: magic, billable_metric_code: magic, charge_model: custom, properties: {custom_properties: {}}}
"""


@pytest.fixture
def priced(shell: Shell) -> Shell:
    shell.write("lago-gitops.yaml", "manifests: [m.yaml]\nexternal: {billable_metric: [magic]}\n")
    shell.write("m.yaml", MANIFESTS)
    return shell


def total(shell: Shell, *args: str) -> int:
    ran = shell.run("price", *args, "--format", "json")
    assert ran.code == 0, ran.err
    return int(json.loads(ran.out)["total_amount_cents"])


def test_a_usage_has_an_itemised_bill(priced: Shell) -> None:
    ran = priced.run("price", "--plan", "growth", "--usage", "api_requests=250000", "--usage", "storage{region=eu}=12")
    assert (
        ran.out
        == """\
Growth (growth), monthly, EUR, 1 Dec 2026 – 31 Dec 2026 (31 days)

                           units  per unit   amount
Growth                                       €31.00
API requests (requests)  250,000            €480.00
  0 – 10,000              10,000     €0.00    €0.00
  10,001 – ∞             240,000    €0.002  €480.00
Storage (storage) · eu        12     €2.00   €24.00
───────────────────────────────────────────────────
Total                                       €535.00
"""
    )


def test_events_coupons_taxes_and_days_count(priced: Shell) -> None:
    assert total(priced, "--plan", "growth", "--usage", "payments=100,events=4") == 3100 + 100 + 40
    assert total(priced, "--plan", "growth", "--coupon", "TEN", "--tax", "vat") == 2790 + 558
    assert total(priced, "--plan", "growth", "--days", "10") == 1000
    assert total(priced, "--plan", "growth", "--days", "14", "--period", "2026-02") == 1550


def test_usage_comes_from_a_file_too(priced: Shell) -> None:
    priced.write("usage.yaml", "storage: [{units: 12, properties: {region: eu}}, {units: 1}]\npayments: {units: 100}\n")
    priced.write("more/usage.json", '{"storage": 3}')
    assert total(priced, "m.yaml", "--plan", "growth", "--usage-file", "usage.yaml") == 3100 + 2500 + 110
    assert (
        total(priced, "m.yaml", "--plan", "growth", "--usage-file", "more/usage.json", "--usage", "storage=1") == 3500
    )


def test_a_wrong_usage_file_is_said_by_place(priced: Shell) -> None:
    priced.write("usage.yaml", "storage: {unit: 12}\n")
    ran = priced.run("price", "--plan", "growth", "--usage-file", "usage.yaml")
    assert ran.code == 3
    assert "usage.yaml:1:11: error: there is no field 'unit' here" in ran.out


def test_two_plans_are_compared(priced: Shell) -> None:
    ran = priced.run(
        "price", "--plan", "growth", "--compare", "flat", "--usage", "api_requests=250000", "--usage", "storage=1"
    )
    assert "Total         €512.00  €500.00     −€12.00     −2.3%" in ran.out
    assert "note: plan flat does not bill storage: it has no charge on that metric" in ran.out
    ran = priced.run("price", "--plan", "growth", "--compare", "flat", "--format", "json")
    document = json.loads(ran.out)
    assert [bill["total_amount_cents"] for bill in document["bills"]] == [3100, 50000]
    assert (document["difference_cents"], document["difference_percent"]) == (46900, 1512.9)


@pytest.mark.parametrize(
    ("args", "message"),
    [
        (("--plan", "grwth"), "there is no plan 'grwth': did you mean 'growth'?"),
        (("--plan", "xyzzy"), "there is no plan 'xyzzy': there are "),
        (("--usage", "stroage=1"), "plan 'growth' has no charge 'stroage': did you mean 'storage'?"),
        (("--usage", "storage"), "can't read the usage 'storage'"),
        (("--usage", "storage{rgion=eu}=1"), "no filter and no group by 'rgion': did you mean 'region'?"),
        (("--usage", "api_requests=0.5"), "charge 'requests': 0.5 is not a whole number"),
        (("--coupon", "X"), "there is no coupon 'X'"),
        (("--tax", "X"), "there is no tax 'X'"),
        (("--days", "32"), "32 days don't fit into the billing period"),
        (("--period", "soon"), "'soon' is not a period"),
        (("--compare", "flt"), "there is no plan 'flt': did you mean 'flat'?"),
    ],
)
def test_wrong_questions_are_answered_in_words(priced: Shell, args: tuple[str, str], message: str) -> None:
    ran = priced.run("price", "--plan", "growth", *args)
    assert (ran.code, ran.out) == (64, "")
    assert message in ran.err


def test_a_metric_with_several_charges_is_ambiguous(priced: Shell) -> None:
    path = priced.folder / "m.yaml"
    path.write_text(path.read_text().replace("{code: storage,", "{code: gigabytes,", 1))
    ran = priced.run("price", "--plan", "growth", "--usage", "storage=1")
    assert ran.code == 64
    assert "several charges on metric 'storage': name one of gigabytes, storage_minutes" in ran.err


def test_where_lago_makes_no_invoice_there_is_none(priced: Shell) -> None:
    args = ("price", "--plan", "odd", "--usage", "holes=0")
    ran = priced.run(*args)
    assert ran.code == 3
    assert "charge 'holes': 0.0 units fall in no volume tier, so Lago can't create the invoice" in ran.out
    assert "0.0 units" in json.loads(priced.run(*args, "--format", "json").out)["no_invoice"]


def test_what_only_the_server_can_price_is_left_out_or_refused(priced: Shell) -> None:
    assert "note: magic is left out" in priced.run("price", "--plan", "odd", "--usage", "holes=1").out
    ran = priced.run("price", "--plan", "odd", "--usage", "magic=1")
    assert (ran.code, "its price is computed by a program inside the Lago server" in ran.err) == (64, True)


def test_invalid_manifests_are_not_priced(priced: Shell) -> None:
    priced.write("m.yaml", "kind: plan\ncode: x\n")
    assert priced.run("price", "--plan", "x").code == 3


@pytest.mark.parametrize("name", ["price", "test"])
def test_the_list_of_commands_imports_neither(name: str) -> None:
    loaded = f"{name!r} not in c.COMMANDS or c.module_of({name!r}) in sys.modules"
    code = f"import sys, lago_gitops.cli as c; sys.exit({loaded})"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0


PAYMENTS = """\
{kind: billable_metric, code: payments, name: Payments, aggregation_type: sum_agg, field_name: amount}
---
kind: plan
code: pay
name: Pay
interval: monthly
amount_cents: 0
amount_currency: EUR
pay_in_advance: false
charges:
  - {code: payments, billable_metric_code: payments, charge_model: percentage,
     properties: {rate: "1.6263", free_units_per_events: 1}}
"""


def test_single_events_are_billed_as_lago_does_and_a_mere_number_of_them_about_so(shell: Shell) -> None:
    """The first event is free: 1.6263 % of 33.33 and 250."""
    shell.write("manifests/pay.yaml", PAYMENTS)
    each = [argument for units in ("100.10", "33.33", "250") for argument in ("--usage", f"payments={units}")]
    exact = shell.run("price", "--plan", "pay", *each)
    assert "€4.61" in exact.out
    assert "≈" not in exact.out
    about = shell.run("price", "--plan", "pay", "--usage", "payments=383.43,events=3")
    assert "≈€4.16" in about.out
    assert "note: ≈ payments: its events are assumed to be of equal size" in about.out
