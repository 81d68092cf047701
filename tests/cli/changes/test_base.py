"""`plan --base`: what a branch changes, told from drift; without a key, two revisions beside each other."""

import json
from pathlib import Path

import pytest

from tests.cli.running import Shell
from tests.manifests.sources.test_revision import git

TAX = "kind: tax\ncode: vat\nname: VAT\nrate: {rate}\n"
ADD_ON = "---\nkind: add_on\ncode: setup\nname: {name}\namount_cents: 100\namount_currency: EUR\n"


def write(folder: Path, rate: int, name: str = "Set-up") -> None:
    (folder / "manifests.yaml").write_text(TAX.format(rate=rate) + ADD_ON.format(name=name), encoding="utf-8")


@pytest.fixture
def project(shell: Shell) -> Shell:
    """A branch of a repository whose main is applied to the sandbox."""
    git(shell.folder, "init", "-q", "-b", "main")
    (shell.folder / ".gitignore").write_text(".lago-gitops/\n", encoding="utf-8")
    write(shell.folder, 20)
    git(shell.folder, "add", "-A")
    git(shell.folder, "commit", "-qm", "base")
    git(shell.folder, "checkout", "-qb", "branch")
    assert shell.run("apply", "--auto-approve").code == 0
    return shell


def test_the_plan_tells_drift_from_what_the_branch_changes(project: Shell) -> None:
    write(project.folder, 20, name="Other")
    assert project.run("apply", "--auto-approve").code == 0
    write(project.folder, 21)

    ran = project.run("plan", "--base", "main")

    assert "rate  20% → 21%\n" in ran.out
    assert '"Other" → "Set-up"  (drift: changed in Lago, not in this branch)' in ran.out
    assert "1 change from this branch, 1 from drift." in ran.out


def test_without_a_key_two_revisions_are_compared(project: Shell) -> None:
    config = "environments:\n  production: {url: 'http://127.0.0.1:9', key_from: NO_KEY}\nmanifests: [manifests.yaml]\n"
    (project.folder / "lago-gitops.yaml").write_text(config, encoding="utf-8")
    project.monkeypatch.delenv("NO_KEY", raising=False)
    write(project.folder, 21)

    ran = project.run("plan", "--env", "production", "--base", "main", "--format", "json")

    document = json.loads(ran.out)
    assert ran.code == 0
    assert document["base"]["stands_in"] is True
    assert [(one["address"], one["origin"]) for one in document["changes"]] == [("tax/vat", "yours")]
    assert "NO_KEY is not set" in ran.err


def test_an_unknown_base_is_wrong_usage(project: Shell) -> None:
    ran = project.run("plan", "--base", "nope")

    assert ran.code == 64
    assert "Git has no revision 'nope' here" in ran.err


def test_without_a_key_the_plan_names_the_revision_and_not_lago(project: Shell) -> None:
    config = "environments:\n  production: {url: 'http://127.0.0.1:9', key_from: NO_KEY}\nmanifests: [manifests.yaml]\n"
    (project.folder / "lago-gitops.yaml").write_text(config, encoding="utf-8")
    ran = project.run("plan", "--env", "production", "--base", "main", "--report", "markdown=comment.md")
    lines = ran.out.splitlines()

    assert lines[0].startswith("Plan compared with main (")
    assert lines[-1].startswith("No changes: the manifests are as in main (")
    assert "No changes: the manifests are as in main (" in (project.folder / "comment.md").read_text("utf-8")
