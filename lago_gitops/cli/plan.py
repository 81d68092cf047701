"""lago-gitops plan"""

import sys

import click

from lago_gitops import workflow
from lago_gitops.cli.exits import Exit
from lago_gitops.cli.options import Options, shared_options
from lago_gitops.cli.session import begin, organization, paint, valid_manifests
from lago_gitops.kinds import KINDS
from lago_gitops.render.json import plan_json
from lago_gitops.render.text import plan_text


@click.command("plan")
@click.argument("paths", nargs=-1)
@click.option("--detailed-exitcode", is_flag=True, help="Exit with 2 when there are changes.")
@shared_options
def command(*, options: Options, paths: tuple[str, ...], detailed_exitcode: bool) -> None:
    """Show what apply would change, and change nothing.

    PATHS are files or folders; without any, those of the project.
    """
    session = begin(options)
    checked = valid_manifests(session, paths)
    with organization(session) as way, way.reader() as client:
        plan = workflow.plan(checked, session.environment, client, way).plan
    session.result(plan_json(plan) if session.is_json else plan_text(plan, KINDS, paint))
    if plan.refusals:
        sys.exit(Exit.REFUSED)
    sys.exit(Exit.CHANGES if plan.changes and detailed_exitcode else Exit.FINE)
