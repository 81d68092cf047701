"""The manifests of an environment, and their problems."""

from collections.abc import Iterable, Mapping, Set
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import Any

from lago_gitops.core.assessment.by_release import release_problems
from lago_gitops.core.model.field_walk import list_key
from lago_gitops.core.model.problem import Mark, Problem
from lago_gitops.core.model.suggestions import closest
from lago_gitops.core.validation.from_environment import RULE as ENVIRONMENT
from lago_gitops.core.validation.from_environment import Variables, completed, variable
from lago_gitops.core.validation.manifest import Manifest, reference
from lago_gitops.core.validation.schema_errors import Shapes
from lago_gitops.core.validation.validate import Checked, External, check
from lago_gitops.kinds import KINDS
from lago_gitops.manifests.overlays import overlaid
from lago_gitops.manifests.reading.reader import Reading, collection_paused, read_files
from lago_gitops.manifests.sources.files import EMPTY, is_template, manifest_files
from lago_gitops.manifests.sources.folders import File
from lago_gitops.pricing.base.rules import rules_of
from lago_gitops.pricing.lint import registry as lint
from lago_gitops.project import Environment, Project

SHAPES = Shapes(KINDS.values())


def validate(project: Project, environment: Environment, paths: tuple[str, ...] = ()) -> Checked:
    """The manifests of an environment, and their problems, including prices that Lago would accept but can't bill.

    With `paths`, only problems in those files and folders, checked against the whole project.
    """
    server = environment.server
    with collection_paused():
        checked = checked_manifests(project, environment, paths)
        findings = (
            *lint.problems(checked.manifests, rules_of(server.at_most)),
            *(release_problems(checked.manifests.values(), server, KINDS) if checked.is_valid else ()),
        )
    chosen = checked.chosen_manifests.values()
    sources = {source for manifest in chosen for source in manifest.sources}
    theirs = (one for one in findings if one.mark.source in sources)
    return _with(checked, (*theirs, *(() if paths else wrong_profiles(project, checked))))


def wrong_profiles(project: Project, checked: Checked) -> tuple[Problem, ...]:
    """Names in the project's profiles that no manifest describes; skipped if the manifests have problems."""
    if not project.profiles or not checked.is_valid:
        return ()
    from lago_gitops.bills.price_list import price_list
    from lago_gitops.bills.profiles.problems import profile_problems

    return tuple(profile_problems(project.profiles, price_list(checked.manifests)))


def validate_all(project: Project, environments: Iterable[Environment], paths: tuple[str, ...] = ()) -> Checked:
    """Like `validate`, in each environment. A problem that only some of them have names these."""
    names: dict[str, list[str]] = {}
    by_name: dict[str, Checked] = {}
    for environment in environments:
        inputs = repr(_inputs(environment))
        names.setdefault(inputs, []).append(environment.name)
        if inputs not in by_name:
            by_name[inputs] = validate(project, environment, paths)
    having: dict[Problem, list[str]] = {}
    for inputs, checked in by_name.items():
        for problem in checked.problems:
            having.setdefault(problem, []).append(inputs)
    manifests = {address: one for checked in by_name.values() for address, one in checked.chosen_manifests.items()}
    if paths and manifests:  # an overlay selects something only in its own environments
        having.pop(_no_manifests(paths), None)
    problems = (
        problem
        if len(those) == len(by_name)
        else replace(problem, environments=tuple(name for inputs in those for name in names[inputs]))
        for problem, those in having.items()
    )
    return Checked(manifests, tuple(sorted(problems, key=lambda problem: problem.mark)))


def _inputs(environment: Environment) -> tuple[object, ...]:
    """Everything its manifests and their problems depend on: if equal for two environments, one reading is enough."""
    return (
        environment.overlays,
        environment.variables,
        environment.from_outside,
        sorted(map(str, environment.external.addresses)),
        environment.server,
    )


def checked_manifests(project: Project, environment: Environment, paths: tuple[str, ...] = ()) -> Checked:
    """The manifests of an environment, and problems that make them invalid. Prices are not linted.

    With `paths`, manifests in these files and folders, or patched there, are chosen; other problems aren't reported.
    """
    reading = read_manifests(project, environment, paths)
    checked = check(reading.manifests, KINDS, SHAPES, external(project, environment))
    whole = _with(checked, reading.problems)
    return _chosen(whole, reading, project.root, paths) if paths else whole


def _chosen(whole: Checked, reading: Reading, root: Path, paths: tuple[str, ...]) -> Checked:
    files = manifest_files((root / path for path in paths), root)
    named = frozenset(file.source for file in files.files)
    sources = named.union(*(one.sources for one in reading.manifests if not named.isdisjoint(one.sources)))
    chosen = frozenset(address for address, one in whole.manifests.items() if not named.isdisjoint(one.sources))
    problems = tuple(one for one in whole.problems if one.mark.source in sources)
    nothing = () if chosen or problems or files.problems else (_no_manifests(paths),)
    return _with(replace(whole, problems=problems, chosen=chosen), (*files.problems, *nothing))


def external(project: Project, environment: Environment) -> External:
    """External resources of the environment's organization."""
    return External({**project.external.addresses, **environment.external.addresses})


def _with(checked: Checked, problems: Iterable[Problem]) -> Checked:
    all_ = dict.fromkeys((*checked.problems, *problems))
    return replace(checked, problems=tuple(sorted(all_, key=lambda problem: problem.mark)))


def read_manifests(project: Project, environment: Environment, paths: tuple[str, ...] = ()) -> Reading:
    """The project's files and the `paths`, with the environment's overlays applied."""
    whole = _read(project, environment, (*project.manifests, *paths), kept=project.manifests)
    if paths:
        whole = _without_doubles(whole, _sources(project.root, project.manifests))
    for overlay in environment.overlays:
        patch = _read(project, environment, (overlay,), kept=(overlay,))
        merged = overlaid(whole.manifests, patch.manifests, identity, partial(list_key, KINDS))
        stray = tuple(manifest for manifest in merged.added if _is_patch(manifest.data))
        problems = (_without_base(manifest, whole.manifests) for manifest in stray)
        gone = {(manifest.kind, identity(manifest.data)) for manifest in stray}
        kept = tuple(one for one in merged.manifests if (one.kind, identity(one.data)) not in gone)
        all_problems = (*whole.problems, *patch.problems, *merged.problems, *problems)
        whole = Reading(kept, all_problems, whole.referring | patch.referring)
    return _completed(whole, project.variables)


def _completed(reading: Reading, variables: Variables) -> Reading:
    """With texts instead of references to environment variables."""
    manifests, problems = [], list(reading.problems)
    for manifest in reading.manifests:
        whole = manifest
        if manifest.kind in KINDS and not reading.referring.isdisjoint(manifest.sources):
            whole, wrong = completed(manifest, KINDS[manifest.kind].object, variables)
            problems.extend(wrong)
        manifests.append(whole)
    return Reading(tuple(manifests), tuple(problems))


def _without_doubles(whole: Reading, own: Set[str]) -> Reading:
    """Without the project's own manifests of resources that the given files describe, too: the latter win."""
    beside = {(one.kind, identity(one.data)) for one in whole.manifests if one.source not in own}
    kept = (one for one in whole.manifests if one.source not in own or (one.kind, identity(one.data)) not in beside)
    return replace(whole, manifests=tuple(kept))


def _sources(root: Path, paths: Iterable[str]) -> frozenset[str]:
    return frozenset(file.source for file in manifest_files((root / path for path in paths), root).files)


def _is_patch(data: Mapping[str, Any]) -> bool:
    """Whether it can't be a new resource, since it lacks fields that its kind requires."""
    kind = KINDS.get(str(data.get("kind")))
    if kind is None or identity(data) is None or data.get("state") == "absent":
        return False
    return not all(field.name in data for field in kind.fields if field.required)


def _without_base(overlay: Manifest, base: Iterable[Manifest]) -> Problem:
    kind, code = KINDS[overlay.kind], str(identity(overlay.data))
    codes = [key for manifest in base if manifest.kind == kind.name and (key := identity(manifest.data)) is not None]
    needed = ", ".join(field.name for field in kind.fields if field.required)
    hint = closest(code, codes) or f"correct its {kind.key}; a new {kind.name} needs {needed}"
    message = f"there is no {kind.name} {code!r} for this overlay to patch"
    return Problem(overlay.mark(kind.identity), message, hint, "overlay")


def _read(project: Project, environment: Environment, paths: tuple[str, ...], kept: tuple[str, ...]) -> Reading:
    """Overlays of any environment aren't manifests themselves, even in the same folder, except `kept`."""
    tree = manifest_files((project.root / path for path in paths), project.root)
    overlays = {(project.root / path).resolve() for each in project.environments.values() for path in each.overlays}
    overlays -= {(project.root / path).resolve() for path in kept}
    files = [file for file in tree.files if not overlays or _is_apart(Path(file.real), overlays)]
    values, unset = _template_variables(environment, project.variables) if any(map(_is_template, files)) else ({}, ())
    reading = read_files(files, values)
    nothing = () if reading.manifests or reading.problems or tree.problems else (_no_manifests(paths),)
    return replace(reading, problems=(*tree.problems, *unset, *reading.problems, *nothing))


def _is_apart(file: Path, folders: Set[Path]) -> bool:
    return folders.isdisjoint((file, *file.parents))


def _is_template(file: File) -> bool:
    return is_template(file.source)


def _template_variables(
    environment: Environment, variables: Variables
) -> tuple[Mapping[str, Any], tuple[Problem, ...]]:
    """With texts instead of references to environment variables; what a template makes of a reference nobody knows,
    so that each has to be set."""
    texts = {name: variables.text(one.variable) for name, one in environment.from_outside.items()}
    missing = (one for name, one in environment.from_outside.items() if texts[name] is None)
    problems = tuple(Problem(one.mark, *variables.wrong(one.variable), ENVIRONMENT) for one in missing)
    return {**environment.variables, **{name: text or "" for name, text in texts.items()}}, problems


def _no_manifests(paths: tuple[str, ...]) -> Problem:
    hint = "write one, or start with `lago-gitops init`"
    return Problem(Mark(paths[0]), "there are no manifests here, so nothing says what Lago should have", hint, EMPTY)


def identity(data: Mapping[str, Any]) -> str | None:
    """What distinguishes a manifest from others of its kind, as written; None when it doesn't say."""
    kind = KINDS.get(str(data.get("kind")))
    key = data.get(kind.key) if kind is not None else None
    name = variable(key)
    return reference(name) if name is not None else key if isinstance(key, str) else None
