"""lago-gitops targets"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from lago_gitops.cli.base.exits import Exit, StoppedError
from lago_gitops.cli.base.options import Options, with_formats

if TYPE_CHECKING:  # help and completion don't wait for what the command itself needs
    from lago_gitops.workflow.targets import EnvironmentTarget


@click.command("targets")
@click.option("--base", metavar="REF", help="Only projects with files changed since this branch forked from REF.")
@with_formats("text", "json", "matrix")
def command(*, options: Options, base: str | None) -> None:
    """List the environments of every project below this folder.

    `--format matrix` prints a matrix for GitHub Actions, to be read with `fromJSON`: `project` and `environment` for
    each job. With --env, only environments of that name; some project must have one.
    """
    from lago_gitops.cli.base.session import Session, report
    from lago_gitops.manifests.sources.revision import RevisionError, changed_since
    from lago_gitops.project import Environment, Project, UnknownEnvironmentError
    from lago_gitops.workflow.targets import targets

    session = Session(Project(Path()), Environment(""), options)
    try:
        changed = None if base is None else changed_since(Path(), base)
    except RevisionError as error:
        raise StoppedError(Exit.USAGE, f"--base: {error}") from None
    try:
        all_targets = targets(Path(), options.environment or "", changed)
    except UnknownEnvironmentError as error:
        raise StoppedError(Exit.USAGE, str(error)) from None
    if all_targets.problems:
        report(session, all_targets.problems)
    rows = [row(one) for one in all_targets.found]
    session.document({"include": rows} if options.output.format == "matrix" else _document(rows))
    session.result("\n".join(map(_line, all_targets.found)) or "No project here has an environment.")


def row(target: EnvironmentTarget) -> dict[str, Any]:
    """One job of a matrix."""
    environment = target.environment
    return {
        "name": target.name,
        "project": target.folder.as_posix(),
        "environment": environment.name,
        "url": environment.url,
        "organization": environment.organization,
        "key_from": environment.key_variable,
    }


def _document(rows: list[dict[str, Any]]) -> dict[str, Any]:
    from lago_gitops.render.plan.document import FORMAT

    return {"format_version": FORMAT, "targets": rows}


def _line(target: EnvironmentTarget) -> str:
    from lago_gitops.render.base.values import printable

    environment, folder = target.environment, target.folder.as_posix()
    pinned = f" ({environment.organization})" if environment.organization else ""
    return printable(f"{folder}  {environment.name}  {environment.url}{pinned}  key from {environment.key_variable}")
