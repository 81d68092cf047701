"""Policies are tested in the same files as prices: from facts or a change to the policies that match."""

import json

import pytest

from tests.cli.running import Shell

PROJECT = """
default_environment: sandbox
environments:
  production: {url: https://lago.example}
policies:
  - name: price-rises
    environments: [production]
    when: {class: price-increase, increase_percent: {at_least: 10}, subscriptions: {at_least: 50}}
    require: {because: finance agrees}
  - name: no-fridays
    when: {during: {time_zone: Europe/Paris, days: [fri]}}
    refuse: nothing is applied on Fridays
"""
PLAN = """
kind: plan
code: growth
name: Growth
interval: monthly
amount_cents: 10000
amount_currency: EUR
pay_in_advance: false
"""
TESTS = """
environment: production
policy_tests:
  - name: a rise of 10 % for many
    change: {kind: plan, code: growth, amount_cents: 11000}
    subscriptions: {growth: 50}
    expect: [price-rises]
  - name: for few
    change: [{kind: plan, code: growth, amount_cents: 11000}]
    subscriptions: {growth: 49}
    expect: []
  - name: for nobody knows how many
    change: {kind: plan, code: growth, amount_cents: 11000}
    subscriptions: {growth: null}
    expect: [price-rises]
  - name: in another environment
    environment: sandbox
    change: {kind: plan, code: growth, amount_cents: 11000}
    subscriptions: {growth: 50}
    expect: []
  - name: on a Friday
    at: 2026-11-27T00:30+01:00
    facts: {class: cosmetic}
    expect: [no-fridays]
  - name: the day before, though in Paris it is Friday already
    at: 2026-11-26T23:30:00Z
    facts: [{class: cosmetic}, {kind: tax, code: vat, class: price-increase, increase_percent: 10, subscriptions: 50}]
    expect: [price-rises, no-fridays]
"""


@pytest.fixture
def project(shell: Shell) -> Shell:
    shell.write("lago-gitops.yaml", PROJECT)
    shell.write("plan.yaml", PLAN)
    return shell


def test_facts_and_changes_are_held_against_the_policies(project: Shell) -> None:
    project.write("policies.test.yaml", TESTS)
    ran = project.run("test", "--report=junit=out.xml")
    assert ran.code == 0, ran.out
    assert ran.out == "policies.test.yaml  ......\n\nPolicies: 6 passed.\n"
    assert 'name="on a Friday"' in (project.folder / "out.xml").read_text()


def test_a_failing_test_says_which_policy_speaks_up_and_why(project: Shell) -> None:
    project.write(
        "policies.test.yaml",
        TESTS.replace("expect: [price-rises]\n  - name: for few", "expect: [no-fridays]\n  - name: for few"),
    )
    ran = project.run("test", "-k", "for many")
    assert ran.code == 3
    assert "FAILED policies.test.yaml:4 a rise of 10 % for many\n" in ran.out
    assert (
        "price-rises matches, but is not expected: finance agrees (price-increase, up by 10%, 50 subscriptions)"
        in ran.out
    )
    assert "no-fridays is expected, but does not match" in ran.out
    found = json.loads(project.run("test", "--format", "json").out)
    assert found["summary"] == {"passed": 5, "failed": 1}
    assert [one["policies"] for one in found["policy_tests"]][:2] == [["price-rises"], []]


def test_prices_and_policies_are_tested_in_one_run(project: Shell) -> None:
    prices = "plan: growth\ntests:\n  - {name: fee, expect: {total: 100}}\n---\n"
    project.write("x.test.yaml", prices + TESTS)
    ran = project.run("test")
    assert ran.code == 0
    assert "1 passed." in ran.out
    assert "Policies: 6 passed." in ran.out


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ("{kind: plan, code: growth, amount_cents: -1}", "amount_cents"),
        ("{kind: plan, code: groth, amount_cents: 1}", "name is missing"),
    ],
)
def test_a_change_that_is_no_manifest_fails_its_test(project: Shell, change: str, said: str) -> None:
    project.write("x.test.yaml", f"policy_tests: [{{name: a, environment: production, change: {change}, expect: []}}]")
    ran = project.run("test")
    assert ran.code == 3
    assert said in ran.out


@pytest.mark.parametrize(
    ("test", "said"),
    [
        (
            "{name: a, facts: {class: cosmetic}, expect: []}",
            "1:17: error: neither the test nor the file names an environment",
        ),
        (
            "{name: a, environment: prod, facts: {class: cosmetic}, expect: []}",
            "1:17: error: there is no environment 'prod'",
        ),
        ("{name: a, environment: production, expect: []}", "1:17: error: the test needs either facts or a change"),
        (
            "{name: a, environment: production, facts: {class: cosmetic}, expect: [price-rise]}",
            "1:86: error: there is no policy 'price-rise'",
        ),
        (
            "{name: a, environment: production, at: 2026-02-30T12:00Z, facts: {class: cosmetic}, expect: []}",
            "1:51: error: there is no such day: 2026-02-30T12:00Z",
        ),
        ("{name: a, facts: {class: costly}, expect: []}", "1:34: error: class"),
    ],
)
def test_what_is_wrong_is_said_with_its_place(project: Shell, test: str, said: str) -> None:
    project.write("x.test.yaml", f"policy_tests: [{test}]")
    ran = project.run("test")
    assert ran.code == 3
    assert f"x.test.yaml:{said}" in ran.out


def test_names_are_not_repeated(project: Shell) -> None:
    one = "{name: a, environment: production, facts: {class: cosmetic}, expect: []}"
    project.write("x.test.yaml", f"policy_tests: [{one}, {one}]")
    assert "another policy test in this file is named 'a'" in project.run("test").out
