"""The project file, `lago-gitops.yaml`: where the manifests are, and which Lagos there are to apply them to."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from functools import cache, reduce
from pathlib import Path
from typing import TYPE_CHECKING, Any

from lago_gitops.bills.profiles.schema import profile_schema
from lago_gitops.core.assessment.guard import OPEN, Guards, Limit, Policy
from lago_gitops.core.comparison.abilities.server import RELEASE, Server, version
from lago_gitops.core.comparison.prune import Scope
from lago_gitops.core.model.effects import EffectClass
from lago_gitops.core.model.problem import Mark, Problem
from lago_gitops.core.model.resources import Address
from lago_gitops.core.model.suggestions import closest
from lago_gitops.core.policies.reading import policy_problems, read_policies
from lago_gitops.core.policies.rule import PolicyRule
from lago_gitops.core.policies.schema import POLICY_HINTS
from lago_gitops.core.project_schema import KEY_VARIABLE, project_schema
from lago_gitops.core.validation.from_environment import Variables, variable
from lago_gitops.core.validation.manifest import Manifest
from lago_gitops.core.validation.schema_errors import Shape
from lago_gitops.core.validation.validate import External
from lago_gitops.kinds import KINDS
from lago_gitops.manifests.reading.reader import read_text
from lago_gitops.manifests.sources.files import PROJECT_FILE, text_of
from lago_gitops.manifests.sources.folders import OUTSIDE, is_inside

if TYPE_CHECKING:  # projects without profiles don't wait for what reads bills
    from lago_gitops.bills.profiles.profile import Profile

SANDBOX = "sandbox"
UNNAMED = "default"  # what plans call the environment of a project that has none
SANDBOX_DATABASE = ".lago-gitops/sandbox.sqlite"
CLOUD_URL = "https://api.getlago.com"
URL_VARIABLE = "LAGO_API_URL"
ENVIRONMENT_VARIABLE = "LAGO_GITOPS_ENV"
_HINTS = {**POLICY_HINTS, RELEASE: 'a version such as "1.51"'}


@dataclass(frozen=True, slots=True)
class Outside:
    """The environment variable that a value comes from, and the place that says so."""

    variable: str
    mark: Mark


@dataclass(frozen=True, slots=True)
class Environment:
    """One Lago organization, or the sandbox. The key itself is never here: `key_variable` names where it is."""

    name: str
    url: str = ""
    key_variable: str = KEY_VARIABLE
    organization: str = ""  # the id or slug that it must have; empty: any
    insecure: bool = False
    overlays: tuple[str, ...] = ()
    variables: Mapping[str, Any] = field(default_factory=dict)
    from_outside: Mapping[str, Outside] = field(default_factory=dict)  # variables that are not in the file
    premium: bool = False  # of the sandbox
    lago_version: str = ""  # the release that its Lago is; empty: the newest
    agreed_overrides: tuple[str, ...] = ()  # external ids of subscriptions, with wildcards
    guards: Guards = field(default_factory=Guards)
    external: External = field(default_factory=External)  # beside the project's

    @property
    def is_sandbox(self) -> bool:
        return self.name == SANDBOX

    @property
    def server(self) -> Server:
        """As far as it is known without asking."""
        if not self.lago_version:
            return Server()
        major, minor = version(self.lago_version)
        return Server((major, minor), before=(major, minor + 1))


@dataclass(frozen=True, slots=True)
class Project:
    """`root` is the folder that all paths are relative to."""

    root: Path
    manifests: tuple[str, ...] = (".",)
    default_environment: str = ""
    environments: Mapping[str, Environment] = field(default_factory=dict)
    external: External = field(default_factory=External)
    prune: tuple[Scope, ...] = ()
    lints_all: bool = False  # plan and apply warn of what does not change, too
    policies: tuple[PolicyRule, ...] = ()
    profiles: "tuple[Profile, ...]" = ()  # typical customers, whose bills a plan shows
    variables: Variables = field(default_factory=Variables)  # of the process, for what is not to be in files


@dataclass(frozen=True, slots=True)
class ReadProject:
    """The project, and what is wrong with its file; with problems it is as good as empty."""

    project: Project
    problems: tuple[Problem, ...] = ()


class UnknownEnvironmentError(LookupError):
    """No environment has that name, or none is named; the message names those there are."""


def project_above(folder: Path) -> Path | None:
    """The nearest folder above that has a project file, for a folder without one."""
    having = (each for each in (folder, *folder.parents) if (each / PROJECT_FILE).exists())
    nearest = next(having, None)
    return None if nearest == folder else nearest


def find_project(folder: Path) -> ReadProject:
    """The project whose file is in the folder; without such a file every manifest below the folder belongs to it."""
    path = folder / PROJECT_FILE
    if not path.exists():
        return ReadProject(Project(folder))
    text = text_of(path, folder)
    if isinstance(text, Problem):
        return ReadProject(Project(folder), (text,))
    reading = read_text(PROJECT_FILE, text.text)
    if reading.problems:
        return ReadProject(Project(folder), reading.problems)
    if not reading.manifests:  # nothing, or comments alone: everything is at its default
        return ReadProject(Project(folder))
    manifest, *more = reading.manifests
    if more:
        words, hint = "the project file must be a single document", "remove the lines with ---"
        return ReadProject(Project(folder), (Problem(more[0].mark(()), words, hint, "project"),))
    problems = tuple(_problems(manifest, folder))
    return ReadProject(Project(folder) if problems else _project(folder, manifest), problems)


def environment_of(project: Project, name: str | None, variables: Mapping[str, str]) -> Environment:
    """The environment whose Lago a command reads or writes.

    A name wins (`--env`, then LAGO_GITOPS_ENV, then the project's default). A project without environments means the
    Lago of LAGO_API_URL and LAGO_API_KEY, or the sandbox where neither is set. Raises UnknownEnvironmentError, also
    where a project has environments and none is named: a guess could skip the organization and the guards that they
    state.
    """
    chosen = _named(project, name, variables)
    if chosen and (chosen != UNNAMED or project.environments):
        return _known(project, chosen)
    variable = next((one for one in (URL_VARIABLE, KEY_VARIABLE) if variables.get(one)), "")
    if project.environments.keys() - {SANDBOX} or (project.environments and variable):
        raise UnknownEnvironmentError(_not_named(project, variable))
    return Environment(UNNAMED, variables.get(URL_VARIABLE) or CLOUD_URL) if variable else _known(project, SANDBOX)


def offline_environment(project: Project, name: str | None, variables: Mapping[str, str]) -> Environment:
    """The environment whose overlays and variables a command without a network goes by: the sandbox's if none is named.

    Raises UnknownEnvironmentError.
    """
    return _known(project, _named(project, name, variables) or SANDBOX)


def validated_environments(project: Project, name: str | None, variables: Mapping[str, str]) -> tuple[Environment, ...]:
    """The one that is named; else all that the project has, in its order. Raises UnknownEnvironmentError."""
    chosen = name or variables.get(ENVIRONMENT_VARIABLE)
    if chosen or not project.environments:
        return (_known(project, chosen or SANDBOX),)
    default = (_known(project, project.default_environment),) if project.default_environment else ()
    return tuple({one.name: one for one in (*project.environments.values(), *default)}.values())


def _named(project: Project, name: str | None, variables: Mapping[str, str]) -> str:
    return name or variables.get(ENVIRONMENT_VARIABLE) or project.default_environment


def _known(project: Project, name: str) -> Environment:
    found = project.environments.get(name, Environment(SANDBOX, guards=OPEN) if name == SANDBOX else None)
    if found is None:
        if not (project.root / PROJECT_FILE).exists():
            where = f"there is no {PROJECT_FILE} in this folder: work in the project's folder, or use -C"
            raise UnknownEnvironmentError(f"there is no environment {name!r}, and {where}")
        meant = closest(name, (*project.environments, SANDBOX)) or f"it has {_names(project)}"
        raise UnknownEnvironmentError(f"there is no environment {name!r} in {PROJECT_FILE}: {meant}")
    return found


def _not_named(project: Project, variable: str) -> str:
    also = f"; {variable} alone does not choose one" if variable else ""
    return (
        f"no environment was chosen{also}. Use --env, {ENVIRONMENT_VARIABLE}, or default_environment in "
        f"{PROJECT_FILE}. "
        f"It has: {_names(project)}"
    )


def _names(project: Project) -> str:
    return ", ".join(sorted({*project.environments, SANDBOX}))


def _problems(manifest: Manifest, folder: Path) -> list[Problem]:
    problems = list(_shape().problems(manifest))
    return problems or [
        *_without_url(manifest),
        *_of_sandbox(manifest),
        *_unknown_default(manifest),
        *_outside(manifest, folder),
        *policy_problems(manifest),
    ]


@cache
def _shape() -> Shape:
    return Shape(project_schema(KINDS, profile_schema()), _HINTS)


def _without_url(manifest: Manifest) -> Iterator[Problem]:
    for name, environment in (manifest.data.get("environments") or {}).items():
        if name != SANDBOX and not environment.get("url"):
            mark, hint = manifest.mark(("environments", name)), f"add url: {CLOUD_URL}, or the URL of your Lago"
            yield Problem(mark, f"the environment {name!r} has no url", hint, "project")


def _of_sandbox(manifest: Manifest) -> Iterator[Problem]:
    """The sandbox is inside the tool: whoever gives it an address means another Lago."""
    sandbox = (manifest.data.get("environments") or {}).get(SANDBOX) or {}
    for name in ("url", "organization"):
        if name in sandbox:
            mark, hint = manifest.mark(("environments", SANDBOX, name)), "remove the line, or rename the environment"
            yield Problem(mark, f"the environment {SANDBOX!r} is built in and has no {name}", hint, "project")


def _unknown_default(manifest: Manifest) -> Iterator[Problem]:
    name, known = manifest.data.get("default_environment"), {SANDBOX, *(manifest.data.get("environments") or {})}
    if name and name not in known:
        hint = closest(name, known) or f"there are {', '.join(sorted(known))}"
        yield Problem(manifest.mark(("default_environment",)), f"there is no environment {name!r}", hint, "project")


def _outside(manifest: Manifest, folder: Path) -> Iterator[Problem]:
    """Manifests and overlays that lead out of the project, by their path or by a link: nobody would review them."""
    bounds = (folder.resolve(),)
    for noun, keys, path in _folders(manifest.data):
        if not is_inside(folder / path, bounds):
            mark = manifest.mark(keys)
            yield Problem(mark, f"the {noun} {path!r} {OUTSIDE}", "move it into the project's folder", "project")


def _folders(data: Mapping[str, Any]) -> Iterator[tuple[str, tuple[str | int, ...], str]]:
    for index, path in enumerate(data.get("manifests") or ()):
        yield "path", ("manifests", index), path
    for name, environment in (data.get("environments") or {}).items():
        for index, path in enumerate(environment.get("overlays") or ()):
            yield "overlay", ("environments", name, "overlays", index), path


def _project(folder: Path, manifest: Manifest) -> Project:
    data = manifest.data
    return Project(
        root=folder,
        manifests=tuple(data.get("manifests") or (".",)),
        default_environment=data.get("default_environment") or "",
        environments={name: _environment(name, manifest) for name in data.get("environments") or {}},
        external=_external(manifest, ()),
        prune=tuple(
            Scope(scope["kind"], tuple(scope["codes"]), manifest.mark(("prune", index)))
            for index, scope in enumerate(data.get("prune") or ())
        ),
        lints_all=data.get("lint") == "all",
        policies=read_policies(manifest),
        profiles=_profiles(manifest),
    )


def _profiles(manifest: Manifest) -> "tuple[Profile, ...]":
    if not manifest.data.get("profiles"):
        return ()
    from lago_gitops.bills.profiles.profile import profiles_of

    return profiles_of(manifest)


def policies_in(project: Project, environment: Environment) -> tuple[PolicyRule, ...]:
    """The policies that hold for what is planned in an environment."""
    is_billed = not environment.is_sandbox
    return tuple(one for one in project.policies if one.holds_in(environment.name, is_billed=is_billed))


def _environment(name: str, manifest: Manifest) -> Environment:
    data = manifest.data["environments"][name]
    values = data.get("vars") or {}
    outside = {key: name_outside for key, value in values.items() if (name_outside := variable(value)) is not None}
    way = ("environments", name, "vars")
    return Environment(
        name=name,
        url=data.get("url") or "",
        key_variable=data.get("key_from") or KEY_VARIABLE,
        organization=data.get("organization") or "",
        insecure=bool(data.get("insecure")),
        overlays=tuple(data.get("overlays") or ()),
        variables={key: value for key, value in values.items() if key not in outside},
        from_outside={key: Outside(name_outside, manifest.mark((*way, key))) for key, name_outside in outside.items()},
        premium=bool(data.get("premium")),
        lago_version=data.get("lago_version") or "",
        agreed_overrides=tuple(data.get("agreed_overrides") or ()),
        guards=_guards(data.get("guards"), OPEN if name == SANDBOX else Guards()),
        external=_external(manifest, ("environments", name)),
    )


def _external(manifest: Manifest, path: tuple[str, ...]) -> External:
    """What the project file, or an environment in it, calls external."""
    data = reduce(lambda part, step: part[step], path, manifest.data)
    return External(
        {
            Address(kind, code): manifest.mark((*path, "external", kind, index))
            for kind, codes in (data.get("external") or {}).items()
            for index, code in enumerate(codes or ())
        }
    )


def _guards(data: Mapping[str, Any] | None, default: Guards) -> Guards:
    if data is None:
        return default
    policies = {class_: Policy(data[class_.value]) for class_ in EffectClass if class_.value in data}
    return Guards(
        policies={**default.policies, **policies},
        deletes=_limit(data["deletes"]) if "deletes" in data else default.deletes,
        updates=_limit(data["updates"]) if "updates" in data else default.updates,
    )


def _limit(data: Mapping[str, Any]) -> Limit:
    percent = data.get("percent")
    return Limit(data.get("number"), None if percent is None else Decimal(percent))
