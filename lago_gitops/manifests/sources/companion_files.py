"""Other files in the folders of manifests: price tests and simulations."""

import os
from collections.abc import Iterable
from dataclasses import dataclass
from operator import attrgetter
from pathlib import Path

from lago_gitops.core.model.problem import Mark, Problem
from lago_gitops.manifests.sources.files import SIMULATION_SUFFIXES, TEST_SUFFIXES, FoundFiles
from lago_gitops.manifests.sources.folders import File, files_below, source_of


@dataclass(frozen=True, slots=True)
class FileType:
    """`suffixes` are endings of their names; `words` describe such a file in messages."""

    suffixes: tuple[str, ...]
    words: str
    rule: str


PRICE_TESTS = FileType(TEST_SUFFIXES, "a file of pricing tests", "price_test")
SIMULATIONS = FileType(SIMULATION_SUFFIXES, "a simulation", "simulation")


def files_of(type_: FileType, paths: Iterable[Path], root: Path) -> FoundFiles:
    """Such files among `paths` and below folders among them; hidden folders are skipped."""
    files: dict[str, File] = {}
    problems: list[Problem] = []
    for path in paths:
        if path.is_dir():
            for one in files_below(path, root, lambda name: _is_of(type_, name) and not name.startswith(".")):
                if isinstance(one, Problem):
                    problems.append(one)
                else:
                    files[one.real] = one
        elif path.is_file() and _is_of(type_, path.name):
            files[os.path.realpath(path)] = File(path, source_of(path, root), os.path.realpath(path))
        else:
            problems.append(_is_none(type_, path, root))
    return FoundFiles(tuple(sorted(files.values(), key=attrgetter("source"))), tuple(problems))


def _is_of(type_: FileType, name: str) -> bool:
    return name.lower().endswith(type_.suffixes)


def _is_none(type_: FileType, path: Path, root: Path) -> Problem:
    mark = Mark(source_of(path, root))
    if not path.exists():
        return Problem(mark, "there is no such file or folder", rule=type_.rule)
    return Problem(mark, f"this is not {type_.words}", f"their names end in {type_.suffixes[0]}", type_.rule)
