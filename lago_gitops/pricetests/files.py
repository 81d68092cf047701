"""Which files hold pricing tests."""

import os
from collections.abc import Iterable, Iterator
from pathlib import Path

from lago_gitops.core.model.problem import Mark, Problem
from lago_gitops.manifests.files import TEST_SUFFIXES, Found, source_of


def price_test_files(paths: Iterable[Path], root: Path) -> Found:
    """The `*.test.yaml` below the folders and among the files that `paths` name; hidden folders are passed over."""
    files: dict[str, Path] = {}
    problems: list[Problem] = []
    for path in paths:
        if path.is_dir():
            files.update((os.path.realpath(file), file) for file in _below(path))
        elif path.is_file() and path.name.lower().endswith(TEST_SUFFIXES):
            files[os.path.realpath(path)] = path
        else:
            problems.append(_no_tests(path, root))
    return Found(tuple(sorted(files.values(), key=lambda file: source_of(file, root))), tuple(problems))


def _below(folder: Path) -> Iterator[Path]:
    for place, folders, names in os.walk(folder):
        folders[:] = [name for name in folders if not name.startswith(".")]
        yield from (
            Path(place, name) for name in names if name.lower().endswith(TEST_SUFFIXES) and not name.startswith(".")
        )


def _no_tests(path: Path, root: Path) -> Problem:
    mark = Mark(source_of(path, root))
    if not path.exists():
        return Problem(mark, "there is no such file or folder", rule="price_test")
    return Problem(mark, "this is no file of pricing tests", f"their names end in {TEST_SUFFIXES[0]}", "price_test")
