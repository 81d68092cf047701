"""An environment can say which release its Lago is: what needs no network goes by it."""

import json

import pytest

from lago_gitops.sandbox.base.settings import Settings
from lago_gitops.sandbox.serving.app import Sandbox
from lago_gitops.sandbox.serving.server import serve
from tests.cli.running import Shell

TIERS = """
{kind: billable_metric, code: m, name: M, aggregation_type: count_agg, filters: [{key: k, values: [a, b]}]}
---
{kind: add_on, code: seat, name: Seat, amount_cents: 100, amount_currency: EUR}
---
kind: plan
code: p
name: P
interval: monthly
amount_cents: 0
amount_currency: EUR
pay_in_advance: false
fixed_charges:
  - {code: seats, add_on_code: seat, charge_model: standard, units: 3, properties: {amount: 5}}
charges:
  - code: c
    billable_metric_code: m
    charge_model: graduated
    properties:
      graduated_ranges:
        - {from_value: 0, to_value: 10, per_unit_amount: 1, flat_amount: 7}
        - {from_value: 10, to_value: null, per_unit_amount: 2, flat_amount: 0}
  - code: d
    billable_metric_code: m
    charge_model: standard
    properties: {amount: 1}
    filters:
      - {values: {k: [a, b]}, properties: {amount: 2}}
      - {values: {k: [a]}, properties: {amount: 3}}
"""


@pytest.fixture
def project(shell: Shell) -> Shell:
    shell.write("m/p.yaml", TIERS)
    environments = "{old: {url: 'http://x', lago_version: '1.38'}, new: {url: 'http://x'}}"
    shell.write("lago-gitops.yaml", f"manifests: [m]\nenvironments: {environments}\n")
    return shell


def test_validate_knows_what_an_older_lago_refuses_loses_and_never_bills(project: Shell) -> None:
    old = project.run("validate", "--env", "old")
    assert old.code == 3
    assert "m/p.yaml:20:7: error: charges.c.graduated_ranges: before Lago 1.45 a tier must start at 11" in old.out
    assert "m/p.yaml:27:5: warning: charges.d: before Lago 1.39 no event of the filter {k: a, b} is billed" in old.out
    assert "m/p.yaml:13:1: warning: fixed charges seats are stored but never billed" in old.out
    assert "zero-usage-flat" not in old.out

    new = project.run("validate", "--env", "new")
    assert new.code == 0
    assert "zero-usage-flat" in new.out


def test_without_an_environment_each_is_checked_by_its_own_release(project: Shell) -> None:
    ran = project.run("validate")
    assert ran.code == 3
    assert "not at 10 (environment old)" in ran.out
    assert "even without usage (environment new)" in ran.out


def test_price_goes_by_the_release(project: Shell) -> None:
    def total(name: str) -> str:
        bill = json.loads(project.run("price", "--plan", "p", "--env", name, "--format", "json").out)
        return str(bill["total_amount_cents"])

    assert (total("old"), total("new")) == ("0", "2200")


def test_a_release_that_is_none_is_an_error(project: Shell) -> None:
    project.write("lago-gitops.yaml", "environments: {old: {url: 'http://x', lago_version: newest}}\n")
    ran = project.run("validate")
    assert ran.code == 3
    assert 'a version such as "1.51"' in ran.err + ran.out


@pytest.mark.parametrize(("said", "is_well"), [("1.38", True), ("1.46", False), ("1.37", False)])
def test_the_doctor_finds_that_the_release_is_another_one(shell: Shell, said: str, is_well: bool) -> None:
    with serve(Sandbox(Settings(api_key="key", lago_version="1.38.0"))) as url:
        shell.write("lago-gitops.yaml", f"environments: {{old: {{url: '{url}', lago_version: '{said}'}}}}\n")
        shell.monkeypatch.setenv("LAGO_API_KEY", "key")
        checks = json.loads(shell.run("doctor", "--env", "old", "--format", "json").out)["checks"]
    [found] = [one for one in checks if one["name"] == "version"]
    assert found["well"] is is_well
    assert ("correct it" in found["fix"]) is not is_well


def test_a_plan_goes_by_what_is_said_where_an_empty_organization_tells_nothing(project: Shell) -> None:
    """Its answers are those of 1.38 to 1.45 until it has a plan or a webhook endpoint."""
    with serve(Sandbox(Settings(api_key="key", lago_version="1.45.0"))) as url:
        project.monkeypatch.setenv("LAGO_API_KEY", "key")
        codes = []
        for said in ("", ", lago_version: '1.45'"):
            project.write("lago-gitops.yaml", f"manifests: [m]\nenvironments: {{e: {{url: '{url}'{said}}}}}\n")
            plan = project.run("plan", "--env", "e", "--format", "json")
            codes.append(bool(json.loads(plan.out)["refusals"]))
    assert codes == [True, False]
