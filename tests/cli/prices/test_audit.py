"""lago-gitops audit, over HTTP, on a recorded organization. Recorded: audit."""

import json
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import jsonschema
import pytest

from lago_gitops.cli.base.progress import Progress
from lago_gitops.sandbox.serving.server import serve
from tests.cli.running import Shell
from tests.recorded_lago import FOLDER, RecordedLago, answers

EXPECTED = json.loads((FOLDER / "audit" / "expected.json").read_text())["not_as_git_says"]
SCHEMAS = Path(__file__).parents[3] / "schemas"
V1, V2 = FOLDER / "audit" / "git" / "v1", FOLDER / "audit" / "git" / "v2"
STATED = ("--price-list", f"2026-08-25T09:00Z={V1}", "--price-list", f"2026-10-10T12:00Z={V2}")


@pytest.fixture
def lago(shell: Shell) -> Iterator[RecordedLago]:
    found = RecordedLago(answers("audit"))
    with serve(found) as url:
        shell.monkeypatch.setenv("LAGO_API_URL", url)
        shell.monkeypatch.setenv("LAGO_API_KEY", "k3y")
        yield found


def document(shell: Shell, *args: str) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(shell.run("audit", "--format", "json", *args).out)
    return found


def committed(shell: Shell, folder: Path, at: str, message: str = "prices") -> None:
    """The manifests of a folder, committed at an instant."""
    shutil.rmtree(shell.folder / "manifests", ignore_errors=True)
    shutil.copytree(folder / "manifests", shell.folder / "manifests", copy_function=shutil.copyfile)
    _git(shell, at, "add", "-A")
    _git(shell, at, "commit", "-qm", message)


def _git(shell: Shell, at: str, *words: str) -> None:
    who = {f"GIT_{role}_{part}": "a" for role in ("AUTHOR", "COMMITTER") for part in ("NAME", "EMAIL")}
    when = {"GIT_AUTHOR_DATE": at, "GIT_COMMITTER_DATE": at}
    subprocess.run(("git", *words), cwd=shell.folder, check=True, env={"PATH": "/usr/bin:/bin", **who, **when})


@pytest.mark.slow
def test_the_document_has_every_fee_that_differs_and_fits_its_schema(shell: Shell, lago: RecordedLago) -> None:
    found = document(shell, *STATED)
    jsonschema.validate(found, json.loads((SCHEMAS / "audit-output.schema.json").read_text()))
    assert (found["format_version"], found["fees"]) == ("1.0", 157)
    assert {(each["fee"], each["amount_cents"], each["expected_amount_cents"]) for each in found["differences"]} == {
        (each["fee"], each["amount_cents"], each["git_amount_cents"]) for each in EXPECTED
    }


def test_the_exit_code_says_whether_fees_differ(shell: Shell, lago: RecordedLago) -> None:
    assert shell.run("audit", *STATED).code == 2
    assert shell.run("audit", *STATED, "--to", "2026-08-31").code == 0


def test_text_says_what_differs_since_when_and_of_which_invoice(shell: Shell, lago: RecordedLago) -> None:
    lines = shell.run("audit", *STATED, "--no-color").out.splitlines()
    assert lines[0] == "157 fees of Org aud-7: 134 follow the price list, 23 don't."
    assert f"  basic/storage: changed in Lago, not in {V2}: charges.storage.amount 0.1 → 0.12" in lines
    assert "    4 fees of 2026-11-01: €50.28 instead of €41.90 (+€8.38); followed it until 2026-10-01 00:10" in lines
    assert lines.index("Overridden subscriptions") < lines.index("Fees")
    assert sum("expected €" in line for line in lines) == 23
    assert any("ORG-FFA2-001-003" in line and "€16.26" in line and "expected €13.55" in line for line in lines)


def test_without_differences_there_is_one_sentence(shell: Shell, lago: RecordedLago) -> None:
    assert shell.run("audit", *STATED, "--to", "2026-08-31").out == (
        "0 fees of Org aud-7: 0 follow the price list, 0 don't.\n"
    )
    assert document(shell, *STATED, "--to", "2026-08-31")["differences"] == []


def test_the_history_of_git_has_the_price_lists(shell: Shell, lago: RecordedLago) -> None:
    _git(shell, "2026-08-25T09:00:00Z", "init", "-q", "-b", "main")
    committed(shell, V1, "2026-08-25T09:00:00Z")
    committed(shell, V2, "2026-10-10T12:00:00Z")
    found = document(shell)
    assert {(each["fee"], each["expected_amount_cents"]) for each in found["differences"]} == {
        (each["fee"], each["git_amount_cents"]) for each in EXPECTED
    }
    assert all(len(each["price_list"]) == 7 for each in found["differences"])


def test_a_merge_counts_from_when_it_was_merged(shell: Shell, lago: RecordedLago) -> None:
    """Not from when its commits were made."""
    _git(shell, "2026-08-25T09:00:00Z", "init", "-q", "-b", "main")
    committed(shell, V1, "2026-08-25T09:00:00Z")
    _git(shell, "2026-09-01T09:00:00Z", "checkout", "-q", "-b", "dearer")
    committed(shell, V2, "2026-09-01T09:00:00Z")
    _git(shell, "2026-09-01T09:00:00Z", "checkout", "-q", "main")
    _git(shell, "2026-10-10T12:00:00Z", "merge", "-q", "--no-ff", "-m", "merged", "dearer")
    assert len(document(shell)["differences"]) == len(EXPECTED)


def test_a_project_outside_of_git_has_to_say_its_price_lists(shell: Shell, lago: RecordedLago) -> None:
    ran = shell.run("audit")
    assert ran.code == 64
    assert "or name each price list: --price-list WHEN=DIR" in ran.err


def test_a_cut_off_history_is_no_history(shell: Shell, lago: RecordedLago) -> None:
    origin = shell.folder / "origin"
    origin.mkdir()
    there = Shell(origin, shell.capsys, shell.monkeypatch)
    _git(there, "2026-08-25T09:00:00Z", "init", "-q", "-b", "main")
    committed(there, V1, "2026-08-25T09:00:00Z")
    committed(there, V2, "2026-10-10T12:00:00Z")
    _git(shell, "2026-10-11T12:00:00Z", "clone", "-q", "--depth", "1", f"file://{origin}", "clone")
    ran = shell.run("-C", "clone", "audit")
    assert ran.code == 64
    assert "fetch the whole history" in ran.err


def test_a_folder_with_wrong_manifests_stops_it_before_lago_is_asked(shell: Shell, lago: RecordedLago) -> None:
    shell.write("bad/plan.yaml", "kind: plan\n")
    ran = shell.run("audit", "--price-list", "2026-01-01=bad")
    assert ran.code == 3
    assert "bad/plan.yaml:1:1: " in ran.out
    assert lago.asked == []


@pytest.mark.parametrize("said", ["2026-01-01", "yesterday=.", "2026-01-01=nowhere", "2026-13-01=."])
def test_a_price_list_has_an_instant_and_a_folder(shell: Shell, said: str) -> None:
    assert shell.run("audit", "--price-list", said).code == 64


def test_days_and_instants_bound_the_period(shell: Shell, lago: RecordedLago) -> None:
    day = document(shell, *STATED, "--from", "2026-11-01", "--to", "2026-11-01")
    half = document(shell, *STATED, "--from", "2026-11-01T00:10:03", "--to", "2026-11-02T01:00+01:00")
    assert {each["created_at"][:10] for each in day["differences"]} == {"2026-11-01"}
    assert 0 < half["fees"] < day["fees"]


@pytest.mark.slow
def test_progress_is_told_on_stderr(shell: Shell, lago: RecordedLago) -> None:
    lago.lists["fees"] = lago.lists["fees"] * 7
    told: list[tuple[str, int, int]] = []
    shell.monkeypatch.setattr(Progress, "at", lambda _, *said: told.append(said))
    shell.run("audit", *STATED)

    assert [told[-1][1:], {total for _, _, total in told}] == [(1_099, 1_099), {1_099}]
    assert all(what.startswith("Checking fees (") for what, _, _ in told)


def test_what_it_wrote_down_to_go_on_is_gone_when_it_is_done(shell: Shell, lago: RecordedLago) -> None:
    shell.run("audit", *STATED, "--resume")
    assert not list((shell.folder / ".lago-gitops").glob("audit-*"))


@pytest.mark.slow
def test_after_lago_refused_the_key_it_goes_on_with_resume(shell: Shell, lago: RecordedLago) -> None:
    lago.lists["fees"] = [{**row, "lago_id": f"{row['lago_id']}-{n}"} for n in range(3) for row in lago.lists["fees"]]
    whole = shell.run("audit", *STATED).out

    lago.before = lambda _, asked: "401 Unauthorized" if asked.startswith("fees") and "page=4" in asked else None
    stopped = shell.run("audit", *STATED)
    assert stopped.code == 8
    lago.before = lambda *_: None
    assert shell.run("audit", *STATED, "--resume").out == whole


def test_what_can_not_be_checked_is_named(shell: Shell, lago: RecordedLago) -> None:
    credit = {"type": "credit", "code": "credit"}
    lago.lists["fees"] = [*lago.lists["fees"], {**lago.lists["fees"][0], "item": credit, "lago_id": "1"}]
    out = shell.run("audit", "--price-list", f"2026-10-10T12:00Z={V2}").out.splitlines()
    assert out[0].endswith(" could not be checked, 1 have no price list (one-off, credits).")
    assert any(line.startswith("Not checked: ") and line.endswith(", older than the first price list.") for line in out)


def test_a_project_file_that_can_not_be_read_stops_it(shell: Shell, lago: RecordedLago) -> None:
    shell.write("odd/lago-gitops.yaml", "nothing: like that\n")
    assert shell.run("audit", "--price-list", "2026-01-01=odd").code == 3


@pytest.mark.slow
def test_where_a_commit_has_no_project_file_that_can_be_read_the_one_before_stays_live(
    shell: Shell, lago: RecordedLago
) -> None:
    _git(shell, "2026-08-25T09:00:00Z", "init", "-q", "-b", "main")
    shell.write("lago-gitops.yaml", "nothing: like that\n")
    committed(shell, V2, "2026-08-20T09:00:00Z")
    shell.write("lago-gitops.yaml", "manifests: [manifests]\n")
    committed(shell, V1, "2026-08-25T09:00:00Z")
    shell.write("lago-gitops.yaml", "nothing: like that\n")
    committed(shell, V2, "2026-09-01T09:00:00Z")
    shell.write("lago-gitops.yaml", "manifests: [manifests]\n")
    committed(shell, V2, "2026-10-10T12:00:00Z", "readable again")
    assert len(document(shell)["differences"]) == len(EXPECTED)
