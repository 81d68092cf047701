"""What `lago-gitops plan` does: plan, show it, save it, and tell whether it may go ahead."""

from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import click

from lago_gitops.cli.base.exits import Exit, StoppedError
from lago_gitops.cli.base.options import Options
from lago_gitops.cli.base.saved_plans import write_plan
from lago_gitops.cli.base.session import (
    Session,
    base_of,
    begin,
    candidates_of,
    elsewhere,
    has_key,
    organization,
    paint,
    readable_manifests,
    report,
    warn,
)
from lago_gitops.cli.base.waivers import allowed
from lago_gitops.core.assessment.change_class import ChangeClass
from lago_gitops.core.assessment.guard import Policy
from lago_gitops.core.plan import ChangePlan
from lago_gitops.core.validation.validate import Checked
from lago_gitops.kinds import KINDS
from lago_gitops.lago.client import Reader
from lago_gitops.project import policies_in
from lago_gitops.render.plan.document import Document, plan_document
from lago_gitops.render.plan.policies import names_standing
from lago_gitops.render.review.text import plan_text
from lago_gitops.workflow.changes.against import Other, held_against, read_other
from lago_gitops.workflow.changes.plan import Planned, PlanTerms, make_plan, plan_revisions
from lago_gitops.workflow.impact.profiles import impact_on_profiles
from lago_gitops.workflow.manifests.checking import wrong_profiles
from lago_gitops.workflow.manifests.revisions import BaseRevision, policies_on

USAGE_FOLDER = ".lago-gitops"


@dataclass(frozen=True, slots=True)
class Asked:
    """The options of the command, each under its name; `fail_on`: what guards say that fails it."""

    paths: tuple[str, ...]
    detailed_exitcode: bool
    fail_on: tuple[Policy, ...]
    max_class: str | None
    allow: tuple[str, ...]
    base: str | None
    against: str | None
    refs: tuple[str, ...]
    measure: str | None
    periods: int
    sample: int | None
    seed: int
    show_customers: bool
    out: Path | None


def plan(options: Options, asked: Asked) -> Exit:
    """Raises StoppedError where there can't be a plan."""
    session = begin(options)
    checked = _checked(session, asked)
    candidates = candidates_of(session, asked.refs)
    terms = _terms(session, asked)
    other = None if asked.against is None else _other(session, asked.against)
    planned, usage = _planned(session, checked, terms, asked)
    if other is not None:
        _check_apart(planned, other)
        planned = held_against(planned, checked, other)
    warn(session, planned.warnings)
    document = _described(session, planned, usage, candidates)
    if asked.out is not None:
        write_plan(document, asked.out, asked.paths)
        session.note(f"saved {asked.out}")
    session.document(document)
    session.result(plan_text(document, paint))
    return _exit(planned.plan, document, asked)


def _check_apart(planned: Planned, other: Other) -> None:
    """Raises StoppedError for two environments of one organization: each difference would soon be none."""
    mine, theirs = planned.plan.organization, other.inventory.organization
    if (mine.url, mine.lago_id) == (theirs.url, theirs.lago_id):
        names = f"environments {planned.plan.environment!r} and {other.environment!r}"
        words = f"{names} have the same organization, {mine.name} ({mine.lago_id}): give each its own url and key"
        raise StoppedError(Exit.USAGE, words)


def _checked(session: Session, asked: Asked) -> Checked:
    """The manifests and profiles to plan with. Raises StoppedError, and UsageError for --compare without profiles."""
    checked = readable_manifests(session, asked.paths).at_rest()
    if wrong := wrong_profiles(session.project, checked):
        report(session, wrong)
    if asked.refs and not session.project.profiles:
        raise click.UsageError("--compare shows what profiles pay: describe some in lago-gitops.yaml, under `profiles`")
    return checked


def _terms(session: Session, asked: Asked) -> PlanTerms:
    """Raises StoppedError for a base that can't be read, and for a waiver that neither a guard nor a policy has."""
    revision = None if asked.base is None else base_of(session, asked.base)
    policies = policies_on(revision, policies_in(session.project, session.environment))
    return PlanTerms(
        allowed=allowed((*session.project.policies, *policies), asked.allow),
        policies=policies,
        prune=session.project.prune,
        lints_all=session.project.lints_all,
        base=revision,
    )


def _rates_usage(asked: Asked) -> bool:
    """Raises UsageError for options of --impact without it."""
    if asked.measure is None and (asked.sample or asked.show_customers or asked.periods > 1):
        raise click.UsageError("--periods, --sample and --show-customers need past usage: add --impact usage")
    return asked.measure is not None


def _other(session: Session, name: str) -> Other:
    """What the organization of another environment has. Raises StoppedError."""
    there = elsewhere(session, name)
    checked = readable_manifests(there, ()).at_rest()
    with organization(there) as way, way.reader() as client:
        return read_other(checked, there.environment, client, way)


def _planned(session: Session, checked: Checked, terms: PlanTerms, asked: Asked) -> tuple[Planned, Document]:
    """The plan, and its impact on past usage where that was asked for. Raises StoppedError, and UsageError.

    Without a key, as on a pull request from a fork, two revisions can still be compared.
    """
    rates_usage = _rates_usage(asked)
    if terms.base is not None and not has_key(session):
        session.note(f"{session.environment.key_variable} is not set: comparing with {terms.base.ref}, not with Lago")
        if rates_usage:
            raise StoppedError(Exit.USAGE, f"--impact reads Lago: set {session.environment.key_variable}")
        return plan_revisions(checked, session.environment, terms.base, terms), {}
    with organization(session) as way, way.reader() as client:
        planned = make_plan(checked, session.environment, client, way, terms)
        return planned, _usage(session, planned, client, asked) if rates_usage else {}


def _usage(session: Session, planned: Planned, client: Reader, asked: Asked) -> Document:
    """Raises StoppedError where what is read can't be kept."""
    import sqlite3  # most plans rate no usage, and don't wait for what does

    from lago_gitops.workflow.impact.cache import usage_cache
    from lago_gitops.workflow.impact.usage import Ask, impact_on_usage

    ask = Ask(asked.periods, asked.sample, asked.seed, asked.show_customers)
    path = session.project.root / USAGE_FOLDER / f"usage-{session.environment.name}.sqlite"
    try:
        with usage_cache(path) as cache, session.progress.doing("Rating past usage"):
            return impact_on_usage(planned, client, ask, cache, datetime.now(UTC))
    except (OSError, sqlite3.Error) as error:
        raise StoppedError(Exit.UNEXPECTED, f"{path} can't be written: {error}") from None


def _described(session: Session, planned: Planned, usage: Document, candidates: dict[str, BaseRevision]) -> Document:
    with session.progress.doing("Describing the plan"):
        impact = usage | impact_on_profiles(planned, session.project.profiles, candidates)
        document = session.options.record.plan = session.redacted(plan_document(planned.plan, KINDS, impact))
    return document


def _exit(plan: ChangePlan, document: Document, asked: Asked) -> Exit:
    stops = any(one.policy in asked.fail_on for one in plan.verdicts)
    if plan.refusals or names_standing(document) or _is_too_far(document, asked.max_class) or stops:
        return Exit.REFUSED
    return Exit.CHANGES if plan.changes and asked.detailed_exitcode else Exit.FINE


def _is_too_far(document: Document, most: str | None) -> bool:
    """Whether a change goes further than it may."""
    reached = document["summary"]["class"]
    return most is not None and reached is not None and ChangeClass(reached).rank > ChangeClass(most).rank
