"""lago-gitops plan"""

from __future__ import annotations

import sys
from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from lago_gitops.cli.base.exits import Exit, StoppedError
from lago_gitops.cli.base.options import Options, shared_options
from lago_gitops.cli.base.reports import reported
from lago_gitops.cli.base.waivers import allow_option, allowed
from lago_gitops.core.assessment.change_class import ChangeClass
from lago_gitops.core.assessment.guard import Policy

if TYPE_CHECKING:  # help and completion don't wait for what the command itself needs
    from lago_gitops.cli.base.session import Session
    from lago_gitops.core.validation.validate import Checked
    from lago_gitops.lago.client import Reader
    from lago_gitops.render.plan.document import Document
    from lago_gitops.workflow.against import Other
    from lago_gitops.workflow.plan import Planned, PlanTerms
    from lago_gitops.workflow.usage.run import Ask

USAGE_FOLDER = ".lago-gitops"
FAIL_ON = {"guards": (Policy.ASK, Policy.REFUSE), "refused": (Policy.REFUSE,)}


@click.command("plan")
@click.argument("paths", nargs=-1)
@click.option("--detailed-exitcode", is_flag=True, help="Exit with 2 when there are changes.")
@click.option(
    "--fail-on",
    type=click.Choice(tuple(FAIL_ON)),
    help="Exit with 4 when guards would block apply: `guards` any of them, `refused` those that no approval answers.",
)
@click.option(
    "--max-class",
    type=click.Choice([one.value for one in ChangeClass]),
    help="Exit with 4 when a change goes further than this.",
)
@allow_option("Plan as for `apply` with this flag.")
@click.option(
    "--base",
    metavar="REF",
    help="Tell this branch's changes from drift, by the manifests at REF. Without a key, compare with them alone.",
)
@click.option(
    "--against",
    metavar="ENV",
    help="Show in what this organization will differ from the one of another environment: staging before production.",
)
@click.option(
    "--compare",
    "refs",
    metavar="REF",
    multiple=True,
    help="Show beside it what profiles would pay by the manifests of another branch, tag or commit; repeatable.",
)
@click.option(
    "--impact",
    "measure",
    type=click.Choice(["usage"]),
    help="Rate the past usage of subscribers at the prices before and after: exact, read once and then kept.",
)
@click.option(
    "--periods", type=click.IntRange(1, 24), default=1, show_default=True, help="With --impact: latest billing periods."
)
@click.option("--sample", type=click.IntRange(min=2), help="With --impact: rate this many subscriptions, not all.")
@click.option("--seed", type=int, default=0, show_default=True, help="With --sample: another seed, another sample.")
@click.option("--show-customers", is_flag=True, help="With --impact: show customers by their ids, not hashed.")
@click.option("--out", type=click.Path(dir_okay=False, path_type=Path), help="Save the plan, for `show` and `apply`.")
@shared_options
@reported("plan")
def command(  # noqa: PLR0913 -- one argument an option
    *,
    options: Options,
    paths: tuple[str, ...],
    detailed_exitcode: bool,
    fail_on: str | None,
    max_class: str | None,
    allow: tuple[str, ...],
    base: str | None,
    against: str | None,
    refs: tuple[str, ...],
    out: Path | None,
    measure: str | None,
    **rated: Any,
) -> None:
    """Show what apply would change, and change nothing.

    PATHS are files or folders: the plan is of what they describe, and nothing else is a reason to stop. Without any,
    it is of the whole project.

    Exits with 4 where Lago would not do what the manifests say, and where a policy of the project stands in the way.
    """
    from lago_gitops.cli.base.saved_plans import write_plan
    from lago_gitops.cli.base.session import begin, candidates_of, paint, readable_manifests, report, warn
    from lago_gitops.kinds import KINDS
    from lago_gitops.render.plan.document import plan_document
    from lago_gitops.render.plan.policies import names_standing
    from lago_gitops.render.plan.text import plan_text
    from lago_gitops.workflow.against import held_against
    from lago_gitops.workflow.impact import impact_on_profiles
    from lago_gitops.workflow.manifests import wrong_profiles

    session = begin(options)
    checked = readable_manifests(session, paths).at_rest()
    if wrong := wrong_profiles(session.project, checked):
        report(session, wrong)
    if refs and not session.project.profiles:
        raise click.UsageError("--compare shows what profiles pay: describe some in lago-gitops.yaml, under `profiles`")
    candidates = candidates_of(session, refs)
    terms = _terms(session, base, allow)
    other = None if against is None else _other(session, against)
    planned, usage = _planned(session, checked, terms, _asked(measure, rated))
    if other is not None:
        planned = held_against(planned, checked, other)
    warn(session, planned.warnings)
    plan = planned.plan
    with session.progress.doing("Describing the plan"):
        impact = usage | impact_on_profiles(planned, session.project.profiles, candidates)
        document = options.told.plan = session.redacted(plan_document(plan, KINDS, impact))
    if out is not None:
        write_plan(document, out, paths)
        session.note(f"saved {out}")
    session.document(document)
    session.result(plan_text(document, paint))
    stops = any(one.policy in FAIL_ON.get(fail_on or "", ()) for one in plan.verdicts)
    if plan.refusals or names_standing(document) or _is_too_far(document, max_class) or stops:
        sys.exit(Exit.REFUSED)
    sys.exit(Exit.CHANGES if plan.changes and detailed_exitcode else Exit.FINE)


def _terms(session: Session, base: str | None, allow: tuple[str, ...]) -> PlanTerms:
    """Raises StoppedError for a base that can't be read, and for a waiver that neither a guard nor a policy has."""
    from lago_gitops.cli.base.session import base_of
    from lago_gitops.project import policies_in
    from lago_gitops.workflow.base import policies_on
    from lago_gitops.workflow.plan import PlanTerms

    revision = None if base is None else base_of(session, base)
    policies = policies_on(revision, policies_in(session.project, session.environment))
    return PlanTerms(
        allowed=allowed((*session.project.policies, *policies), allow),
        policies=policies,
        prune=session.project.prune,
        lints_all=session.project.lints_all,
        base=revision,
    )


def _asked(measure: str | None, rated: Mapping[str, Any]) -> Ask | None:
    """What is to be rated of past usage, if anything. Raises UsageError."""
    from lago_gitops.workflow.usage.run import Ask

    if measure is not None:
        return Ask(rated["periods"], rated["sample"], rated["seed"], rated["show_customers"])
    if rated["sample"] or rated["show_customers"] or rated["periods"] > 1:
        raise click.UsageError("--periods, --sample and --show-customers are about past usage: add --impact usage")
    return None


def _other(session: Session, name: str) -> Other:
    """What the organization of another environment has. Raises StoppedError."""
    from lago_gitops.cli.base.session import elsewhere, organization, readable_manifests
    from lago_gitops.workflow.against import read_other

    there = elsewhere(session, name)
    checked = readable_manifests(there, ()).at_rest()
    with organization(there) as way, way.reader() as client:
        return read_other(checked, there.environment, client, way)


def _is_too_far(document: Document, most: str | None) -> bool:
    """Whether a change goes further than it may."""
    found = document["summary"]["class"]
    return most is not None and found is not None and ChangeClass(found).rank > ChangeClass(most).rank


def _planned(session: Session, checked: Checked, terms: PlanTerms, ask: Ask | None) -> tuple[Planned, Document]:
    """The plan, and its impact on past usage where that was asked for.

    Without a key, as on a pull request from a fork, two revisions can still be compared.
    """
    from lago_gitops.cli.base.session import has_key, organization
    from lago_gitops.workflow.plan import make_plan, plan_revisions

    if terms.base is not None and not has_key(session):
        session.note(f"{session.environment.key_variable} is not set: comparing with {terms.base.ref}, not with Lago")
        if ask is not None:
            raise StoppedError(Exit.USAGE, f"--impact reads Lago: set {session.environment.key_variable}")
        return plan_revisions(checked, session.environment, terms.base, terms), {}
    with organization(session) as way, way.reader() as client:
        planned = make_plan(checked, session.environment, client, way, terms)
        return planned, {} if ask is None else _usage(session, planned, client, ask)


def _usage(session: Session, planned: Planned, client: Reader, ask: Ask) -> Document:
    """Raises StoppedError where what is read can't be kept."""
    import sqlite3

    from lago_gitops.workflow.usage.cache import usage_cache
    from lago_gitops.workflow.usage.run import impact_on_usage

    path = session.project.root / USAGE_FOLDER / f"usage-{session.environment.name}.sqlite"
    try:
        with usage_cache(path) as cache, session.progress.doing("Rating past usage"):
            return impact_on_usage(planned, client, ask, cache, datetime.now(UTC))
    except (OSError, sqlite3.Error) as error:
        raise StoppedError(Exit.UNEXPECTED, f"{path} can't be written: {error}") from None
