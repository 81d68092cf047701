"""`test`, as a user runs it."""

import json
from xml.etree.ElementTree import fromstring

import pytest

from tests.cli.running import Shell

PLAN = """\
kind: plan
code: growth
name: Growth
interval: monthly
amount_cents: 9900
amount_currency: EUR
pay_in_advance: true
"""
RIGHT = "plan: growth\ntests:\n  - name: the fee\n    expect: {total: 99.00}   # net\n"
WRONG = "plan: growth\ntests:\n  - name: the old fee\n    expect: {total: 98.00}   # net\n"


@pytest.fixture
def project(shell: Shell) -> Shell:
    shell.write("lago-gitops.yaml", "manifests: [plans]\n")
    shell.write("plans/growth.yaml", PLAN)
    shell.write("tests/right.test.yaml", RIGHT)
    return shell


def test_passing_tests_exit_with_0(project: Shell) -> None:
    ran = project.run("test")
    assert (ran.code, ran.out) == (0, "tests/right.test.yaml  .\n\n1 passed.\n")


def test_a_failing_test_exits_with_3_and_shows_bill_and_difference(project: Shell) -> None:
    project.write("plans/wrong.test.yaml", WRONG)
    ran = project.run("test")
    assert ran.code == 3
    assert ran.out.splitlines()[:5] == [
        "plans/wrong.test.yaml  F",
        "tests/right.test.yaml  .",
        "",
        "FAILED plans/wrong.test.yaml:3 the old fee",
        "  total  expected 98.00  got 99.00  difference +1.00 EUR",
    ]
    assert ran.out.endswith("Total   €99.00\n\n1 failed, 1 passed.\n")


def test_words_files_and_folders_choose(project: Shell) -> None:
    project.write("plans/wrong.test.yaml", WRONG)
    assert project.run("test", "-k", "OLD").code == 3
    assert project.run("test", "-k", "right").out.endswith("1 passed.\n")
    assert project.run("test", "tests").code == 0
    assert project.run("test", "plans/wrong.test.yaml").code == 3


def test_nothing_to_run_is_wrong_usage(project: Shell) -> None:
    ran = project.run("test", "-k", "nothing like it")
    assert (ran.code, "no pricing test about 'nothing like it'" in ran.err) == (64, True)
    (project.folder / "tests/right.test.yaml").unlink()
    assert "no pricing tests here" in project.run("test").err


def test_a_report_for_ci_is_written_beside_what_is_shown(project: Shell) -> None:
    project.write("plans/wrong.test.yaml", WRONG)
    assert project.run("test", "--report", "junit=out.xml").code == 3
    root = fromstring((project.folder / "out.xml").read_text(encoding="utf-8"))
    assert (root.get("tests"), root.get("failures")) == ("2", "1")
    assert project.run("test", "--report", "csv=out").code == 64


def test_json_has_every_test(project: Shell) -> None:
    document = json.loads(project.run("test", "--format", "json").out)
    assert document["summary"] == {"passed": 1, "failed": 0}
    assert document["tests"][0]["bill"]["total_amount_cents"] == 9900


def test_recording_makes_them_pass_and_changes_nothing_else(project: Shell) -> None:
    project.write("plans/wrong.test.yaml", WRONG)
    ran = project.run("test", "--record")
    assert (ran.code, ran.err) == (0, "recorded plans/wrong.test.yaml\n")
    assert ran.out.endswith("2 passed.\n")
    assert (project.folder / "plans/wrong.test.yaml").read_text() == WRONG.replace("98.00", '"99.00"')
    assert (project.folder / "tests/right.test.yaml").read_text() == RIGHT
    assert project.run("test", "--record").err == ""


def test_only_the_chosen_are_recorded(project: Shell) -> None:
    project.write("plans/wrong.test.yaml", WRONG + "  - name: other\n    expect: {total: 1}\n")
    assert project.run("test", "--record", "-k", "old fee").code == 0
    assert "total: 1}" in (project.folder / "plans/wrong.test.yaml").read_text()


def test_what_can_not_be_recorded_is_said(project: Shell) -> None:
    shared = "plan: growth\ntests:\n- name: a\n  expect: &e {total: 98}\n- name: b\n  commitment: 100\n  expect: *e\n"
    project.write("tests/shared.test.yaml", shared)
    ran = project.run("test", "--record")
    assert (ran.code, "edit them by hand" in ran.out) == (3, True)
    assert (project.folder / "tests/shared.test.yaml").read_text() == shared


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("plan: growth\ntests:\n- name: a\n  usage: {x: 1}\n", "tests/bad.test.yaml:4:11: error: plan 'growth' has no"),
        ("plan: growth\ntests: [\n", "tests/bad.test.yaml:"),
        ("plan: growth\ntests: 3\n", "tests/bad.test.yaml:2:1: error: tests is 3, not a list"),
        ("- a\n", "tests/bad.test.yaml:1:1: error:"),
    ],
)
def test_a_wrong_test_is_said_by_place_and_nothing_is_run(project: Shell, text: str, problem: str) -> None:
    project.write("tests/bad.test.yaml", text)
    ran = project.run("test")
    assert ran.code == 3
    assert ran.out.startswith(problem)
    assert "right" not in ran.out


def test_a_file_that_is_not_there_is_said(project: Shell) -> None:
    assert "there is no such file or folder" in project.run("test", "tests/none.test.yaml").out


def test_tests_are_no_manifests(project: Shell) -> None:
    assert project.run("validate").out == "1 resource, no problems.\n"
