"""What a command works with: the project, the environment, and where words go."""

import os
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

import click

from lago_gitops.cli.base.exits import Exit, StoppedError
from lago_gitops.cli.base.options import Options
from lago_gitops.cli.base.output import Document
from lago_gitops.cli.base.progress import Progress
from lago_gitops.core.model.plurals import counted
from lago_gitops.core.model.problem import Problem, Severity
from lago_gitops.core.project_schema import KEY_VARIABLE
from lago_gitops.core.validation.from_environment import Variables
from lago_gitops.core.validation.manifest import reference
from lago_gitops.core.validation.validate import Checked
from lago_gitops.project import (
    Environment,
    Project,
    UnknownEnvironmentError,
    environment_of,
    find_project,
    offline_environment,
    project_above,
)
from lago_gitops.workflow.manifests.checking import checked_manifests

if TYPE_CHECKING:  # what needs no Lago doesn't wait for the client to be imported
    from lago_gitops.access import Access
    from lago_gitops.lago.redaction import Redaction
    from lago_gitops.workflow.manifests.revisions import BaseRevision

TOKENS = ("GITHUB_TOKEN", "GITLAB_TOKEN")  # that open other doors than Lago's


@dataclass(frozen=True, slots=True)
class Session:
    project: Project
    environment: Environment
    options: Options
    is_offline: bool = False  # the command needs no Lago

    @property
    def progress(self) -> Progress:
        return self.options.output.progress

    def result(self, text: str) -> None:
        """What the command is for, in words: to stdout, unless programs asked."""
        self.options.output.result(text)

    def document(self, document: Document) -> Document:
        """What the command is for, as data: to stdout, if programs asked. It comes back without secrets."""
        shown = self.options.record.result = self.options.output.document(document)
        return shown

    def long_document(self, head: Document, name: str, items: Iterable[Document]) -> None:
        """As `document`, with a list under `name` that is too long to be held, or to be kept for reports."""
        self.options.output.long_document(head, name, items)

    def redacted(self, data: Document) -> Document:
        """Plain data without secrets."""
        document: Document = self.options.output.redaction.document(data)
        return document

    def note(self, text: str) -> None:
        """What only people care for: to stderr, not with --quiet."""
        self.options.output.note(text)


def paint(text: str, colour: str) -> str:
    """Colour for a terminal; click takes it out where none is wanted."""
    return click.style(text, fg=colour)


def begin(options: Options) -> Session:
    """The session of a command that reads or writes Lago.

    Raises StoppedError when the project file is wrong, or when it isn't said which environment is meant; also in a
    folder of a project that is not its own, where nothing would be known of its environments, guards and scopes.
    """
    above = project_above(Path.cwd())
    if above is not None:
        shown = os.path.relpath(above)
        message = f"this folder's project is in {shown}: run the command there, or with `-C {shown}`; nothing was done"
        raise StoppedError(Exit.USAGE, message)
    return _session(options, environment_of)


def begin_offline(options: Options) -> Session:
    """The session of a command without a network. Raises StoppedError as `begin` does, but needs no environment."""
    return _session(options, offline_environment)


def elsewhere(session: Session, name: str) -> Session:
    """The same project in another environment. Raises StoppedError if it is unknown, or the
    session's own."""
    if name == session.environment.name:
        raise StoppedError(Exit.USAGE, f"environment {name!r} can't be compared with itself: name another one")
    try:
        return replace(session, environment=environment_of(session.project, name, os.environ))
    except UnknownEnvironmentError as error:
        raise StoppedError(Exit.USAGE, str(error)) from None


def _session(options: Options, choose: Callable[[Project, str | None, Mapping[str, str]], Environment]) -> Session:
    read = find_project(Path())
    session = Session(read.project, Environment(""), options, is_offline=choose is offline_environment)
    options.output.redaction.hide(*_keys(read.project))
    if read.problems:
        report(session, read.problems)
    try:
        chosen = replace(session, environment=choose(read.project, options.environment, os.environ))
    except UnknownEnvironmentError as error:
        raise StoppedError(Exit.USAGE, str(error)) from None
    is_needed = choose is environment_of and has_key(chosen)
    variables = Variables(partial(_variable, options.output.redaction), is_needed, _key_variables(read.project))
    return replace(chosen, project=replace(read.project, variables=variables))


def _variable(redaction: "Redaction", name: str) -> str | None:
    """The text of an environment variable that manifests refer to, and which nobody is to see."""
    text = os.environ.get(name, "").strip()
    if not text.isprintable():
        return None
    redaction.hide(text, shown=reference(name))
    return text or None


def _keys(project: Project) -> Iterator[str]:
    """The values of all variables that hold a key, whichever of them is used."""
    return (os.environ.get(name, "").strip() for name in _key_variables(project))


def _key_variables(project: Project) -> frozenset[str]:
    return frozenset({*TOKENS, KEY_VARIABLE, *(each.key_variable for each in project.environments.values())})


def warn(session: Session, problems: tuple[Problem, ...]) -> None:
    """Say what is odd, but no reason to stop."""
    session.options.record.problems.extend(problems)
    if problems:
        session.note(_said(problems))


def readable_manifests(session: Session, paths: tuple[str, ...]) -> Checked:
    """The manifests to work with; warnings go to stderr. What Lago can't bill is for the plan or the bill to say.

    Raises StoppedError where they are no manifests, everything wrong being said.
    """
    with session.progress.doing("Reading manifests"):
        checked = checked_manifests(session.project, session.environment, paths)
    if not checked.is_valid:
        report(session, checked.problems)
    warn(session, checked.problems)
    return checked


def report(session: Session, problems: tuple[Problem, ...]) -> None:
    """Say all problems, and stop: raises StoppedError."""
    session.options.record.problems.extend(problems)
    session.result(_said(problems))
    number = sum(problem.severity is Severity.ERROR for problem in problems)
    fate = "" if session.is_offline else "; nothing was sent to Lago"
    raise StoppedError(Exit.INVALID, counted(number, "problem") + fate)


def _said(problems: tuple[Problem, ...]) -> str:
    from lago_gitops.render.plan.text import problems_text

    return problems_text(problems, paint)


def has_key(session: Session) -> bool:
    """Whether there is something to open the environment's Lago with."""
    environment = session.environment
    return environment.is_sandbox or bool(os.environ.get(environment.key_variable, "").strip())


def base_of(session: Session, ref: str) -> "BaseRevision":
    """The manifests at the commit where this branch left `ref`. Raises StoppedError when Git does not have them."""
    from lago_gitops.manifests.sources.revision import RevisionError
    from lago_gitops.workflow.manifests.revisions import base_revision

    try:
        return base_revision(session.project, session.environment, ref)
    except RevisionError as error:
        raise StoppedError(Exit.USAGE, f"--base: {error}") from None


def candidates_of(session: Session, refs: tuple[str, ...]) -> "dict[str, BaseRevision]":
    """The manifests at other revisions, by what names them. Raises StoppedError when Git does not have them."""
    from lago_gitops.manifests.sources.revision import RevisionError
    from lago_gitops.workflow.manifests.revisions import candidate_revision

    try:
        return {ref: candidate_revision(session.project, session.environment, ref) for ref in refs}
    except RevisionError as error:
        raise StoppedError(Exit.USAGE, f"--compare: {error}") from None


@contextmanager
def organization(session: Session) -> "Iterator[Access]":
    """The way to the environment's organization. What goes wrong on it becomes a StoppedError."""
    from lago_gitops.access import NoAccessError, access
    from lago_gitops.lago.connect import MachineError
    from lago_gitops.lago.errors import LagoError, NotFound, Unauthorized
    from lago_gitops.lago.http.events import Tracker
    from lago_gitops.lago.target import TargetError
    from lago_gitops.workflow.changes.plan import UnfitManifestsError
    from lago_gitops.workflow.organization.reading import ForeignOrganizationError

    tracker = Tracker(session.progress.observe, session.progress.begin)
    try:
        with (
            access(session.project, session.environment, os.environ, tracker) as way,
            session.progress.doing("Reading Lago"),
        ):
            yield way
    except TargetError as error:
        raise StoppedError(Exit.USAGE, f"environment {session.environment.name!r}: {error}") from None
    except UnfitManifestsError as error:
        report(session, error.problems)
    except ForeignOrganizationError as error:
        raise StoppedError(Exit.STALE, f"{error}; nothing was changed") from None
    except Unauthorized as error:
        raise StoppedError(
            Exit.UNREACHABLE, f"{error}; the key comes from {session.environment.key_variable}"
        ) from error
    except NotFound as error:
        raise StoppedError(Exit.UNREACHABLE, f"{error}; check that the URL is that of a Lago server") from error
    except (LagoError, NoAccessError, MachineError) as error:
        raise StoppedError(Exit.UNREACHABLE, str(error)) from error
