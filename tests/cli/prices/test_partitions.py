"""What Lago billed goes into partitions and is rated again: the same sums, whatever the form, the cut and the place."""

import json
import shutil
import sys
from collections.abc import Iterator
from typing import Any

import pytest

from lago_gitops.sandbox.serving.server import serve
from tests.cli.running import Shell
from tests.manifests.sources.test_revision import git
from tests.recorded_lago import RecordedLago, answers
from tests.workflow.audit.auditing import V1, V2


@pytest.fixture
def project(shell: Shell) -> Iterator[Shell]:
    """The recorded organization, and its two price lists as two commits."""
    with serve(RecordedLago(answers("audit"))) as url:
        shell.monkeypatch.setenv("LAGO_API_URL", url)
        shell.monkeypatch.setenv("LAGO_API_KEY", "key")
        git(shell.folder, "init", "-q", "-b", "main")
        shell.write("lago-gitops.yaml", "manifests: [manifests]\n")
        for folder in (V1, V2):
            shutil.rmtree(shell.folder / "manifests", ignore_errors=True)
            shutil.copytree(folder / "manifests", shell.folder / "manifests")
            git(shell.folder, "add", "-A")
            git(shell.folder, "commit", "-qm", folder.name)
        yield shell


def rated(shell: Shell, *args: str) -> dict[str, Any]:
    ran = shell.run("rate", *args, "--format", "json")
    assert ran.code == 0, ran.err
    found: dict[str, Any] = json.loads(ran.out)
    return {**found, "partitions": None}


def export(shell: Shell, what: str, folder: str, *args: str) -> int:
    ran = shell.run("export", what, "--out", folder, "--format", "json", *args)
    assert ran.code == 0, ran.err
    rows: int = json.loads(ran.out)["rows"]
    return rows


@pytest.mark.slow
def test_the_cut_makes_no_difference_to_what_fees_cost(project: Shell) -> None:
    assert export(project, "fees", "one") == export(project, "fees", "many", "--rows", "7")
    assert len(list((project.folder / "many").iterdir())) > 5
    found = rated(project, "one", "--base", "HEAD~1")
    assert found == rated(project, "many", "--base", "HEAD~1")
    (total,) = found["by_currency"]
    assert total["rows"] + total["unrated"] == 157
    assert total["difference_cents"] != 0


def test_without_a_base_what_was_billed_stands_beside_what_the_manifests_make_of_it(project: Shell) -> None:
    export(project, "fees", "fees")
    ran = project.run("rate", "fees")
    assert ran.code == 0
    assert "all in" in ran.out
    assert "Difference" not in ran.out


def test_partitions_of_before_are_not_mixed_with_those_of_now(project: Shell) -> None:
    export(project, "fees", "fees")
    ran = project.run("export", "fees", "--out", "fees")
    assert ran.code == 64
    assert "there are partitions already" in ran.err


def test_customers_are_hashed_unless_they_are_asked_for(project: Shell) -> None:
    export(project, "fees", "hidden")
    export(project, "fees", "shown", "--show-customers")
    texts = {name: (project.folder / name / "part-00000.csv").read_text() for name in ("hidden", "shown")}
    assert "sub_" in texts["shown"] or texts["shown"] != texts["hidden"]
    assert len(texts["hidden"].splitlines()) == len(texts["shown"].splitlines())


@pytest.mark.parametrize(
    ("name", "text", "said"),
    [
        ("x.txt", "", "there are no partitions"),
        ("x.csv", "item_type,plan\ncharge,\n", "x.csv: row 1: plan is missing"),
        ("x.parquet", "no", "x.parquet: "),
    ],
)
def test_what_is_no_partition_is_said(project: Shell, name: str, text: str, said: str) -> None:
    project.write(name, text)
    ran = project.run("rate", name)
    assert ran.code == 3
    assert said in ran.err


def test_without_pyarrow_parquet_is_refused_with_what_helps(project: Shell) -> None:
    project.write("x.parquet", "no")
    project.monkeypatch.setitem(sys.modules, "pyarrow", None)
    ran = project.run("rate", "x.parquet")
    assert (ran.code, "x.parquet: Parquet needs pyarrow: pip install" in ran.err) == (3, True)


@pytest.mark.slow
def test_parquet_has_the_same_rows(project: Shell) -> None:
    export(project, "fees", "csv")
    export(project, "fees", "parquet", "--file-format", "parquet", "--rows", "50")
    assert rated(project, "parquet", "--base", "HEAD~1") == rated(project, "csv", "--base", "HEAD~1")
