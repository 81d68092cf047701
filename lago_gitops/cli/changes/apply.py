"""lago-gitops apply"""

from __future__ import annotations

import re
import sys
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

import click

from lago_gitops.cli.base.exits import Exit, StoppedError
from lago_gitops.cli.base.options import Options, shared_options
from lago_gitops.cli.base.reports import reported
from lago_gitops.cli.base.waivers import allow_option, allowed

if TYPE_CHECKING:  # help and completion don't wait for what the command itself needs
    from lago_gitops.apply import Stop
    from lago_gitops.cli.base.saved_plans import Approved
    from lago_gitops.cli.base.session import Session
    from lago_gitops.core.assessment.guard import Verdict
    from lago_gitops.core.execution.outcome import Outcome
    from lago_gitops.core.plan import Plan

DIGEST = re.compile("(?:sha256:)?([0-9a-f]{12,64})", re.IGNORECASE)


def _digits(_: click.Context, __: click.Parameter, given: str | None) -> str | None:
    """The digits of --approved. Raises BadParameter for fewer than tell plans apart."""
    if given is None:
        return None
    found = DIGEST.fullmatch(given)
    if found is None:
        raise click.BadParameter("give at least the first 12 hex digits of the plan's digest")
    return found[1].lower()


@click.command("apply")
@click.argument("paths", metavar="[PLAN | PATHS...]", nargs=-1, type=click.Path(exists=True))
@click.option("--auto-approve", is_flag=True, help="Don't ask. Guards that need approval stop the run.")
@click.option(
    "--approved",
    "digest",
    metavar="DIGEST",
    callback=_digits,
    help="Go ahead, without asking, only if this is the plan's digest: its first 12 hex digits or more.",
)
@allow_option("Waive a guard, or a policy of the project, for this run.")
@click.option(
    "--journal",
    "journal_file",
    type=click.Path(dir_okay=False, path_type=Path),
    metavar="FILE",
    help="Record every request here, as JSON lines.  [default: a new file in .lago-gitops/runs]",
)
@shared_options
@reported("apply")
def command(  # noqa: PLR0913 -- one argument an option
    *,
    options: Options,
    paths: tuple[str, ...],
    auto_approve: bool,
    digest: str | None,
    allow: tuple[str, ...],
    journal_file: Path | None,
) -> None:
    """Make Lago match the manifests.

    Shows the plan, asks, and carries it out. Every change has an outcome; one that fails stops only what depends on
    it, and the next run goes on from there. PATHS are files or folders, as for `plan`.

    With a PLAN that `plan --out` saved, only the changes that it has are made, in the environment that it is for, and
    each only if Lago and the manifests still are as they were for it; nothing else is a reason to stop. Such a plan,
    like --approved, is the approval that guards ask for: of what it showed. What guards refuse needs --allow, and so
    does a policy that wants somebody to agree; in a pipeline, the label that it names answers it.
    """
    from lago_gitops.apply import Journal, Oversight, Stop
    from lago_gitops.cli.base.journals import kept
    from lago_gitops.cli.base.saved_plans import (
        Approved,
        approved,
        check_digest,
        has_change,
        paths_of,
        plan_in,
        planned_for,
    )
    from lago_gitops.cli.base.session import begin, organization, paint, readable_manifests, warn
    from lago_gitops.cli.base.signals import draining
    from lago_gitops.kinds import KINDS
    from lago_gitops.project import policies_in
    from lago_gitops.render.json import outcomes_document
    from lago_gitops.render.plan.document import plan_document
    from lago_gitops.render.plan.text import outcomes_summary, plan_text
    from lago_gitops.workflow.apply import carry_out
    from lago_gitops.workflow.plan import PlanTerms, make_plan

    document = plan_in(paths)
    session = begin(options if document is None else planned_for(document, options))
    only = has_change(document, session.options.output.redaction) if document is not None else None
    terms = PlanTerms(
        allowed(session.project.policies, allow),
        session.project.prune,
        session.project.lints_all,
        only=only,
        policies=policies_in(session.project, session.environment),
    )
    chosen = paths if document is None else paths_of(document, session.project.root)
    checked = readable_manifests(session, chosen).at_rest()
    stop = Stop()
    journal = Journal(stop)
    with organization(session) as way, way.writer(journal.observe) as client:
        planned = make_plan(checked, session.environment, client, way, terms)
        warn(session, planned.warnings)
        with session.progress.doing("Describing the plan"):
            fresh = options.told.plan = session.redacted(plan_document(planned.plan, KINDS))
        session.note(plan_text(fresh, paint))
        if digest is not None:
            check_digest(fresh, digest)
        nothing = Approved(frozenset(), (), ())
        limits = nothing if document is None else approved(document, planned, checked, session.options.output.redaction)
        _pass(planned.plan, limits, is_approved=digest is not None, is_asked=not (auto_approve or digest or document))
        _say(session, limits)
        with (
            kept(journal, journal_file, planned.plan, session),
            draining(stop, client.hurry, session.options.output.error),
            session.progress.doing("Applying", len(planned.plan.schedule.tasks)),
        ):
            outcomes = carry_out(planned, client, partial(_told, session), limits.held, Oversight(stop, journal))
    options.told.outcomes = outcomes
    session.document(outcomes_document(outcomes))
    session.result(outcomes_summary(outcomes))
    sys.exit(_exit(outcomes, limits, stop))


def _told(session: Session, outcome: Outcome) -> None:
    from lago_gitops.cli.base.session import paint
    from lago_gitops.render.plan.text import outcome_text

    session.progress.step()
    session.note(outcome_text(outcome, paint))


def _pass(plan: Plan, limits: Approved, *, is_approved: bool, is_asked: bool) -> None:
    """Raises StoppedError where a refusal, a guard or a person stands in the way."""
    from lago_gitops.core.assessment.guard import Policy

    if any(limits.is_about(one.address) for one in plan.refusals):
        raise StoppedError(Exit.REFUSED, "the plan contains refused changes (see above); nothing was changed")
    is_answered = partial(_is_answered, limits=limits, is_approved=is_approved or is_asked)
    stops = [one for one in plan.verdicts if limits.is_about(*one.addresses) and not is_answered(one)]
    if stops:
        flags = " ".join(f"--allow {one.waiver}" for one in stops)
        asks = any(one.policy is Policy.ASK for one in stops)
        approve = "; or apply a plan that was saved and reviewed, or its digest with --approved" if asks else ""
        raise StoppedError(Exit.REFUSED, f"guards block this plan; nothing was changed. To go ahead: {flags}{approve}")
    if plan.changes and is_asked:
        _ask(plan)


def _is_answered(verdict: Verdict, limits: Approved, *, is_approved: bool) -> bool:
    from lago_gitops.core.assessment.guard import Policy

    if verdict.policy is Policy.REFUSE:
        return verdict.requirement is not None and limits.has_waited(verdict.requirement, datetime.now(UTC))
    return is_approved or limits.answers(verdict)


def _ask(plan: Plan) -> None:
    if not sys.stdin.isatty():
        raise StoppedError(Exit.REFUSED, "there is no terminal to confirm on: pass --auto-approve. Nothing was changed")
    if not click.confirm(f"Do this to {plan.organization.name!r} at {plan.organization.url}?", err=True):
        raise StoppedError(Exit.REFUSED, "not approved; nothing was changed")


def _say(session: Session, limits: Approved) -> None:
    for address in limits.done:
        session.note(f"  already    {address}  it is as planned")
    for address in limits.lost:
        session.note(f"  stale      {address}  it is in the plan, but its manifest has changed or is gone")


def _exit(outcomes: tuple[Outcome, ...], limits: Approved, stop: Stop) -> Exit:
    from lago_gitops.cli.base.signals import is_signal
    from lago_gitops.core.execution.outcome import Status

    if all(outcome.status.is_good for outcome in outcomes):
        return Exit.PARTLY if limits.lost else Exit.FINE
    if is_signal(stop.reason):
        return Exit.INTERRUPTED
    if all(outcome.status is Status.NOT_TRIED for outcome in outcomes):
        return Exit.UNREACHABLE
    return Exit.PARTLY
