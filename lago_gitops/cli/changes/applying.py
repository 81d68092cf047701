"""What `lago-gitops apply` does: show the plan, ask, carry it out, say what came of it."""

import shlex
import sys
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import partial
from pathlib import Path

import click

from lago_gitops.apply import Journal, Oversight, Stop
from lago_gitops.cli.base.exits import Exit, StoppedError
from lago_gitops.cli.base.journals import kept
from lago_gitops.cli.base.options import Options
from lago_gitops.cli.base.saved_plans import (
    Approved,
    approved,
    check_digest,
    has_change,
    paths_of,
    plan_in,
    planned_for,
)
from lago_gitops.cli.base.session import Session, begin, organization, paint, readable_manifests, warn
from lago_gitops.cli.base.signals import draining, is_signal
from lago_gitops.cli.base.waivers import allowed
from lago_gitops.core.assessment.guard import Policy, Verdict
from lago_gitops.core.execution.outcome import Outcome, Status
from lago_gitops.core.plan import ChangePlan
from lago_gitops.core.validation.validate import Checked
from lago_gitops.kinds import KINDS
from lago_gitops.project import policies_in
from lago_gitops.render.plan.document import Document, plan_document
from lago_gitops.render.plan.text import outcome_text, outcomes_summary
from lago_gitops.render.review.text import plan_text
from lago_gitops.render.run.documents import outcomes_document
from lago_gitops.workflow.changes.apply import carry_out
from lago_gitops.workflow.changes.plan import Planned, PlanTerms, make_plan

_OF_A_STALE_PLAN = {Status.ALREADY, Status.STALE, Status.BLOCKED}
"""Outcomes of changes of which nothing was written, since somebody else changed the resource or its manifest."""


@dataclass(frozen=True, slots=True)
class Asked:
    """The options of the command, each under its name."""

    paths: tuple[str, ...]
    auto_approve: bool
    digest: str | None
    allow: tuple[str, ...]
    journal_file: Path | None


def apply(options: Options, asked: Asked) -> Exit:
    """Raises StoppedError where nothing is done."""
    document = plan_in(asked.paths)
    session = begin(options if document is None else planned_for(document, options))
    terms = _terms(session, asked, document)
    chosen = asked.paths if document is None else paths_of(document, session.project.root)
    checked = readable_manifests(session, chosen).at_rest()
    stop = Stop()
    journal = Journal(stop)
    with organization(session) as way, way.writer(journal.observe) as client:
        planned = make_plan(checked, session.environment, client, way, terms)
        shown = _show(session, planned)
        if asked.digest is not None:
            check_digest(shown, asked.digest)
        limits = _approval(session, asked, document, planned, checked)
        with (
            kept(journal, asked.journal_file, planned.plan, session),
            draining(stop, client.hurry, options.output.error),
            session.progress.doing("Applying", len(planned.plan.schedule.tasks)),
        ):
            outcomes = carry_out(planned, client, partial(_told, session), limits.held, Oversight(stop, journal))
    options.record.outcomes = outcomes
    session.document(outcomes_document(outcomes))
    session.result(outcomes_summary(outcomes))
    code = _exit(outcomes, limits, stop, journal)
    if code is not Exit.FINE:
        session.note(f"Next: lago-gitops plan{_named(session)}, which shows what is left to do")
    return code


def _terms(session: Session, asked: Asked, document: Document | None) -> PlanTerms:
    """Of a saved plan, only what it has is planned. Raises StoppedError for a waiver that nothing has."""
    project = session.project
    return PlanTerms(
        allowed(project.policies, asked.allow),
        project.prune,
        project.lints_all,
        only=None if document is None else has_change(document, session.options.output.redaction),
        policies=policies_in(project, session.environment),
    )


def _show(session: Session, planned: Planned) -> Document:
    warn(session, planned.warnings)
    with session.progress.doing("Describing the plan"):
        document = session.options.record.plan = session.redacted(plan_document(planned.plan, KINDS))
    session.note(plan_text(document, paint))
    return document


def _approval(
    session: Session, asked: Asked, document: Document | None, planned: Planned, checked: Checked
) -> Approved:
    """What may be done. Raises StoppedError where it may not be."""
    limits = Approved(frozenset(), (), ())
    if document is not None:
        limits = approved(document, planned, checked, session.options.output.redaction)
    is_asked = not (asked.auto_approve or asked.digest or document)
    _pass(planned.plan, limits, is_approved=asked.digest is not None, is_asked=is_asked)
    _say(session, limits)
    return limits


def _told(session: Session, outcome: Outcome) -> None:
    session.progress.step()
    say = session.note if outcome.status.is_good else session.options.output.error
    say(outcome_text(outcome, paint))


def _pass(plan: ChangePlan, limits: Approved, *, is_approved: bool, is_asked: bool) -> None:
    """Raises StoppedError if a refusal, a guard or a person prevents it."""
    if any(limits.is_about(one.address) for one in plan.refusals):
        raise StoppedError(Exit.REFUSED, "the plan contains refused changes (see above); nothing was changed")
    is_answered = partial(_is_answered, limits=limits, is_approved=is_approved or is_asked)
    stops = [one for one in plan.verdicts if limits.is_about(*one.addresses) and not is_answered(one)]
    if stops:
        flags = " ".join(f"--allow {one.waiver}" for one in stops)
        asks = any(one.policy is Policy.ASK for one in stops)
        approve = "; or apply a saved and reviewed plan, or pass its digest with --approved" if asks else ""
        raise StoppedError(Exit.REFUSED, f"guards block this plan; nothing was changed. To go ahead: {flags}{approve}")
    if plan.changes and is_asked:
        _ask(plan)


def _is_answered(verdict: Verdict, limits: Approved, *, is_approved: bool) -> bool:
    if verdict.policy is Policy.REFUSE:
        return verdict.requirement is not None and limits.has_waited(verdict.requirement, datetime.now(UTC))
    return is_approved or limits.answers(verdict)


def _ask(plan: ChangePlan) -> None:
    if not sys.stdin.isatty():
        raise StoppedError(Exit.REFUSED, "there is no terminal to confirm on: pass --auto-approve. Nothing was changed")
    if not click.confirm(f"Apply these changes to {plan.organization.name!r} at {plan.organization.url}?", err=True):
        raise StoppedError(Exit.REFUSED, "not approved; nothing was changed")


def _say(session: Session, limits: Approved) -> None:
    for address in limits.done:
        session.note(f"  already    {address}  Lago matches its manifest")
    for address in limits.lost:
        session.options.output.error(
            f"  stale      {address}  it is in the plan, but its manifest has changed or is gone"
        )


def _named(session: Session) -> str:
    name = session.environment.name
    return f" --env {shlex.quote(name)}" if name in session.project.environments else ""


def _exit(outcomes: tuple[Outcome, ...], limits: Approved, stop: Stop, journal: Journal) -> Exit:
    statuses = {outcome.status for outcome in outcomes}
    if all(status.is_good for status in statuses) and not limits.lost:
        return Exit.FINE
    if is_signal(stop.reason):
        return Exit.INTERRUPTED
    if statuses == {Status.NOT_TRIED}:
        return Exit.UNEXPECTED if journal.is_lost else Exit.UNREACHABLE
    return Exit.STALE if statuses <= _OF_A_STALE_PLAN else Exit.PARTLY
