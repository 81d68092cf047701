"""`plan --impact usage` over HTTP, on a recorded organization. Recorded: usage."""

import json
import re
from collections.abc import Iterator

import pytest

from lago_gitops.sandbox.serving.server import serve
from tests.cli.running import Shell
from tests.recorded_lago import RecordedLago, answers


@pytest.fixture
def lago(shell: Shell) -> Iterator[RecordedLago]:
    found = RecordedLago(answers("usage"))
    with serve(found) as url:
        shell.monkeypatch.setenv("LAGO_API_URL", url)
        shell.monkeypatch.setenv("LAGO_API_KEY", "k3y")
        assert shell.run("pull").code == 0
        [file] = shell.folder.rglob("grid_sum.yaml")
        pattern = r'(code: units_standard_01\n(?:.*\n){1,6}?.*amount: )"0\.10?"'
        text, number = re.subn(pattern, r'\1"0.15"', file.read_text("utf-8"))
        assert number == 1
        file.write_text(text, "utf-8")
        yield found


@pytest.mark.slow
def test_impact_on_usage_stands_first_and_is_data_too(shell: Shell, lago: RecordedLago) -> None:
    text = shell.run("plan", "--impact", "usage").out
    found = json.loads(shell.run("plan", "--impact", "usage", "--show-customers", "--format", "json").out)
    assert text.index(
        "Impact on past usage: $1,472,552,593.23 → $1,472,609,462.58, +$56,869.35 (exact for"
    ) < text.index("~ plan/grid_sum")
    assert found["impact"]["usage"]["by_currency"][0]["difference_cents"] == 5686935
    assert "sum_25" not in text
    assert found["impact"]["usage"]["movers"][0]["customer"] == "sum_25"


@pytest.mark.slow
def test_a_cache_that_cannot_be_written_is_said(shell: Shell, lago: RecordedLago) -> None:
    shell.write(".lago-gitops", "a file, no folder")
    ran = shell.run("plan", "--impact", "usage")
    assert ran.code == 1
    assert "can't be written" in ran.err


def test_without_a_lago_there_is_no_usage(shell: Shell) -> None:
    from tests.manifests.sources.test_revision import git

    git(shell.folder, "init", "-q", "-b", "main")
    shell.write("lago-gitops.yaml", "environments: {eu: {url: https://lago.example}}\nmanifests: [m.yaml]\n")
    shell.write("m.yaml", "{kind: tax, code: vat, name: VAT, rate: 20}\n")
    git(shell.folder, "add", "-A")
    git(shell.folder, "commit", "-qm", "base")
    ran = shell.run("plan", "--env", "eu", "--base", "main", "--impact", "usage")
    assert ran.code == 64
    assert "--impact reads Lago: set LAGO_API_KEY" in ran.err


def test_what_is_about_usage_asks_for_its_impact(shell: Shell) -> None:
    shell.write("m.yaml", "{kind: tax, code: vat, name: VAT, rate: 20}\n")
    ran = shell.run("plan", "--sample", "5")
    assert ran.code == 64
    assert "add --impact usage" in ran.err
