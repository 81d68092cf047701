"""`python -m tests.mutants MODULE… [-- TESTS…]`: what the tests of modules don't notice.

Each module is changed in one place at a time, and its tests run. A change that they don't notice survives, and is
printed: either a test is missing, or the code says more than it means. Works on a copy of the repository.
"""

import shutil
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path

ROOT = Path(__file__).parents[2]
COPIED = ("lago_gitops", "tests", "pyproject.toml", "schemas", "examples", "docs", "README.md")
TIMEOUT_S = 120
END = "============\n"  # of a survivor in the report
OF_A_DATACLASS = "\n-@dataclass("  # frozen and slots are for readers and mypy
CONFIG = """\
[cosmic-ray]
module-path = {modules}
timeout = {timeout}
excluded-modules = []
test-command = "{python} -m pytest -x -q -p no:cacheprovider -p no:xdist -m 'not slow' {tests}"

[cosmic-ray.distributor]
name = "local"

[cosmic-ray.filters.operators-filter]
# `X | None` of an annotation is no behaviour, and of None and members of enumerations `==` says what `is` says
exclude-operators = [
  "core/ReplaceBinaryOperator_BitOr_.*",
  "core/ReplaceComparisonOperator_Is_Eq",
  "core/ReplaceComparisonOperator_IsNot_NotEq",
]
"""


def main(args: Sequence[str]) -> int:
    """1 where a change survives, 64 where there is nothing to change."""
    modules, _, tests = _split(args)
    if not modules:
        print(__doc__)  # noqa: T201 -- what it is for
        return 64
    with tempfile.TemporaryDirectory(prefix="lago-gitops-mutants-") as folder:
        copy = Path(folder)
        for name in COPIED:
            _copied(ROOT / name, copy / name)
        return _survivors(copy, modules, tests or tuple(map(tests_of, modules)))


def tests_of(module: str) -> str:
    """The file that mirrors a module, or the folder of it where there is none."""
    path = Path("tests", *Path(module).parts[1:])
    mirrored = path.with_name(f"test_{path.name}")
    return str(mirrored if (ROOT / mirrored).exists() else path.parent)


def _survivors(copy: Path, modules: Sequence[str], tests: Sequence[str]) -> int:
    config, session = copy / "mutants.toml", copy / "mutants.sqlite"
    words = {"modules": list(modules), "timeout": TIMEOUT_S, "python": sys.executable, "tests": " ".join(tests)}
    config.write_text(CONFIG.format(**words), encoding="utf-8")
    for command in (
        ("init", str(config), str(session)),
        ("baseline", str(config)),
        ("exec", str(config), str(session)),
    ):
        _run(copy, "cosmic-ray", *command)
        if command[0] == "init":
            _run(copy, "cr-filter-operators", str(session), str(config))
    *survivors, _ = _run(copy, "cr-report", "--show-diff", "--surviving-only", str(session)).split(END)
    told = [one for one in survivors if OF_A_DATACLASS not in one]
    passed_over = f", {len(survivors) - len(told)} more of dataclasses" if len(told) < len(survivors) else ""
    print(END.join((*told, f"{len(told)} survive{passed_over}")))  # noqa: T201 -- the report is the purpose
    return 1 if told else 0


def _run(copy: Path, tool: str, *words: str) -> str:
    command = (str(Path(sys.executable).with_name(tool)), *words)
    environment = {"PATH": "/usr/bin:/bin", "PYTHONPATH": str(copy), "LC_ALL": "C.UTF-8"}
    ran = subprocess.run(command, cwd=copy, env=environment, capture_output=True, text=True, check=False)
    if ran.returncode != 0:
        raise SystemExit(f"{' '.join(command)}\n{ran.stdout}{ran.stderr}")
    return ran.stdout


def _copied(source: Path, target: Path) -> None:
    if source.is_dir():
        shutil.copytree(source, target, ignore=shutil.ignore_patterns("__pycache__", "_build"))
    else:
        shutil.copy(source, target)


def _split(args: Sequence[str]) -> tuple[tuple[str, ...], bool, tuple[str, ...]]:
    at = args.index("--") if "--" in args else len(args)
    return tuple(args[:at]), at < len(args), tuple(args[at + 1 :])


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
