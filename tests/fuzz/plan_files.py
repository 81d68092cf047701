"""Saved plans that are harmed, and sealed again as if we had written them so."""

import json
import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from random import Random
from tempfile import TemporaryDirectory
from typing import Any

from lago_gitops.core.saved_plan import sealed
from tests.fuzz.answers import ALLOWED, write_project
from tests.fuzz.mutations import mutated, scribbled
from tests.fuzz.project import BEFORE, after
from tests.fuzz.trials import Ran, ran

REPORTS = tuple(
    f"--report={one}=report.{one}" for one in ("text", "markdown", "html", "json", "sarif", "junit", "github")
)
COMMANDS = (
    ("show", "plan.json"),
    ("show", "plan.json", "--format", "json", *REPORTS),
    ("comment", "--plan", "plan.json", "--dry-run"),
    ("apply", "plan.json", *ALLOWED),
    ("apply", "plan.json", *ALLOWED, "--format", "json", *REPORTS),
)


@contextmanager
def trials() -> Iterator[Callable[[int], Ran]]:
    """A trial for each number."""
    with TemporaryDirectory() as name:
        folder, full = Path(name), Path(name, "full.sqlite")
        database = folder / ".lago-gitops" / "sandbox.sqlite"
        plans = []
        for manifests in (BEFORE, after()):
            write_project(folder, manifests)
            planned = ran(folder, ("plan", "--env", "sandbox", "--out", "plan.json"), {})
            assert planned.code == 0, planned
            plans.append(json.loads((folder / "plan.json").read_text(encoding="utf-8")))
            if manifests == BEFORE:
                assert ran(folder, ("apply", "--env", "sandbox", *ALLOWED), {}).code == 0
                shutil.copy(database, full)

        def trial(number: int) -> Ran:
            random = Random(number)
            shutil.copy(full, database)
            (folder / "plan.json").write_text(_harmed(random.choice(plans), random), encoding="utf-8")
            return ran(folder, (*random.choice(COMMANDS), "--env", "sandbox"), {})

        yield trial


def _harmed(plan: dict[str, Any], random: Random) -> str:
    if random.random() < 0.2:
        return scribbled(json.dumps(plan), random)
    found = mutated(plan, random)
    return json.dumps(sealed(found) if isinstance(found, dict) else found)
