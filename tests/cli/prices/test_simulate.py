"""What customers would be invoiced, before and after a change of prices."""

import csv
import json
import subprocess
from collections import defaultdict
from decimal import Decimal
from io import StringIO

import pytest

from lago_gitops.workflow.manifests.business_models import MODELS
from tests.cli.running import Shell

SIMULATION = """
first_month: 2026-01
months: 2
customers:
  - name: acme
    subscriptions:
      - {plan: growth, usage: {api_requests: 25000}}
  - name: =quiet
    subscriptions:
      - {plan: growth}
"""


@pytest.fixture
def project(shell: Shell) -> Shell:
    """With a commit, and a price that has changed since."""
    shell.run("init")
    (shell.folder / "tests/customers.simulation.yaml").unlink()
    shell.write("c.simulation.yaml", SIMULATION)
    who = ("-c", "user.email=a@b.invalid", "-c", "user.name=a")
    for command in (("init", "-q"), ("add", "."), (*who, "commit", "-q", "-m", "Prices")):
        subprocess.run(("git", *command), cwd=shell.folder, check=True)
    manifest = shell.folder / "manifests/growth.yaml"
    manifest.write_text(manifest.read_text(encoding="utf-8").replace("0.002", "0.003"), encoding="utf-8")
    return shell


@pytest.mark.slow
def test_before_and_after_are_shown_for_the_same_usage(project: Shell) -> None:
    ran = project.run("simulate", "--base", "HEAD", "--format", "json")
    [one] = json.loads(ran.out)["simulations"]
    [acme] = [each for each in one["by_customer"] if each["customer"] == "acme"]
    assert acme["total_amount_cents"] == [3 * 9900 + 2 * 3000, 3 * 9900 + 2 * 4500]
    text = project.run("simulate", "--base", "HEAD").out
    assert "+€30.00" in text
    assert "1 customer would pay the same." in text


@pytest.mark.slow
def test_a_price_that_changes_on_a_day_counts_for_the_whole_period_of_that_day(project: Shell) -> None:
    ran = project.run("simulate", "--base", "HEAD", "--change-on", "2026-02-10", "--format", "json")
    [one] = json.loads(ran.out)["simulations"]
    months = {each["month"]: each["total_amount_cents"] for each in one["by_month"]}
    assert months["2026-02"] == [2 * 9900 + 3000] * 2
    assert months["2026-03"] == [2 * 9900 + 3000, 2 * 9900 + 4500]


@pytest.mark.slow
def test_the_rows_of_each_invoice_add_up_to_its_total(project: Shell) -> None:
    ran = project.run("simulate", "--report", "csv=o.csv", "--report", "json=o.json", "--report", "html=o.html")
    assert ran.code == 0
    rows = csv.DictReader(StringIO((project.folder / "o.csv").read_text(encoding="utf-8")))
    sums: dict[str, Decimal] = defaultdict(Decimal)
    for row in rows:
        sums[row["invoice"]] += Decimal(row["amount"])
        assert row["customer"] in {"acme", "'=quiet"}
    document = json.loads((project.folder / "o.json").read_text(encoding="utf-8"))
    invoices = document["simulations"][0]["revisions"][0]["invoices"]
    assert {each["number"]: each["total_amount_cents"] for each in invoices} == {
        number: cents * 100 for number, cents in sums.items()
    }
    assert "€144.00" in (project.folder / "o.html").read_text(encoding="utf-8")


def test_what_is_wrong_is_said_with_its_place(project: Shell) -> None:
    project.write("c.simulation.yaml", SIMULATION.replace("growth", "grwth"))
    ran = project.run("simulate")
    assert (ran.code, "c.simulation.yaml:7:10: error: there is no plan 'grwth'" in ran.out) == (3, True)
    project.write("c.simulation.yaml", "first_month: [")
    assert project.run("simulate").code == 3


def test_wrong_usage_is_said(project: Shell) -> None:
    assert "--change-on needs --base" in project.run("simulate", "--change-on", "2026-02-01").err
    assert "Git has no revision 'nope'" in project.run("simulate", "--base", "nope").err
    assert "no simulation here" in project.run("simulate", "tests").err
    assert project.run("simulate", "manifests/growth.yaml").code == 3


def test_what_lago_refuses_ends_the_simulation(project: Shell) -> None:
    """Two plans of different currencies, which a customer of Lago before 1.39 can't have."""
    plan = (project.folder / "manifests/growth.yaml").read_text(encoding="utf-8").split("---")[1]
    project.write("manifests/dollars.yaml", plan.replace("growth", "dollars").replace("EUR", "USD"))
    both = SIMULATION.replace("{plan: growth, usage", "{plan: dollars}\n      - {plan: growth, usage")
    project.write("c.simulation.yaml", f"{both}\nlago_version: '1.38'\n")
    ran = project.run("simulate")
    assert (ran.code, "currencies_does_not_match" in ran.err) == (3, True)


@pytest.mark.slow
@pytest.mark.parametrize("model", MODELS)
def test_every_project_to_start_from_has_a_simulation_that_runs(shell: Shell, model: str) -> None:
    shell.run("init", "--template", model)
    assert "Total" in shell.run("simulate").out
