import json

import jsonschema
import pytest

from lago_gitops.bills.scenario import AS_WRITTEN, DEFAULT_MONTH, Scenario
from lago_gitops.pricetests.expectations import Amount, Between, Exactly, Expectation
from lago_gitops.pricetests.schema import price_test_schema, usage_schema
from lago_gitops.pricing.base.rules import Rules
from lago_gitops.pricing.usage.given import Given
from tests.pricetests.samples import CALLS, STORAGE, SUPPORT, D, one, plan, prices, read

PRICES = prices(plan(CALLS, STORAGE, fixed_charges=f"[{SUPPORT}]"), plan(code="other"))


def problems(test: str) -> list[str]:
    return read(f"plan: growth\ntests:\n  - {{name: one, {test}}}\n", PRICES)[1]


def test_a_test_says_all_that_a_bill_depends_on() -> None:
    test = one(
        "usage: {calls: 5, storage: [{units: 2, events: 3, properties: {region: eu}}, {units: 1}]}, coupons: [TEN],"
        " taxes: [vat, city], commitment: 500.00, period: 2026-10, days: 10, licensed: false, lago_version: '1.44.2'",
        PRICES,
    )
    assert test.scenario.usage == {
        "calls": (Given(D(5)),),
        "storage": (Given(D(2), 3, {"region": "eu"}), Given(D(1))),
    }
    assert test.scenario.coupons == ("TEN",)
    assert test.scenario.taxes == ("vat", "city")
    assert test.scenario.commitment == D(500)
    assert test.scenario.days == 10
    assert test.scenario.day.isoformat() == "2026-10-01"
    assert test.scenario.rules == Rules(first_flat_at_zero=False, licensed=False)


def test_what_a_test_leaves_out_has_documented_defaults() -> None:
    test = one("", PRICES)
    assert test.scenario == Scenario("growth", day=DEFAULT_MONTH, rules=AS_WRITTEN)
    assert test.is_open
    default = price_test_schema()["properties"]["tests"]["items"]["properties"]["period"]["default"]
    assert f"{DEFAULT_MONTH:%Y-%m}" == default


def test_a_test_may_be_of_another_plan_than_its_file() -> None:
    assert one("plan: other", PRICES).scenario.plan == "other"


def test_amounts_are_exact_or_bounds_by_charge_and_in_all() -> None:
    test = one(
        'expect: {total: 9.90, charges: {calls: "1", "storage{region=eu}": {at_least: 1}}, '
        "fixed_charges: {support: {at_least: 1, at_most: 3}}}",
        PRICES,
    )
    assert test.expectations == (
        Expectation(Amount("total"), Exactly(D("9.9"))),
        Expectation(Amount("charges", "calls", "calls"), Exactly(D(1))),
        Expectation(Amount("charges", "storage{region=eu}", "storage", (("region", "eu"),)), Between(D(1), None)),
        Expectation(Amount("fixed_charges", "support", "support"), Between(D(1), D(3))),
    )


def test_several_documents_and_tests_keep_their_places() -> None:
    text = "---\nplan: growth\ntests:\n- name: a\n- name: b\n---\nplan: other\ntests: [{name: a}]\n"
    tests, wrong = read(text, PRICES)
    assert wrong == []
    assert [(test.document, test.index, test.mark.line) for test in tests] == [(0, 0, 4), (0, 1, 5), (1, 0, 8)]


@pytest.mark.parametrize(
    ("test", "problem"),
    [
        ("usage: {stroage: 1}", "3:25: plan 'growth' has no charge 'stroage': did you mean 'storage'?"),
        ("usage: {calls: {units: 1, properties: {a: b}}}", "3:25: charge 'calls' has no filter and no group by 'a'"),
        ("usage: {calls: many}", "3:25: calls can't be 'many'"),
        ("usage: {calls: {events: 1}}", "3:25: units is missing in calls"),
        ("usage: {calls: {units: 1, event: 1}}", "3:43: there is no field 'event' here (did you mean 'events'?)"),
        ("usage: {calls: {units: 1, events: -1}}", "3:43: events is -1, less than 0"),
        ("plan: grwth", "3:17: there is no plan 'grwth': did you mean 'growth'?"),
        ("coupons: [TEN, TENN]", "3:32: there is no coupon 'TENN': did you mean 'TEN'?"),
        ("taxes: [vta]", "3:25: there is no tax 'vta': did you mean 'vat'?"),
        ("period: 2026-13", "3:17: period can't be '2026-13' (a month such as 2026-12"),
        ("period: 2026-02-30", "3:17: '2026-02-30' is not a period"),
        ("days: 0", "3:17: days is 0, less than 1"),
        ("days: 32", "3:17: 32 days don't fit into the billing period from 2026-12-01 to 2026-12-31"),
        ("lago_version: 1.44", "3:17: lago_version is 1.44, not text (put it in quotes"),
        ("expect: {totl: 1}", "3:26: there is no field 'totl' here (did you mean 'total'?)"),
        ("expect: {total: -1}", "3:26: total is -1, less than 0"),
        ("expect: {total: {}}", "3:26: total is empty"),
        ("expect: {charges: {callz: 1}}", "3:36: plan 'growth' has no charge 'callz': did you mean 'calls'?"),
        ("expect: {charges: {'calls{': 1}}", "3:36: can't read 'calls{'"),
        ("expect: {fixed_charges: {suport: 1}}", "3:42: plan 'growth' has no fixed charge 'suport': did you mean"),
        (
            "expect: {no_invoice: true, total: 1}",
            "3:26: no amount can be expected together with no_invoice: there is no invoice to check",
        ),
        ("expect: {no_invoice: false}", "3:26: no_invoice must be true, not false"),
    ],
)
def test_what_is_wrong_is_said_with_its_place(test: str, problem: str) -> None:
    (found,) = problems(test)
    assert found.removeprefix("x.test.yaml:").startswith(problem)


def test_everything_wrong_is_said_in_one_run() -> None:
    assert len(problems("usage: {a: 1, calls: 2, b: 3}, coupons: [X], days: 99, expect: {charges: {c: 1, d: 1}}")) == 6


def test_a_file_without_tests_or_a_plan_or_with_two_of_a_name_is_wrong() -> None:
    assert read("plan: growth\n", PRICES)[1] == ["x.test.yaml:1:1: tests is missing (add tests)"]
    assert read("tests: []\n", PRICES)[1] == ["x.test.yaml:1:1: tests is empty"]
    assert read("tests: [{name: a}]\n", PRICES)[1] == ["x.test.yaml:1:10: neither the test nor the file names a plan"]
    assert (
        "another test in this file is named 'a'" in read("plan: growth\ntests: [{name: a}, {name: a}]\n", PRICES)[1][0]
    )


def test_the_schemas_are_schemas() -> None:
    for schema in (price_test_schema(), usage_schema()):
        jsonschema.Draft202012Validator.check_schema(schema)
        assert json.loads(json.dumps(schema)) == schema


def test_a_place_for_anchors_is_allowed() -> None:
    text = "x-usage: &usage {calls: 5}\nplan: growth\ntests: [{name: a, usage: *usage}]\n"
    (test,), wrong = read(text, PRICES)
    assert (wrong, test.scenario.usage) == ([], {"calls": (Given(D(5)),)})
