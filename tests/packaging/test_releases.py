"""What the last release wrote is read by this one."""

import json
import shutil
from pathlib import Path

from tests.cli.conftest import shell  # noqa: F401 -- a fixture
from tests.cli.running import Shell

RELEASES = Path(__file__).parents[1] / "data" / "releases"


def test_a_plan_file_of_the_last_release_is_shown(shell: Shell) -> None:  # noqa: F811
    shutil.copy(RELEASES / "0.1.0" / "plan.json", shell.folder / "plan.json")

    ran = shell.run("show", "plan.json")

    assert ran.code == 0, ran.err
    assert "per_unit_amount" in ran.out


def test_an_expired_plan_of_the_last_release_is_refused_for_that_reason(shell: Shell) -> None:  # noqa: F811
    shell.run("init")
    saved = json.loads((RELEASES / "0.1.0" / "plan.json").read_text(encoding="utf-8"))
    shutil.copy(RELEASES / "0.1.0" / "plan.json", shell.folder / "plan.json")

    ran = shell.run("apply", "plan.json", "--auto-approve")

    assert ran.code == 5
    assert saved["expires_at"] in ran.err or "organization" in ran.err


def test_a_journal_of_the_last_release_is_one_object_a_line() -> None:
    lines = (RELEASES / "0.1.0" / "journal.jsonl").read_text(encoding="utf-8").splitlines()

    assert {json.loads(line)["event"] for line in lines} >= {"run", "planned", "task"}
