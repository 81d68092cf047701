"""`python -m tests.mutants MODULE… [-- TESTS…]`: what the tests of modules don't notice.

Each module is changed in one place at a time, and its quick tests run: the file that mirrors it, then the folder of it.
A change that none notices survives, and is printed: either a test is missing, or the code says more than it means, or
both texts say the same. Edits that `accepted.toml` lists, with the reason why no test can notice them, are left out.
Works on a copy of the repository.
"""

import difflib
import shutil
import sys
import tempfile
from collections.abc import Iterator, Sequence
from pathlib import Path

from tests.mutants import trials
from tests.mutants.accepted import FILE, Accepted, accepted, left
from tests.mutants.changes import Edit, edits

ROOT = Path(__file__).parents[2]
COPIED = ("lago_gitops", "tests", "pyproject.toml", "schemas", "examples", "docs", "README.md")


def main(args: Sequence[str]) -> int:
    """1 where a change survives, 2 where no tests pass without any, 64 where there is nothing to change."""
    at = args.index("--") if "--" in args else len(args)
    modules, tests = args[:at], args[at + 1 :]
    if not modules:
        print(__doc__)
        return 64
    known = accepted(FILE.read_text())
    with tempfile.TemporaryDirectory(prefix="lago-gitops-mutants-") as folder:
        copy = Path(folder)
        for name in COPIED:
            _copied(ROOT / name, copy / name)
        trials.prepare(copy)
        return max(_tried(copy / module, module, tests or _near(module), known) for module in modules)


def _near(module: str) -> Sequence[str]:
    """The file that mirrors it, and its folder."""
    path = Path("tests", *Path(module).parts[1:])
    mirrored = path.with_name(f"test_{path.name}")
    return [str(near) for near in (mirrored, path.parent) if (ROOT / near).exists()]


def _tried(path: Path, module: str, tests: Sequence[str], known: Sequence[Accepted]) -> int:
    text = path.read_bytes()
    trials.forget_compiled(path)
    tried, complaints = left(module, text, edits(text.decode()), known)
    surviving = trials.surviving(path, tried, tests) if tests else None
    if surviving is None:
        print(f"{module}: tests fail as it is" if tests else f"{module}: no tests mirror it, so name them after --")
        return 2
    survived = 0
    for edit in surviving:
        survived += 1
        print(*_told(module, text, edit), "", sep="\n", flush=True)
    print(*complaints, f"{module}: {survived} of {len(tried)} survive", sep="\n", flush=True)
    return int(survived > 0)


def _told(module: str, text: bytes, edit: Edit) -> Iterator[str]:
    line = text.count(b"\n", 0, edit.start) + 1
    yield f"{module}:{line}"
    before, after = text.decode().splitlines(), edit.applied(text).decode().splitlines()
    yield from (line for line in list(difflib.unified_diff(before, after, n=0, lineterm=""))[3:])


def _copied(source: Path, target: Path) -> None:
    if source.is_dir():
        shutil.copytree(source, target, ignore=shutil.ignore_patterns("__pycache__", "_build"))
    else:
        shutil.copy(source, target)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
