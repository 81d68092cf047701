"""Whether tests notice an edit: each trial is a fork of this process, which has loaded all but what is tried."""

import compileall
import importlib
import os
import py_compile
import signal
import sys
from collections.abc import Sequence
from pathlib import Path

TIMEOUT_S = 120
LOADED = ("pytest", "hypothesis", "hypothesis.strategies", "jsonschema", "jsonschema_rs", "yaml", "httpx", "click")
OPTIONS = ("-x", "-q", "--assert=plain", "--hypothesis-profile=quick", "--hypothesis-seed=0", "-m", "not slow")
PLUGINS_LEFT_OUT = ("cacheprovider", "xdist", "pytest_cov")


def prepare(copy: Path) -> None:
    """Compile what doesn't change once for all, whatever its time stamps, and load what is not ours."""
    unchanged = py_compile.PycInvalidationMode.UNCHECKED_HASH
    for name in ("lago_gitops", "tests"):
        compileall.compile_dir(copy / name, quiet=2, invalidation_mode=unchanged)
    for name in LOADED:
        importlib.import_module(name)
    os.chdir(copy)
    sys.path.insert(0, str(copy))
    sys.dont_write_bytecode = True


def forget_compiled(module: Path) -> None:
    for compiled in (module.parent / "__pycache__").glob(f"{module.stem}.*.pyc"):
        compiled.unlink()


def passes(tests: Sequence[str]) -> bool:
    """Whether all `tests` pass, in TIMEOUT_S seconds at most."""
    child = os.fork()
    if child == 0:
        _run(tests)
    _, status = os.waitpid(child, 0)
    return os.waitstatus_to_exitcode(status) == 0


def _run(tests: Sequence[str]) -> None:
    """Never returns: the process ends as pytest does. No tests at all is as bad as one that fails."""
    import pytest

    nowhere = os.open(os.devnull, os.O_RDWR)
    for standard in (0, 1, 2):
        os.dup2(nowhere, standard)
    signal.alarm(TIMEOUT_S)
    code = 1
    try:
        code = int(pytest.main([*OPTIONS, *(f"-pno:{name}" for name in PLUGINS_LEFT_OUT), *tests]))
    finally:
        os._exit(code)
