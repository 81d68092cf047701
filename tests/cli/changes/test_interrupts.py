"""^C while requests hang: nobody waits for them."""

import json
import os
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

pytestmark = pytest.mark.slow
DEADLOCK_S = 300.0
PATIENT = """
from lago_gitops.cli import main
from lago_gitops.cli.base import signals
from lago_gitops.lago.http import transport

signals.PATIENCE_S = transport.READ_TIMEOUT_S = 1_000_000.0
main()
"""
"""A tool that would wait for an answer, and for its own end, longer than any test."""


@pytest.fixture
def silent() -> Iterator[socket.socket]:
    """A server that takes connections and never answers."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        server.settimeout(DEADLOCK_S)
        yield server


@pytest.mark.parametrize("command", ["plan", "pull", "doctor", "apply", "drift"])
def test_an_interrupt_ends_a_command_whose_requests_hang(tmp_path: Path, silent: socket.socket, command: str) -> None:
    (tmp_path / "a.yaml").write_text("kind: tax\ncode: t\nname: T\nrate: 20\n")
    process = subprocess.Popen(
        [sys.executable, "-c", PATIENT, command, "--format", "json"],
        cwd=tmp_path,
        env={
            **os.environ,
            "LAGO_API_URL": f"http://127.0.0.1:{silent.getsockname()[1]}",
            "LAGO_API_KEY": "the-key-0123456789",
        },
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    connection, _ = silent.accept()  # by now a request is under way
    process.send_signal(signal.SIGINT)
    out, err = process.communicate(timeout=DEADLOCK_S)
    connection.close()

    assert (process.returncode, "interrupted" in err, "Traceback" in err) == (130, True, False)
    assert json.loads(out)["stopped"] == "interrupted"
