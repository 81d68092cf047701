"""Whether tests notice an edit.

All tests are collected once, in a fork of this process; each trial is a fork of that. An edit inside a function is made
in its memory. Any other needs the module to be imported again, and so the tests to be collected again.
"""

import compileall
import gc
import importlib
import os
import py_compile
import signal
import sys
from collections.abc import Callable, Iterator, Sequence
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from tests.mutants.bodies import edited_in_place, loaded_functions
from tests.mutants.changes import Edit

if TYPE_CHECKING:
    import pytest

TIMEOUT_S = 120
LOADED = ("pytest", "hypothesis", "hypothesis.strategies", "jsonschema", "jsonschema_rs", "yaml", "httpx", "click")
OPTIONS = ("-x", "-q", "--assert=plain", "--hypothesis-profile=quick", "--hypothesis-seed=0", "-m", "not slow")
PLUGINS_LEFT_OUT = ("cacheprovider", "xdist", "pytest_cov")
SURVIVED, NOTICED, AGAIN = range(3)  # codes that trials exit with


def prepare(copy: Path) -> None:
    """Compile what doesn't change once for all, whatever its time stamps, and load what is not ours."""
    unchanged = py_compile.PycInvalidationMode.UNCHECKED_HASH
    for name in ("lago_gitops", "tests"):
        compileall.compile_dir(copy / name, quiet=2, invalidation_mode=unchanged)
    for name in LOADED:
        importlib.import_module(name)
    os.chdir(copy)
    sys.path.insert(0, str(copy))


def forget_compiled(module: Path) -> None:
    for compiled in (module.parent / "__pycache__").glob(f"{module.stem}.*.pyc"):
        compiled.unlink()


def surviving(path: Path, edits: Sequence[Edit], tests: Sequence[str]) -> Iterator[Edit] | None:
    """The edits of a module that no test notices; None where a test fails without any.

    `tests` are files and folders, the nearest first.
    """
    answers = _answers(path, edits, tests)
    return _surviving(path, edits, tests, answers) if next(answers, NOTICED) == SURVIVED else None


def _surviving(path: Path, edits: Sequence[Edit], tests: Sequence[str], answers: Iterator[int]) -> Iterator[Edit]:
    text = path.read_bytes()
    for edit, answer in zip(edits, answers, strict=True):
        if answer == SURVIVED or (answer == AGAIN and _passes_with(path, text, edit, tests)):
            yield edit


def _passes_with(path: Path, text: bytes, edit: Edit, tests: Sequence[str]) -> bool:
    path.write_bytes(edit.applied(text))
    answer = _forked(lambda: _ran(tests))
    path.write_bytes(text)
    return answer == SURVIVED


def _answers(path: Path, edits: Sequence[Edit], tests: Sequence[str]) -> Iterator[int]:
    """One without any edit, then one for each."""
    source, sink = os.pipe()
    child = os.fork()
    if child == 0:
        os.close(source)
        _leave(lambda: _ran(tests, _Trials(path, edits, sink)))
    os.close(sink)
    with os.fdopen(source) as lines:
        yield from map(int, lines)
    os.waitpid(child, 0)


class _Trials:
    """A plugin of pytest that runs the collected tests again and again."""

    def __init__(self, path: Path, edits: Sequence[Edit], sink: int) -> None:
        self._path, self._edits, self._sink = path, edits, sink

    def pytest_runtestloop(self, session: "pytest.Session") -> bool:
        signal.alarm(0)
        text, functions = self._path.read_bytes(), loaded_functions(str(self._path))

        def trial(edit: Edit) -> int:
            return _passes(session) if edited_in_place(functions, text, edit) else AGAIN

        gc.freeze()  # so that forks share what is there
        unedited = NOTICED if session.testsfailed or not session.items else _forked(lambda: _passes(session))
        self._tell(unedited)
        for edit in self._edits if unedited == SURVIVED else ():
            self._tell(_forked(partial(trial, edit)))
        return True

    def _tell(self, answer: int) -> None:
        os.write(self._sink, f"{answer}\n".encode())


def _passes(session: "pytest.Session") -> int:
    from _pytest.main import pytest_runtestloop

    try:
        pytest_runtestloop(session)
    except session.Failed:  # the first that fails is enough
        return NOTICED
    return NOTICED if session.testsfailed else SURVIVED


def _ran(tests: Sequence[str], *plugins: object) -> int:
    """No tests at all is as bad as one that fails."""
    import pytest

    left_out = (f"-pno:{name}" for name in PLUGINS_LEFT_OUT)
    return SURVIVED if pytest.main([*OPTIONS, *left_out, *tests], plugins=plugins) == 0 else NOTICED


def _forked(does: Callable[[], int]) -> int:
    """Its answer in a process of its own; without one within TIMEOUT_S seconds, NOTICED."""
    child = os.fork()
    if child == 0:
        _leave(does)
    _, status = os.waitpid(child, 0)
    return os.waitstatus_to_exitcode(status) if os.WIFEXITED(status) else NOTICED


def _leave(does: Callable[[], int]) -> None:
    """Never returns: the process ends."""
    nowhere = os.open(os.devnull, os.O_RDWR)
    for standard in (0, 1, 2):
        os.dup2(nowhere, standard)
    sys.dont_write_bytecode = True  # an edit of the same second and size would be taken for what was compiled before
    signal.alarm(TIMEOUT_S)
    answer = NOTICED
    try:
        answer = does()
    finally:
        os._exit(answer)
