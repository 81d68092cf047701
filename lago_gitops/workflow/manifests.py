"""The manifests of an environment, and everything wrong with them."""

from collections.abc import Iterable, Mapping
from dataclasses import replace
from functools import partial
from typing import Any

from lago_gitops.core.model.field_walk import list_key
from lago_gitops.core.model.problem import Mark, Problem
from lago_gitops.core.validation.schema_errors import Shapes
from lago_gitops.core.validation.validate import Checked, External, check
from lago_gitops.kinds import KINDS
from lago_gitops.manifests.files import manifest_files
from lago_gitops.manifests.overlays import overlaid
from lago_gitops.manifests.reader import Reading, read_files
from lago_gitops.pricing.lint import registry as lint
from lago_gitops.project import Environment, Project


def validate(project: Project, environment: Environment, paths: tuple[str, ...] = ()) -> Checked:
    """The manifests of an environment, and everything wrong with them, also what Lago would take and can't bill.

    `paths` instead of the project's, if any.
    """
    checked = checked_manifests(project, environment, paths)
    return _with(checked, lint.problems(checked.manifests))


def checked_manifests(project: Project, environment: Environment, paths: tuple[str, ...] = ()) -> Checked:
    """The manifests of an environment, and what makes them no manifests. Their prices may be odd."""
    reading = read_manifests(project, environment, paths)
    checked = check(reading.manifests, KINDS, Shapes(KINDS.values()), external(project, environment))
    return _with(checked, reading.problems)


def external(project: Project, environment: Environment) -> External:
    """What somebody else manages in the environment's organization."""
    return External({**project.external.addresses, **environment.external.addresses})


def _with(checked: Checked, problems: Iterable[Problem]) -> Checked:
    all_ = dict.fromkeys((*checked.problems, *problems))
    return replace(checked, problems=tuple(sorted(all_, key=lambda problem: problem.mark)))


def read_manifests(project: Project, environment: Environment, paths: tuple[str, ...] = ()) -> Reading:
    """What the files say, with the environment's overlays on top."""
    whole = _read(project, environment, paths or project.manifests)
    for overlay in environment.overlays:
        patch = _read(project, environment, (overlay,))
        merged = overlaid(whole.manifests, patch.manifests, _identity, partial(list_key, KINDS))
        whole = Reading(merged.manifests, (*whole.problems, *patch.problems, *merged.problems))
    return whole


def _read(project: Project, environment: Environment, paths: tuple[str, ...]) -> Reading:
    """The overlays of any environment are no manifests of their own, though they may lie among them."""
    found = manifest_files((project.root / path for path in paths), project.root)
    overlays = {(project.root / path).resolve() for each in project.environments.values() for path in each.overlays} - {
        (project.root / path).resolve() for path in paths
    }
    files = [file for file in found.paths if overlays.isdisjoint((file.resolve(), *file.resolve().parents))]
    reading = read_files(files, project.root, environment.variables)
    nothing = () if reading.manifests or reading.problems or found.problems else (_no_manifests(paths),)
    return Reading(reading.manifests, (*found.problems, *reading.problems, *nothing))


def _no_manifests(paths: tuple[str, ...]) -> Problem:
    hint = "write one, or start with `lago-gitops init`"
    return Problem(Mark(paths[0]), "there is no manifest here, so nothing says what Lago should have", hint, "empty")


def _identity(data: Mapping[str, Any]) -> str | None:
    kind = KINDS.get(str(data.get("kind")))
    key = data.get(kind.key) if kind is not None else None
    return key if isinstance(key, str) else None
