"""lago-gitops ci"""

import os
import sys

import click

from lago_gitops.cli.base.exits import Exit, StoppedError
from lago_gitops.cli.base.options import Options, shared_options
from lago_gitops.cli.pipeline.job import COMMANDS, InputError, job


@click.command("ci")
@click.argument("job_name", type=click.Choice(COMMANDS))
@shared_options
def command(*, options: Options, job_name: str) -> None:
    """Run a pipeline job; the GitHub Action runs this command.

    It validates, tests, plans or applies, collects reports and the plan in one folder, writes the job summary,
    annotations and outputs, updates the pull request's comment and check, and exits with the code of the verdict. Its
    inputs are the variables INPUT_ENVIRONMENT, INPUT_BASE, INPUT_AGAINST, INPUT_FAIL_ON, INPUT_COMMENT, INPUT_CHECK,
    INPUT_PLAN_FILE, INPUT_APPROVED, INPUT_ALLOW and INPUT_OUTPUT. The last one names the folder for the reports and the
    plan; without it, that is `lago-gitops-output` in RUNNER_TEMP, or in the current folder outside a pipeline.
    """
    from lago_gitops.cli.pipeline.fork import comment_fork
    from lago_gitops.cli.pipeline.matrix import tell_matrix
    from lago_gitops.cli.pipeline.run import run

    named = {"INPUT_ENVIRONMENT": options.environment} if options.environment else {}
    try:
        this_job = job(job_name, {**os.environ, **named})
    except InputError as error:
        raise StoppedError(Exit.USAGE, str(error)) from None
    sys.exit({"comment-fork": comment_fork, "targets": tell_matrix}.get(job_name, run)(this_job))
