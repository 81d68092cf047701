"""lago-gitops plan"""

import sys
from pathlib import Path

import click

from lago_gitops.cli.exits import Exit
from lago_gitops.cli.options import Options, shared_options
from lago_gitops.cli.saved_plans import write_plan
from lago_gitops.cli.session import begin, organization, paint, readable_manifests, warn
from lago_gitops.core.assessment.guard import WAIVERS, Policy
from lago_gitops.kinds import KINDS
from lago_gitops.render.document import plan_document
from lago_gitops.render.json import dump
from lago_gitops.render.text import plan_text
from lago_gitops.workflow.plan import Terms, make_plan

FAIL_ON = {"guards": (Policy.ASK, Policy.REFUSE), "refused": (Policy.REFUSE,)}


@click.command("plan")
@click.argument("paths", nargs=-1)
@click.option("--detailed-exitcode", is_flag=True, help="Exit with 2 when there are changes.")
@click.option(
    "--fail-on",
    type=click.Choice(tuple(FAIL_ON)),
    help="Exit with 4 when guards stand in the way of apply: `guards` any, `refused` those that no approval answers.",
)
@click.option("--allow", multiple=True, type=click.Choice(WAIVERS), help="Plan as for `apply` with this flag.")
@click.option("--out", type=click.Path(dir_okay=False, path_type=Path), help="Save the plan, for `show` and `apply`.")
@shared_options
def command(  # noqa: PLR0913 -- one argument an option
    *,
    options: Options,
    paths: tuple[str, ...],
    detailed_exitcode: bool,
    fail_on: str | None,
    allow: tuple[str, ...],
    out: Path | None,
) -> None:
    """Show what apply would change, and change nothing.

    PATHS are files or folders; without any, those of the project.
    """
    session = begin(options)
    checked = readable_manifests(session, paths)
    with organization(session) as way, way.reader() as client:
        terms = Terms(frozenset(allow), prune=session.project.prune, lints_all=session.project.lints_all)
        planned = make_plan(checked, session.environment, client, way, terms)
    warn(session, planned.warnings)
    plan = planned.plan
    document = plan_document(plan, KINDS)
    if out is not None:
        write_plan(document, out)
        session.note(f"saved {out}")
    session.result(dump(document) if session.is_json else plan_text(document, paint))
    if plan.refusals or any(one.policy in FAIL_ON.get(fail_on or "", ()) for one in plan.verdicts):
        sys.exit(Exit.REFUSED)
    sys.exit(Exit.CHANGES if plan.changes and detailed_exitcode else Exit.FINE)
