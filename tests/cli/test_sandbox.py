"""The look-alike as a command of its own, for other programs."""

import os
import re
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import httpx
import pytest

from tests.cli.running import Shell


@contextmanager
def served(*args: str, **variables: str) -> Iterator[str]:
    """The URL of a sandbox in a process of its own, that ends by a signal as it should."""
    environment = {key: value for key, value in os.environ.items() if not key.startswith("LAGO_")} | variables
    command = [sys.executable, "-m", "lago_gitops", "sandbox", "--port", "0", *args]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True, env=environment) as process:
        assert process.stdout is not None
        said = process.stdout.readline() + process.stdout.readline()
        found = re.search(r"http://127\.0\.0\.1:\d+", said)
        assert found is not None, said
        assert variables.get("LAGO_API_KEY", "nothing") not in said
        yield found.group()
        process.send_signal(signal.SIGTERM)
        assert process.wait(120) == 130


@pytest.mark.slow
def test_another_shell_applies_to_it(shell: Shell) -> None:
    shell.run("init")
    with served("--organization", "Acme") as url:
        shell.monkeypatch.setenv("LAGO_API_URL", url)
        shell.monkeypatch.setenv("LAGO_API_KEY", "sandbox")

        assert shell.run("apply", "--auto-approve").out == "Applied: 2 done.\n"
        assert "Acme" in shell.run("plan").out


@pytest.mark.slow
def test_it_keeps_what_it_has_in_a_file_and_its_key_to_itself(tmp_path: Path) -> None:
    file, tax = str(tmp_path / "lago.sqlite"), {"tax": {"name": "T", "code": "t", "rate": "1"}}
    with served("--db", file, LAGO_API_KEY="s3cret") as url:
        answer = httpx.post(
            f"{url}/api/v1/taxes", json=tax, headers={"Authorization": "Bearer s3cret"}, verify=False, timeout=120
        )
        assert answer.status_code == 200
    with served("--db", file, LAGO_API_KEY="s3cret") as url:
        answer = httpx.get(
            f"{url}/api/v1/taxes/t", headers={"Authorization": "Bearer s3cret"}, verify=False, timeout=120
        )
        assert answer.status_code == 200


@pytest.mark.slow
def test_its_clock_stands_where_it_was_put(shell: Shell) -> None:
    with served("--clock", "2026-10-01") as url:
        headers = {"Authorization": "Bearer sandbox"}
        tax = {"tax": {"name": "T", "code": "t", "rate": "1"}}
        made = httpx.post(f"{url}/api/v1/taxes", json=tax, headers=headers, verify=False, timeout=120).json()
        assert made["tax"]["created_at"] == "2026-10-01T00:00:00Z"
    assert "write it like 2026-10-01" in shell.run("sandbox", "--clock", "noon").err


@pytest.mark.slow
def test_faults_can_be_asked_for(shell: Shell) -> None:
    with served("--fault", "500-before@POST") as url:
        headers = {"Authorization": "Bearer sandbox"}
        assert httpx.get(f"{url}/api/v1/taxes", headers=headers, verify=False, timeout=120).status_code == 200
        assert httpx.post(f"{url}/api/v1/taxes", headers=headers, verify=False, timeout=120).status_code == 500
    assert shell.run("sandbox", "--fault", "nonsense").code == 64


def test_a_sandbox_whose_file_is_damaged_is_as_good_as_unreachable(shell: Shell) -> None:
    shell.run("init")
    shell.write(".lago-gitops/sandbox.sqlite", "noise" * 1000)
    ran = shell.run("plan")

    assert ran.code == 8
    assert "can't write to .lago-gitops/sandbox.sqlite: file is not a database; delete that file" in ran.err


def test_a_sandbox_that_can_keep_nothing_says_so(shell: Shell) -> None:
    shell.run("init")
    shell.write(".lago-gitops", "a file where the folder has to be")
    ran = shell.run("plan")

    assert (ran.code, "can't write to .lago-gitops" in ran.err) == (8, True)


def test_a_database_that_can_not_be_opened_ends_the_command(shell: Shell) -> None:
    ran = shell.run("sandbox", "--port", "0", "--db", str(shell.folder))

    assert (ran.code, "can't write to" in ran.err) == (1, True)
