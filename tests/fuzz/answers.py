"""A Lago whose answers are harmed, one value at a time."""

import json
import shutil
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from random import Random
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Any

from lago_gitops.sandbox.base.settings import Settings
from lago_gitops.sandbox.serving.app import Sandbox
from lago_gitops.sandbox.serving.server import serve
from tests.fuzz.mutations import mutated
from tests.fuzz.project import BEFORE, after
from tests.fuzz.trials import Ran, ran

if TYPE_CHECKING:
    from wsgiref.types import StartResponse, WSGIEnvironment

KEY = "fuzz-0123456789"
ALLOWED = ("--auto-approve", *(f"--allow={waiver}" for waiver in ("delete", "many-deletes", "changes-bills")))
COMMANDS = (
    ("plan",),
    ("plan", "--format", "json"),
    ("pull", "--out", "pulled"),
    ("doctor",),
    ("apply", *ALLOWED),
    ("apply", *ALLOWED, "--format", "json"),
)
ANY, NEVER = -1, -2
OFTEN = 0.02  # of the answers, where any may be harmed


class Harming:
    """In front of a sandbox: harms the answer to request number `when`, or now and then to any."""

    def __init__(self) -> None:
        self._sandbox: Sandbox | None = None
        self._random, self._when, self._seen = Random(0), NEVER, 0

    @contextmanager
    def armed(self, database: Path, random: Random, when: int) -> Iterator[None]:
        self._sandbox = Sandbox(Settings(api_key=KEY, premium=True, database=str(database)))
        self._random, self._when, self._seen = random, when, 0
        try:
            yield
        finally:
            self._sandbox.close()

    def __call__(self, environ: "WSGIEnvironment", start_response: "StartResponse") -> Iterable[bytes]:
        assert self._sandbox is not None
        told: list[Any] = []
        [payload] = self._sandbox(environ, lambda *said: told.extend(said))
        number, self._seen = self._seen, self._seen + 1
        if number == self._when or (self._when == ANY and self._random.random() < OFTEN):
            payload = self._harmed(payload)
        start_response(told[0], [("Content-Type", "application/json"), ("Content-Length", str(len(payload)))])
        return [payload]

    def _harmed(self, payload: bytes) -> bytes:
        if self._random.random() < 0.03:
            return payload[: self._random.randrange(len(payload) + 1)]
        return json.dumps(mutated(json.loads(payload), self._random)).encode()


@contextmanager
def trials() -> Iterator[Callable[[int], Ran]]:
    """A trial for each number."""
    app = Harming()
    with TemporaryDirectory() as name, serve(app) as url:
        folder, variables = Path(name), {"LAGO_API_URL": url, "LAGO_API_KEY": KEY}
        full = folder / "full.sqlite"
        write_project(folder, BEFORE)
        with app.armed(full, Random(0), when=NEVER):
            applied = ran(folder, ("apply", *ALLOWED), variables)
        assert applied.code == 0, applied
        write_project(folder, after())

        def trial(number: int) -> Ran:
            random = Random(number)
            args, when = random.choice(COMMANDS), random.choice((ANY, random.randrange(20)))
            shutil.copy(full, folder / "now.sqlite")
            with app.armed(folder / "now.sqlite", random, when):
                return ran(folder, args, variables)

        yield trial


def write_project(folder: Path, manifests: str) -> None:
    (folder / "manifests").mkdir(exist_ok=True)
    (folder / "manifests" / "all.yaml").write_text(manifests)
    (folder / "lago-gitops.yaml").write_text("manifests: [manifests]\n")
