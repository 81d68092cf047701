"""One command against one piece of harm, in this process."""

import io
import os
import time
import traceback
from collections.abc import Iterator, Mapping
from contextlib import chdir, contextmanager, redirect_stderr, redirect_stdout
from dataclasses import dataclass
from pathlib import Path
from unittest.mock import patch

from lago_gitops.cli import main
from lago_gitops.cli.base.exits import Exit
from lago_gitops.lago.http.clock import SystemClock

MEANT = frozenset(Exit)
OUR_FAULT = "a bug in lago-gitops"  # an apply goes on after it


@dataclass(frozen=True, slots=True)
class Ran:
    """`fault` is empty unless the command ended as none may."""

    code: int
    out: str
    err: str
    fault: str


def ran(folder: Path, args: tuple[str, ...], variables: Mapping[str, str]) -> Ran:
    """The command, run in the folder with these variables and no others of Lago's."""
    out, err, code, fault = _Stream(), _Stream(), 0, ""
    with _environment(variables), _no_waiting(), chdir(folder), redirect_stdout(out), redirect_stderr(err):
        try:
            main(args)
        except SystemExit as ended:
            code = int(ended.code or 0)
        except BaseException:
            fault = traceback.format_exc()
    said = out.text + err.text
    if not fault and (code not in MEANT or "Traceback (most" in said or OUR_FAULT in said):
        fault = f"exit {code}: {said[-3000:]}"
    return Ran(code, out.text, err.text, fault)


class _Stream(io.TextIOWrapper):
    """As a terminal that takes UTF-8 only."""

    def __init__(self) -> None:
        super().__init__(io.BytesIO(), encoding="utf-8")

    @property
    def text(self) -> str:
        self.flush()
        return self.buffer.getvalue().decode()  # type: ignore[attr-defined]


@contextmanager
def _environment(variables: Mapping[str, str]) -> Iterator[None]:
    before = dict(os.environ)
    for name in tuple(os.environ):
        if name.startswith("LAGO_"):
            del os.environ[name]
    os.environ.update(variables)
    try:
        yield
    finally:
        os.environ.clear()
        os.environ.update(before)


@contextmanager
def _no_waiting() -> Iterator[None]:
    """A clock that sleepers put forward."""
    slept = [0.0]

    def sleep(_: SystemClock, seconds: float) -> None:
        slept[0] += seconds

    with patch.multiple(SystemClock, sleep=sleep, now=lambda _: time.monotonic() + slept[0]):
        yield
