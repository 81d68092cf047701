"""Profiles in lago-gitops.yaml, from the file to the plan."""

import json

from tests.cli.running import Shell
from tests.manifests.sources.test_revision import git

PLAN = """
{kind: billable_metric, code: calls, name: Calls, aggregation_type: count_agg}
---
kind: plan
code: growth
name: Growth
interval: monthly
amount_cents: 1000
amount_currency: EUR
pay_in_advance: false
charges:
  - {code: calls, billable_metric_code: calls, charge_model: standard, properties: {amount: "0.01"}}
"""
PROJECT = "manifests: [manifests.yaml]\nprofiles:\n  small:\n    usage:\n      calls: 100\n"


def test_the_plan_shows_what_profiles_pay_before_and_after(shell: Shell) -> None:
    shell.write("lago-gitops.yaml", PROJECT)
    shell.write("manifests.yaml", PLAN)
    assert shell.run("apply", "--auto-approve").code == 0
    shell.write("manifests.yaml", PLAN.replace("0.01", "0.03"))

    text, found = shell.run("plan").out, json.loads(shell.run("plan", "--format", "json").out)

    assert text.index("Impact on profile bills") < text.index("~ plan/growth")
    [bill] = found["impact"]["profiles"]["bills"]
    assert (bill["profile"], bill["before_cents"], bill["after_cents"]) == ("small", 1100, 1300)


def test_a_deleted_or_renamed_plan_has_its_bill(shell: Shell) -> None:
    shell.write("lago-gitops.yaml", PROJECT)
    shell.write(
        "manifests.yaml",
        PLAN + "---\n{kind: plan, code: old, name: Old, interval: monthly, amount_cents: 1, "
        "amount_currency: EUR, pay_in_advance: false}\n",
    )
    assert shell.run("apply", "--auto-approve").code == 0
    renamed = PLAN.replace("code: growth", "code: scale\npreviously: [growth]")
    shell.write("manifests.yaml", renamed.replace("1000", "1200") + "---\n{kind: plan, code: old, state: absent}\n")

    found = json.loads(shell.run("plan", "--format", "json").out)["impact"]["profiles"]["bills"]

    assert [(one["address"], one["before_cents"], one["after_cents"]) for one in found] == [
        ("plan/scale", 1100, 1300),
        ("plan/old", 1, None),
    ]


def test_a_profile_of_what_is_not_sold_stops_validate_and_plan_with_its_place(shell: Shell) -> None:
    shell.write("lago-gitops.yaml", PROJECT.replace("calls: 100", "call: 100"))
    shell.write("manifests.yaml", PLAN)
    for command in ("validate", "plan"):
        ran = shell.run(command)
        assert ran.code == 3
        assert (
            "lago-gitops.yaml:5:7: error: profile 'small': none of its plans has a charge on a metric 'call'" in ran.out
        )
        assert "did you mean 'calls'?" in ran.out


def test_a_profile_that_is_none_is_an_error_with_its_place(shell: Shell) -> None:
    shell.write("lago-gitops.yaml", PROJECT.replace("usage:", "usages:"))
    shell.write("manifests.yaml", PLAN)
    ran = shell.run("validate")
    assert ran.code == 3
    assert "lago-gitops.yaml:4:5" in ran.out


def test_branches_stand_beside_each_other_as_candidates(shell: Shell) -> None:
    git(shell.folder, "init", "-q", "-b", "main")
    shell.write(".gitignore", ".lago-gitops/\n")
    shell.write("lago-gitops.yaml", PROJECT)
    shell.write("manifests.yaml", PLAN)
    git(shell.folder, "add", "-A")
    git(shell.folder, "commit", "-qm", "base")
    assert shell.run("apply", "--auto-approve").code == 0
    for branch, price in (("dearer", "0.05"), ("cheaper", "0.001")):
        git(shell.folder, "checkout", "-qb", branch, "main")
        shell.write("manifests.yaml", PLAN.replace("0.01", price))
        git(shell.folder, "commit", "-qam", branch)
    git(shell.folder, "checkout", "-q", "main")
    shell.write("manifests.yaml", PLAN.replace("0.01", "0.03"))

    ran = shell.run("plan", "--compare", "dearer", "--compare", "cheaper", "--format", "json")

    [bill] = json.loads(ran.out)["impact"]["profiles"]["bills"]
    assert (bill["before_cents"], bill["after_cents"]) == (1100, 1300)
    assert bill["candidates"] == [{"ref": "dearer", "cents": 1500}, {"ref": "cheaper", "cents": 1010}]
    assert " ".join(shell.run("plan", "--compare", "dearer").out.split()).find("at dearer €15.00") > 0


def test_candidates_need_profiles_and_have_to_be_there(shell: Shell) -> None:
    shell.write("manifests.yaml", PLAN)
    assert "describe some in lago-gitops.yaml" in shell.run("plan", "--compare", "main").err
    shell.write("lago-gitops.yaml", PROJECT)
    ran = shell.run("plan", "--compare", "main")
    assert ran.code == 64
    assert "--compare: this is not a Git repository" in ran.err


def test_without_a_lago_everybody_has_the_taxes_that_manifests_say(shell: Shell) -> None:
    tax = "---\n{kind: tax, code: vat, name: VAT, rate: 20, applied_to_organization: true}\n"
    git(shell.folder, "init", "-q", "-b", "main")
    shell.write("lago-gitops.yaml", "environments: {eu: {url: https://lago.example}}\n" + PROJECT)
    shell.write("manifests.yaml", PLAN + tax)
    git(shell.folder, "add", "-A")
    git(shell.folder, "commit", "-qm", "base")
    shell.write("manifests.yaml", PLAN.replace("0.01", "0.03") + tax)

    ran = shell.run("plan", "--env", "eu", "--base", "main", "--format", "json")

    [bill] = json.loads(ran.out)["impact"]["profiles"]["bills"]
    assert (bill["before_cents"], bill["after_cents"]) == (1320, 1560)


def test_a_tax_that_everybody_gets_or_loses_is_on_their_bills(shell: Shell) -> None:
    tax = "---\n{kind: tax, code: vat, name: VAT, rate: 20, applied_to_organization: %s}\n"
    shell.write("lago-gitops.yaml", PROJECT)
    shell.write("manifests.yaml", PLAN + tax % "false")
    assert shell.run("apply", "--auto-approve").code == 0
    for applied, cents in (("true", (1100, 1320)), ("false", (1320, 1100))):
        shell.write("manifests.yaml", PLAN + tax % applied)
        [bill] = json.loads(shell.run("plan", "--format", "json").out)["impact"]["profiles"]["bills"]
        assert (bill["before_cents"], bill["after_cents"]) == cents
        assert shell.run("apply", "--auto-approve").code == 0
