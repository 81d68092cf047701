"""The job that comes before others: for which projects and environments there is one."""

import json
from pathlib import Path

import click

from lago_gitops.cli.base.exits import Exit, StoppedError
from lago_gitops.cli.pipeline.job import Job
from lago_gitops.cli.pipeline.run import append
from lago_gitops.cli.pipeline.targets import row
from lago_gitops.manifests.sources.revision import RevisionError, changed_since
from lago_gitops.project import UnknownEnvironmentError
from lago_gitops.workflow.targets import targets


def tell_matrix(job: Job) -> int:
    """Outputs `matrix` and `number`, of the projects that changed since the base if there is one.

    Raises StoppedError where Git doesn't know the base, and where no project has the environment.
    """
    try:
        changed = changed_since(Path(), job.base) if job.base else None
    except RevisionError as error:
        raise StoppedError(Exit.USAGE, f"base: {error}") from None
    try:
        all_targets = targets(Path(), job.environment, changed)
    except UnknownEnvironmentError as error:
        raise StoppedError(Exit.USAGE, str(error)) from None
    for problem in all_targets.problems:
        click.echo(f"::error file={problem.mark.source},line={problem.mark.line}::{problem.message}")
    rows = [row(one) for one in all_targets.found]
    append("GITHUB_OUTPUT", f"matrix={json.dumps({'include': rows})}\nnumber={len(rows)}")
    click.echo("\n".join(one["name"] for one in rows) or "no project with an environment changed")
    return Exit.INVALID if all_targets.problems else Exit.FINE
