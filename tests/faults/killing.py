"""An apply in a process of its own, over HTTP, killed while request k is on its way."""

import json
import os
import subprocess
import sys
import tempfile
import threading
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from lago_gitops.core.assessment.guard import WAIVERS
from lago_gitops.sandbox.serving.server import serve
from tests.faults.matrix import after_rerun, reference
from tests.faults.scenario import SCENARIOS
from tests.faults.wiring import KEY, App, Committed, sandbox_of

BEFORE, AFTER = "kill-before", "kill-after"
LONGEST_S = 60.0
NEVER = 10_000


@dataclass
class Killer:
    """Kills the process that sends request k, and tells it nothing; `after`: once the request is carried out."""

    app: App
    k: int
    column: str
    process: subprocess.Popen[str] | None = None
    met: int = 0
    started: threading.Event = field(default_factory=threading.Event)
    lock: threading.Lock = field(default_factory=threading.Lock)

    def __call__(self, environ: Any, start_response: Any) -> Iterable[bytes]:
        with self.lock:
            self.met += 1
            its_turn = self.met == self.k
            if self.met > self.k:
                raise ConnectionResetError("its process is dead")
            if not its_turn:
                return self.app(environ, start_response)
            if self.column == AFTER:
                list(self.app(environ, lambda *_: None))
            self.started.wait()
            assert self.process is not None
            self.process.kill()
            self.process.wait()
            raise ConnectionResetError("its process is dead")


def requests(name: str) -> int:
    """How many there are, those for the plan included."""
    with sandbox_of(name) as sandbox:
        _, killer, _ = _run(name, Committed(sandbox), NEVER, BEFORE)
        return killer.met


def wrong(name: str, column: str, k: int) -> list[str]:
    """Everything that is wrong after the kill and another apply."""
    with sandbox_of(name) as sandbox:
        app = Committed(sandbox)
        code, killer, lines = _run(name, app, k, column)
        if killer.met < k:
            return []  # requests of several threads: it was done in fewer
        found = [] if code == -9 else [f"it was not killed, but ended with {code}"]
        found += _unannounced(app, lines)
        return [*found, *after_rerun(name, app, sandbox, reference(name))]


def _unannounced(app: Committed, lines: list[dict[str, Any]]) -> Iterator[str]:
    """What was written without a line in the journal before."""
    announced = [(line["method"], line["path"]) for line in lines if line["event"] == "request"]
    for method, path, _ in app.writes:
        if (method, f"/api/v1{path}") not in announced:
            yield f"the journal does not have {method} {path}"


def _run(name: str, app: Committed, k: int, column: str) -> tuple[int, Killer, list[dict[str, Any]]]:
    """Exit code, killer, the whole lines of the journal."""
    killer = Killer(app, k, column)
    with tempfile.TemporaryDirectory() as folder, serve(killer) as url:
        Path(folder, "after.yaml").write_text(SCENARIOS[name].after, encoding="utf-8")
        journal = Path(folder, "journal.jsonl")
        command = [sys.executable, "-m", "lago_gitops", "apply", "--auto-approve", "--quiet", "--journal", str(journal)]
        killer.process = subprocess.Popen(
            [*command, *(f"--allow={waiver}" for waiver in WAIVERS)],
            cwd=folder,
            env={**os.environ, "LAGO_API_URL": url, "LAGO_API_KEY": KEY},
            stdout=subprocess.DEVNULL,
            stderr=subprocess.PIPE,
            text=True,
        )
        killer.started.set()
        _, said = killer.process.communicate(timeout=LONGEST_S)
        assert "Traceback" not in said, said
        lines = journal.read_text(encoding="utf-8").split("\n")[:-1] if journal.exists() else []
        return killer.process.returncode, killer, [json.loads(line) for line in lines]
