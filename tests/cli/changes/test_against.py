"""`plan --against`: in what production will differ from staging."""

import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from lago_gitops.sandbox.base.settings import Settings
from lago_gitops.sandbox.serving.app import Sandbox
from lago_gitops.sandbox.serving.server import serve
from tests.cli.running import Shell

PROJECT = """\
manifests: [manifests]
environments:
  staging: {{url: "{staging}", key_from: STAGING, insecure: true, overlays: [overlays/staging]}}
  production: {{url: "{production}", key_from: PRODUCTION, insecure: true}}
"""
TAXES = """\
kind: tax
code: vat
name: VAT
rate: 20
---
kind: tax
code: city
name: City
rate: 1
"""


@pytest.fixture
def project(shell: Shell) -> Iterator[Shell]:
    """Staging and production are as the manifests say; the overlay of staging gives it another city tax."""
    with serve(Sandbox(Settings(api_key="s"))) as staging, serve(Sandbox(Settings(api_key="p"))) as production:
        shell.monkeypatch.setenv("STAGING", "s")
        shell.monkeypatch.setenv("PRODUCTION", "p")
        shell.write("lago-gitops.yaml", PROJECT.format(staging=staging, production=production))
        shell.write("manifests/taxes.yaml", TAXES)
        shell.write("overlays/staging/taxes.yaml", "kind: tax\ncode: city\nrate: 0\n")
        for environment in ("staging", "production"):
            assert shell.run("apply", "--env", environment, "--auto-approve").code == 0
        yield shell


def change(folder: Path, before: str, after: str) -> None:
    path = folder / "manifests" / "taxes.yaml"
    path.write_text(path.read_text(encoding="utf-8").replace(before, after), encoding="utf-8")


def test_differences_that_the_manifests_say_are_told_from_those_that_they_do_not(project: Shell) -> None:
    change(project.folder, "rate: 20", "rate: 21")
    project.run("apply", "--env", "staging", "--auto-approve", "--allow", "changes-bills")
    change(project.folder, "name: VAT", "name: Value added")

    document = json.loads(project.run("plan", "--env", "production", "--against", "staging", "--format", "json").out)[
        "against"
    ]

    told = {
        one["address"]: (one["is_meant"], [field["path"] for field in one["fields"]]) for one in document["differences"]
    }
    assert told == {"tax/city": (True, ["rate"]), "tax/vat": (False, ["name"])}
    assert document["environment"] == "staging"
    assert document["settled"] == []


def test_a_promotion_makes_both_the_same(project: Shell) -> None:
    change(project.folder, "rate: 20", "rate: 21")
    project.run("apply", "--env", "staging", "--auto-approve", "--allow", "changes-bills")

    ran = project.run(
        "plan", "--env", "production", "--against", "staging", "--report", "markdown=r.md", "--report", "html=r.html"
    )

    assert "once this is applied, 1 resource differs, as the manifests say; 1 is the same." in ran.out
    assert "· tax/city: rate is 1, in staging 0 (as the manifests say)" in ran.out
    assert "No longer different after this plan: tax/vat." in ran.out
    for name in ("r.md", "r.html"):
        assert "rate is 1, in staging 0" in (project.folder / name).read_text(encoding="utf-8")


def test_what_only_one_of_them_has_is_named(project: Shell) -> None:
    project.write("manifests/more.yaml", "kind: tax\ncode: new\nname: New\nrate: 3\n")

    ran = project.run("plan", "--env", "production", "--against", "staging")

    assert "! tax/new: not in staging" in ran.out
    assert "1 of them for no reason in the manifests" in ran.out


def test_an_environment_is_not_compared_with_itself_or_with_none(project: Shell) -> None:
    same = project.run("plan", "--env", "production", "--against", "production")
    none = project.run("plan", "--env", "production", "--against", "nope")

    assert (same.code, none.code) == (64, 64)
    assert "compared with itself" in same.err
    assert "there is no environment 'nope'" in none.err


def test_two_environments_of_one_organization_are_not_compared(project: Shell) -> None:
    path = project.folder / "lago-gitops.yaml"
    staging = path.read_text("utf-8").split("staging: {")[1].split(",")[0]
    path.write_text(f"{path.read_text('utf-8')}  'my copy': {{{staging}, key_from: STAGING}}\n", "utf-8")
    ran = project.run("plan", "--env", "staging", "--against", "my copy")

    assert ran.code == 64
    assert "environments 'staging' and 'my copy' have the same organization" in ran.err
