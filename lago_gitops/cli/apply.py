"""lago-gitops apply"""

import sys

import click

from lago_gitops import workflow
from lago_gitops.cli.exits import Exit, StoppedError
from lago_gitops.cli.options import Options, shared_options
from lago_gitops.cli.session import begin, organization, paint, valid_manifests
from lago_gitops.core.outcome import Outcome, Status
from lago_gitops.core.plan import Plan
from lago_gitops.kinds import KINDS
from lago_gitops.render.document import plan_document
from lago_gitops.render.json import outcomes_json
from lago_gitops.render.text import outcome_text, outcomes_summary, plan_text


@click.command("apply")
@click.argument("paths", nargs=-1)
@click.option("--auto-approve", is_flag=True, help="Don't ask. Needed where there is no terminal.")
@shared_options
def command(*, options: Options, paths: tuple[str, ...], auto_approve: bool) -> None:
    """Bring Lago to what the manifests say.

    Shows the plan, asks, and carries it out. Every change has an outcome; one that fails stops only what depends on
    it, and the next run goes on from there.
    """
    session = begin(options)
    checked = valid_manifests(session, paths)
    with organization(session) as way, way.writer() as client:
        planned = workflow.plan(checked, session.environment, client, way)
        session.note(plan_text(plan_document(planned.plan, KINDS), paint))
        if planned.plan.refusals:
            raise StoppedError(Exit.REFUSED, "what is refused above stands in the way; nothing was changed")
        if planned.plan.changes and not auto_approve:
            _ask(planned.plan)
        outcomes = workflow.apply(planned, client, lambda outcome: session.note(outcome_text(outcome, paint)))
    session.result(outcomes_json(outcomes) if session.is_json else outcomes_summary(outcomes))
    sys.exit(_exit(outcomes))


def _ask(plan: Plan) -> None:
    if not sys.stdin.isatty():
        raise StoppedError(Exit.REFUSED, "nobody is there to ask: use --auto-approve. Nothing was changed")
    if not click.confirm(f"Do this to {plan.organization.name!r} at {plan.organization.url}?", err=True):
        raise StoppedError(Exit.REFUSED, "not approved; nothing was changed")


def _exit(outcomes: tuple[Outcome, ...]) -> Exit:
    if all(outcome.status.is_good for outcome in outcomes):
        return Exit.FINE
    if all(outcome.status is Status.NOT_TRIED for outcome in outcomes):
        return Exit.UNREACHABLE
    return Exit.PARTLY
