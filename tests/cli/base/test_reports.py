"""`--report` on every command, on every way out."""

import json
from xml.etree.ElementTree import fromstring

import pytest

from tests.cli.running import Shell

PLAN = """kind: plan
code: basic
name: Basic
interval: monthly
amount_cents: 1000
amount_currency: EUR
pay_in_advance: false
"""
ALL = [f"--report={name}=out/{name}" for name in ("text", "markdown", "json", "sarif", "junit", "github")]


def files(shell: Shell) -> dict[str, str]:
    return {path.name: path.read_text() for path in (shell.folder / "out").iterdir()}


@pytest.fixture(autouse=True)
def project(shell: Shell) -> None:
    shell.write("manifests/p.yaml", PLAN)


def test_a_plan_is_reported_in_every_format(shell: Shell) -> None:
    ran = shell.run("plan", *ALL, "--format", "json")
    found = files(shell)
    assert ran.code == 0
    assert found.keys() == {"text", "markdown", "json", "sarif", "junit", "github"}
    assert json.loads(found["json"])["digest"] == json.loads(ran.out)["digest"]
    assert "1 to create" in found["markdown"]


@pytest.mark.parametrize("command", ["validate", "plan", "apply", "test"])
def test_invalid_manifests_are_reported_by_every_command(shell: Shell, command: str) -> None:
    shell.write("manifests/p.yaml", PLAN.replace("monthly", "nightly"))
    assert shell.run(command, *ALL).code == 3
    found = files(shell)
    assert (
        "manifests/p.yaml"
        in json.loads(found["sarif"])["runs"][0]["results"][1]["locations"][0]["physicalLocation"]["artifactLocation"][
            "uri"
        ]
    )
    assert fromstring(found["junit"]).get("failures") != "0"
    assert found["github"].count("file=manifests/p.yaml") == 1
    assert json.loads(found["json"])["exit_code"] == 3


def test_a_broken_project_file_is_reported(shell: Shell) -> None:
    shell.write("lago-gitops.yaml", "manifest: [x]\n")
    assert shell.run("plan", *ALL).code == 3
    assert "lago-gitops.yaml" in files(shell)["github"]


def test_an_apply_is_reported_with_its_outcomes(shell: Shell) -> None:
    assert shell.run("apply", "--auto-approve", *ALL).code == 0
    found = files(shell)
    assert "| 🟢 | `plan/basic` | done |" in found["markdown"]
    assert json.loads(found["json"])["outcomes"][0]["status"] == "done"


def test_an_apply_that_nobody_approved_is_reported_with_its_plan(shell: Shell) -> None:
    assert shell.run("apply", *ALL).code == 4
    found = files(shell)
    assert "no terminal to confirm on" in found["markdown"]
    assert "**Basic** `plan/basic`" in found["markdown"]


@pytest.mark.slow
def test_a_lago_out_of_reach_is_reported(shell: Shell) -> None:
    shell.monkeypatch.setenv("LAGO_API_URL", "http://127.0.0.1:9")
    shell.monkeypatch.setenv("LAGO_API_KEY", "key")
    assert shell.run("plan", *ALL).code == 8
    assert "exit-8" in files(shell)["github"]


def test_tests_are_reported(shell: Shell) -> None:
    shell.write("a.test.yaml", "plan: basic\ntests:\n  - {name: fee, usage: {}, expect: {total: 11}}\n")
    assert shell.run("test", *ALL).code == 3
    found = files(shell)
    assert fromstring(found["junit"]).get("failures") == "1"
    assert "file=a.test.yaml,line=3" in found["github"]


def test_what_can_not_be_written_fails_a_run_that_went_well_and_no_verdict_is_lost(shell: Shell) -> None:
    shell.write("out", "a file")
    assert shell.run("validate", "--report=json=out/x.json").code == 1
    shell.write("manifests/p.yaml", PLAN.replace("monthly", "nightly"))
    ran = shell.run("validate", "--report=json=out/x.json")
    assert ran.code == 3
    assert "out/x.json can't be written" in ran.err


def test_an_unknown_format_is_wrong_usage(shell: Shell) -> None:
    ran = shell.run("plan", "--report=pdf=x")
    assert ran.code == 64
    assert "write FORMAT=PATH" in ran.err


def test_secrets_of_urls_are_in_no_report(shell: Shell) -> None:
    url = "https://hooks.example.com/lago?token=s3cr3t-t0ken"
    shell.write("manifests/w.yaml", f"kind: webhook_endpoint\nwebhook_url: {url}\nsignature_algo: hmac\n")
    shell.run("plan", *ALL)
    assert all("s3cr3t" not in text for text in files(shell).values())


def test_a_saved_plan_is_reported_as_it_was_made(shell: Shell) -> None:
    shell.run("plan", "--out", "p.json")
    made = json.loads((shell.folder / "p.json").read_text())["created_at"]
    assert shell.run("show", "p.json", *ALL, "--report=html=out/html").code == 0
    assert f'<time datetime="{made}">' in files(shell)["html"]
