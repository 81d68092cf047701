"""The organizations that a repository has prices for: each environment of each project."""

import re
from collections.abc import Iterable, Iterator, Set
from dataclasses import dataclass
from pathlib import Path

from lago_gitops.core.model.problem import Problem
from lago_gitops.core.model.suggestions import closest
from lago_gitops.manifests.sources.files import PROJECT_FILE
from lago_gitops.manifests.sources.folders import File, files_below
from lago_gitops.project import SANDBOX, Environment, Project, UnknownEnvironmentError, find_project

NOT_IN_A_NAME = re.compile(r"[^A-Za-z0-9_.]+")


@dataclass(frozen=True, slots=True)
class EnvironmentTarget:
    """`folder` is the project's, relative to where the search began."""

    folder: Path
    environment: Environment

    @property
    def name(self) -> str:
        """For jobs and artifacts: letters, digits and `_.-` only."""
        words = (NOT_IN_A_NAME.sub("-", part) for part in (*self.folder.parts, self.environment.name))
        return "-".join(words).strip("-")


@dataclass(frozen=True, slots=True)
class Targets:
    """Ordered by folder, then as in the project file."""

    found: tuple[EnvironmentTarget, ...]
    problems: tuple[Problem, ...] = ()


def targets(root: Path, environment: str = "", changed: Iterable[Path] | None = None) -> Targets:
    """The environments of all projects below a folder, optionally by name, and only of projects with changed files.

    A project without environments has none: the sandbox is nobody's organization. Raises UnknownEnvironmentError for a
    name that no project has, unless some can't be read.
    """
    searched = tuple(files_below(root, root, lambda name: name == PROJECT_FILE))
    folders = [one.path.parent for one in searched if isinstance(one, File)]
    files = None if changed is None else tuple(changed)
    read = [(folder, find_project(folder)) for folder in folders]
    problems = [one for one in searched if isinstance(one, Problem)]
    problems += [problem for _, its in read for problem in its.problems]
    if environment and not problems:
        _check_known(environment, {SANDBOX}.union(*(its.project.environments for _, its in read)))
    mine = [
        target
        for folder, its in read
        for target in _of(its.project, folder.relative_to(root))
        if files is None or _has_changed(target.folder, files, folders, root)
    ]
    return Targets(tuple(one for one in mine if environment in ("", one.environment.name)), tuple(problems))


def _check_known(name: str, known: Set[str]) -> None:
    """Raises UnknownEnvironmentError."""
    if name not in known:
        meant = f"{hint} There are" if (hint := closest(name, sorted(known))) else "there are"
        message = f"no project here has an environment {name!r}: {meant} {', '.join(sorted(known))}"
        raise UnknownEnvironmentError(message)


def _of(project: Project, folder: Path) -> Iterator[EnvironmentTarget]:
    return (EnvironmentTarget(folder, one) for one in project.environments.values() if not one.is_sandbox)


def _has_changed(folder: Path, files: Iterable[Path], folders: Iterable[Path], root: Path) -> bool:
    """Whether a file of the project changed, not counting other projects inside it."""
    inner = [one.relative_to(root) for one in folders]
    inner = [one for one in inner if one != folder and one.is_relative_to(folder)]
    return any(file.is_relative_to(folder) and not any(map(file.is_relative_to, inner)) for file in files)
