"""Which files hold pricing tests."""

import os
from collections.abc import Iterable
from pathlib import Path

from lago_gitops.core.model.problem import Mark, Problem
from lago_gitops.manifests.sources.files import TEST_SUFFIXES, Found
from lago_gitops.manifests.sources.folders import files_below, source_of


def price_test_files(paths: Iterable[Path], root: Path) -> Found:
    """The `*.test.yaml` below the folders and among the files that `paths` name; hidden folders are passed over."""
    files: dict[str, Path] = {}
    problems: list[Problem] = []
    for path in paths:
        if path.is_dir():
            for found in files_below(path, root, _holds_tests):
                if isinstance(found, Problem):
                    problems.append(found)
                else:
                    files[os.path.realpath(found)] = found
        elif path.is_file() and path.name.lower().endswith(TEST_SUFFIXES):
            files[os.path.realpath(path)] = path
        else:
            problems.append(_no_tests(path, root))
    return Found(tuple(sorted(files.values(), key=lambda file: source_of(file, root))), tuple(problems))


def _holds_tests(name: str) -> bool:
    return name.lower().endswith(TEST_SUFFIXES) and not name.startswith(".")


def _no_tests(path: Path, root: Path) -> Problem:
    mark = Mark(source_of(path, root))
    if not path.exists():
        return Problem(mark, "there is no such file or folder", rule="price_test")
    return Problem(mark, "this is not a file of pricing tests", f"their names end in {TEST_SUFFIXES[0]}", "price_test")
