"""`targets`: the organizations of a repository, as a matrix for jobs."""

import json
from pathlib import Path

import pytest

from tests.cli.running import Shell
from tests.manifests.sources.test_revision import git

ENVIRONMENT = "  {name}: {{url: 'https://lago.example.com', organization: acme, key_from: KEY}}\n"


def project(shell: Shell, folder: str, *environments: str) -> None:
    lines = "".join(ENVIRONMENT.format(name=name) for name in environments)
    shell.write(f"{folder}/lago-gitops.yaml", f"manifests: [.]\nenvironments:\n{lines}  sandbox: {{}}\n")
    shell.write(f"{folder}/tax.yaml", "kind: tax\ncode: vat\nname: VAT\nrate: 20\n")


@pytest.fixture
def repository(shell: Shell) -> Shell:
    project(shell, "pricing/eu", "staging", "production")
    project(shell, "pricing/u s", "production")
    shell.write("lago-gitops.yaml", "manifests: [pricing/eu]\n")
    return shell


def names(shell: Shell, *args: str) -> list[str]:
    ran = shell.run("targets", "--format", "matrix", *args)
    assert ran.code == 0, ran
    return [one["name"] for one in json.loads(ran.out)["include"]]


def test_every_environment_of_every_project_is_a_job(repository: Shell) -> None:
    assert names(repository) == ["pricing-eu-staging", "pricing-eu-production", "pricing-u-s-production"]
    assert names(repository, "--env", "staging") == ["pricing-eu-staging"]


def test_a_job_knows_its_folder_and_where_its_key_is(repository: Shell) -> None:
    first, *_ = json.loads(repository.run("targets", "--format", "matrix").out)["include"]
    ran = repository.run("targets")

    assert first == {
        "name": "pricing-eu-staging", "project": "pricing/eu", "environment": "staging",
        "url": "https://lago.example.com", "organization": "acme", "key_from": "KEY",
    }  # fmt: skip
    assert ran.out.splitlines()[0] == "pricing/eu  staging  https://lago.example.com (acme)  key from KEY"


def test_only_projects_that_changed_since_the_base_are_jobs(repository: Shell) -> None:
    folder = repository.folder
    git(folder, "init", "-q", "-b", "main")
    git(folder, "add", "-A")
    git(folder, "commit", "-qm", "base")
    git(folder, "checkout", "-qb", "branch")
    assert names(repository, "--base", "main") == []

    repository.write("pricing/u s/more.yaml", "kind: tax\ncode: b\nname: B\nrate: 1\n")
    assert names(repository, "--base", "main") == ["pricing-u-s-production"]

    (folder / "pricing" / "u s" / "more.yaml").unlink()
    git(folder, "mv", "pricing/eu/tax.yaml", "pricing/eu/taxes.yaml")
    assert names(repository, "--base", "main") == ["pricing-eu-staging", "pricing-eu-production"]


def test_a_file_of_a_project_inside_another_is_not_one_of_the_outer(repository: Shell) -> None:
    project(repository, ".", "outer")
    git(repository.folder, "init", "-q", "-b", "main")
    git(repository.folder, "add", "-A")
    git(repository.folder, "commit", "-qm", "base")
    repository.write("pricing/eu/tax.yaml", "kind: tax\ncode: vat\nname: VAT\nrate: 21\n")

    assert names(repository, "--base", "main") == ["pricing-eu-staging", "pricing-eu-production"]


def test_an_environment_that_no_project_has_is_no_empty_matrix(repository: Shell) -> None:
    """Nor is it one for the job before others, which skips every other job where the matrix is empty."""
    for args in (("targets", "--format", "matrix"), ("targets",), ("ci", "targets")):
        ran = repository.run(*args, "--env", "producton")
        assert ran.code == 64, args
        assert "did you mean 'production'? There are production, sandbox, staging" in ran.err, args

    ran = repository.run("targets", "--env", "x")
    assert "no project here has an environment 'x': there are production, sandbox, staging" in ran.err
    assert names(repository, "--env", "sandbox") == []


def test_an_environment_may_be_in_the_project_file_that_cannot_be_read(repository: Shell) -> None:
    repository.write("pricing/eu/lago-gitops.yaml", "manifest: [x]\n")

    assert repository.run("targets", "--env", "staging").code == 3


def test_a_project_file_that_cannot_be_read_is_no_empty_matrix(repository: Shell) -> None:
    repository.write("pricing/eu/lago-gitops.yaml", "manifest: [x]\n")

    ran = repository.run("targets", "--format", "matrix")

    assert ran.code == 3
    assert json.loads(ran.out)["problems"]


def test_without_an_environment_that_is_said(shell: Shell) -> None:
    assert shell.run("targets").out == "No project here has an environment.\n"
    assert shell.run("targets", "--base", "nope").code == 64


def test_the_job_before_others_outputs_the_matrix(repository: Shell) -> None:
    output: Path = repository.folder / "output"
    repository.monkeypatch.setenv("GITHUB_OUTPUT", str(output))
    repository.monkeypatch.setenv("RUNNER_TEMP", str(repository.folder))
    for name in ("GITHUB_EVENT_PATH", "GITHUB_EVENT_NAME"):
        repository.monkeypatch.delenv(name, raising=False)

    assert repository.run("ci", "targets").code == 0
    told = dict(line.split("=", 1) for line in output.read_text(encoding="utf-8").splitlines())
    assert told["number"] == "3"
    assert len(json.loads(told["matrix"])["include"]) == 3

    repository.write("pricing/eu/lago-gitops.yaml", "manifest: [x]\n")
    assert repository.run("ci", "targets").code == 3
    repository.monkeypatch.setenv("INPUT_BASE", "nope")
    assert repository.run("ci", "targets").code == 64


def test_a_job_takes_its_environment_from_the_option_too(shell: Shell) -> None:
    shell.write("lago-gitops.yaml", "environments: {production: {url: 'http://127.0.0.1:1'}}\n")
    shell.write("tax.yaml", "kind: tax\ncode: vat\nname: VAT\nrate: 20\n")
    for name in ("GITHUB_EVENT_PATH", "RUNNER_TEMP", "INPUT_ENVIRONMENT"):
        shell.monkeypatch.delenv(name, raising=False)

    assert shell.run("ci", "plan").code == 64
    assert shell.run("ci", "plan", "--env", "sandbox").code == 0
