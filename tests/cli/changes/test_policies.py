"""Policies of the project: what they stop, what they only say, and what answers them."""

import json
from typing import Any

import pytest

from tests.cli.running import Shell
from tests.texts import PLAN

PROJECT = """
default_environment: sandbox
policies:
  - name: price-rises
    environments: ["*"]
    when: {class: price-increase, increase_percent: {at_least: 10}}
    require: {because: finance agrees to rises, label: finance-agreed, approvers: ["@acme/finance"], wait: 1h}
  - name: falls
    environments: [sandbox]
    when: {decrease_percent: {at_least: 10}}
    warn: tell sales
"""


@pytest.fixture
def project(shell: Shell) -> Shell:
    """A project whose plan costs €10, in the sandbox as well."""
    shell.write("lago-gitops.yaml", PROJECT)
    costs(shell, 1000)
    assert shell.run("apply", "--auto-approve").code == 0
    return shell


def costs(shell: Shell, cents: int) -> None:
    shell.write("p.yaml", PLAN.format(amount=cents))


def document(shell: Shell, *args: str) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(shell.run("plan", "--format", "json", *args).out)
    return found


def test_a_policy_that_requires_something_ends_plan_and_apply_with_4(project: Shell) -> None:
    costs(project, 1100)
    ran = project.run("plan")
    assert ran.code == 4
    assert (
        "Policy price-rises requires an approval: plan/p: finance agrees to rises (price-increase, up by 10%)"
        in ran.out
    )
    assert "@acme/finance has to set the label finance-agreed; wait 1 hour after the plan was first shown" in ran.out
    assert project.run("apply", "--auto-approve").code == 4


def test_neither_a_saved_plan_nor_its_digest_answers_it(project: Shell) -> None:
    costs(project, 1100)
    assert project.run("plan", "--out", "x.json").code == 4
    digest = json.loads((project.folder / "x.json").read_text())["digest"]
    assert project.run("apply", "x.json").code == 4
    assert project.run("apply", "--approved", digest).code == 4


def test_its_own_name_waives_it_for_one_run(project: Shell) -> None:
    costs(project, 1100)
    found = document(project, "--allow", "price-rises")
    assert found["guards"] == []
    assert [(one["name"], one["stands"]) for one in found["policies"]] == [("price-rises", False)]
    assert project.run("apply", "--auto-approve", "--allow", "price-rises").code == 0


def test_below_its_bound_it_says_nothing(project: Shell) -> None:
    costs(project, 1099)
    assert document(project)["policies"] == []
    assert project.run("apply", "--auto-approve").code == 0


def test_a_warning_is_shown_and_stops_nothing(project: Shell) -> None:
    costs(project, 500)
    ran = project.run("plan")
    assert ran.code == 0
    assert "Policy falls warns: plan/p: tell sales (down by 50%)" in ran.out


def test_a_plan_that_waited_long_enough_answers_a_policy_that_wants_nothing_else(project: Shell) -> None:
    project.write("lago-gitops.yaml", PROJECT.replace('label: finance-agreed, approvers: ["@acme/finance"], ', ""))
    costs(project, 1100)
    project.run("plan", "--out", "x.json")
    assert project.run("apply", "x.json").code == 4
    saved_at(project, "2000-01-01T00:00:00Z")
    assert project.run("apply", "x.json").code == 0


def saved_at(shell: Shell, moment: str) -> None:
    from lago_gitops.core.saved_plan import sealed

    path = shell.folder / "x.json"
    saved = json.loads(path.read_text())
    del saved["seal"]
    path.write_text(json.dumps(sealed({**saved, "created_at": moment})))


def test_a_name_that_no_guard_has_is_wrong_usage(project: Shell) -> None:
    ran = project.run("plan", "--allow", "price-rise")
    assert ran.code == 64
    assert "there is no guard or policy 'price-rise'; did you mean 'price-rises'?" in ran.err


def test_reports_say_who_has_to_agree(project: Shell) -> None:
    costs(project, 1100)
    project.run("plan", "--report=markdown=c.md", "--report=html=r.html", "--report=sarif=s.sarif")
    for name in ("c.md", "r.html"):
        assert "@acme/finance has to set the label finance-agreed" in (project.folder / name).read_text()
    assert "price-rises" in (project.folder / "s.sarif").read_text()
