"""lago-gitops drift"""

from __future__ import annotations

import sys
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

import click

from lago_gitops.cli.base.exits import Exit, StoppedError
from lago_gitops.cli.base.options import Options, shared_options
from lago_gitops.cli.base.reports import reported

if TYPE_CHECKING:  # help and completion don't wait for what the command itself needs
    from lago_gitops.cli.base.session import Session
    from lago_gitops.lago.client import Reader
    from lago_gitops.workflow.changes.plan import Planned

WAYS = "Keep Lago's values with `lago-gitops pull`, or undo the drift with `lago-gitops apply`."


@click.command("drift")
@click.argument("paths", nargs=-1)
@click.option(
    "--issue",
    is_flag=True,
    help="Open, update or close a GitHub issue about the drift. Needs GITHUB_TOKEN with `issues: write`.",
)
@click.option(
    "--overrides",
    "wants_overrides",
    is_flag=True,
    help="Also report subscriptions with overridden prices, unless the environment's agreed_overrides list them.",
)
@shared_options
@reported("drift")
def command(*, options: Options, paths: tuple[str, ...], issue: bool, wants_overrides: bool) -> None:
    """Check whether Lago still matches the manifests. Meant for a schedule.

    Exits with 2 if it doesn't. Changes nothing in Lago.
    """
    from lago_gitops.cli.base.session import begin, organization, paint, readable_manifests, warn
    from lago_gitops.kinds import KINDS
    from lago_gitops.render.plan.document import plan_document
    from lago_gitops.render.plan.overrides import overrides_text
    from lago_gitops.render.review.text import plan_text
    from lago_gitops.workflow.changes.plan import PlanTerms, make_plan

    session = begin(options)
    checked = readable_manifests(session, paths).at_rest()
    with organization(session) as way, way.reader() as client:
        planned = make_plan(checked, session.environment, client, way, PlanTerms(prune=session.project.prune))
        overrides = {"overrides": _overrides(session, planned, client)} if wants_overrides else {}
    warn(session, planned.warnings)
    document = options.record.plan = session.document({**plan_document(planned.plan, KINDS), **overrides})
    session.result(plan_text(document, paint))
    if document["changes"]:
        session.result(WAYS)
    if wants_overrides:
        session.result(overrides_text(document["overrides"]))
    if issue:
        _keep_issue(session, document)
    sys.exit(Exit.CHANGES if _has_drifted(document) else Exit.FINE)


def _overrides(session: Session, planned: Planned, client: Reader) -> list[dict[str, Any]]:
    """Raises StoppedError where Lago doesn't tell them from others."""
    from lago_gitops.render.plan.overrides import overrides_document
    from lago_gitops.workflow.changes.overrides import read_overrides

    overrides = read_overrides(planned, client)
    if overrides is None:
        raise StoppedError(
            Exit.REFUSED, "--overrides: Lago before 1.39 doesn't show which subscriptions are overridden"
        )
    return overrides_document(overrides, session.environment.agreed_overrides)


def _has_drifted(document: dict[str, Any]) -> bool:
    """Also where nothing can be done about it, as while Lago is deleting what manifests describe."""
    return bool(document["changes"] or document["refusals"]) or any(
        not one["agreed"] for one in document.get("overrides", ())
    )


def _keep_issue(session: Session, document: dict[str, Any]) -> None:
    """A failing issue is said, and hides nothing: the exit code is that of the drift."""
    from lago_gitops.cli.base.forges import this_github
    from lago_gitops.forge.comments import Draft
    from lago_gitops.forge.connection import ForgeError
    from lago_gitops.forge.posting import keep_issue
    from lago_gitops.render.markdown.comment import plan_comment
    from lago_gitops.render.markdown.header import Header
    from lago_gitops.render.plan.overrides import overrides_markdown

    now = datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
    header = Header(document["environment"], now, digest=document["digest"], money=document["digest"])
    own = overrides_markdown(document.get("overrides", ()))
    text = "\n\n".join(part for part in (WAYS, plan_comment(document).text, own) if part)
    draft = Draft(header, text, is_quiet=not _has_drifted(document))
    try:
        posted = keep_issue(this_github(), f"Lago has drifted from Git: {document['environment']}", draft)
    except (ForgeError, StoppedError) as error:
        session.note(f"no issue: {error}")
    else:
        session.note(f"issue about drift: {posted}")
