"""lago-gitops comment"""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from lago_gitops.cli.base.exits import Exit, StoppedError
from lago_gitops.cli.base.options import Options, shared_options

if TYPE_CHECKING:  # help and completion don't wait for what the command itself needs
    from lago_gitops.cli.base.session import Session
    from lago_gitops.forge.comments import Draft
    from lago_gitops.forge.posting import Posted


@click.command("comment")
@click.option(
    "--plan",
    "plan",
    required=True,
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    help="The plan saved by `plan --out`.",
)
@click.option("--pull-request", type=click.IntRange(1), metavar="N", help="[default: from the event of the run]")
@click.option("--repository", metavar="OWNER/NAME", help="[default: GITHUB_REPOSITORY, or CI_PROJECT_ID]")
@click.option("--report-url", metavar="URL", default="", help="URL of the HTML report, to link to it.")
@click.option("--dry-run", is_flag=True, help="Print the comment and send nothing.")
@shared_options
def command(  # noqa: PLR0913 -- one argument an option
    *,
    options: Options,
    plan: Path,
    pull_request: int | None,
    repository: str | None,
    report_url: str,
    dry_run: bool,
) -> None:
    """Show a plan on its pull request: one comment per environment, updated in place.

    On GitHub it needs GITHUB_TOKEN (with `pull-requests: write`) and GITHUB_REPOSITORY, which GitHub Actions sets; in
    GitLab CI it needs GITLAB_TOKEN. A plan older than the comment's changes nothing.
    """
    from lago_gitops.cli.base.forges import head_sha, pull_request_number, this_forge
    from lago_gitops.cli.base.saved_plans import intact, reading
    from lago_gitops.cli.base.session import begin_offline
    from lago_gitops.forge.connection import ForgeError
    from lago_gitops.forge.posting import post
    from lago_gitops.render.plan.document import FORMAT

    session = begin_offline(options)
    document = intact(plan)
    with reading(plan):
        _draft(document, "", report_url)
    if dry_run:
        body = _draft(document, "", report_url).body
        session.document({"format_version": FORMAT, "comment": body})
        session.result(body)
        return
    number = pull_request_number(pull_request)
    try:
        forge = this_forge(repository)
        posted = post(forge, number, _draft(document, head_sha(number, forge), report_url))
    except ForgeError as error:
        raise StoppedError(Exit.UNREACHABLE, f"no comment: {error}") from None
    _say(session, number, posted)


def _draft(document: dict[str, Any], sha: str, report_url: str) -> Draft:
    from lago_gitops.forge.comments import Draft
    from lago_gitops.render.markdown.comment import plan_comment
    from lago_gitops.render.markdown.header import Header
    from lago_gitops.render.plan.document import shown_again

    comment = plan_comment(shown_again(document), report_url=report_url)
    header = Header(
        environment=document["environment"],
        valid_at=document["created_at"],
        head_sha=sha or document["commit"],
        digest=document["digest"],
        money=document.get("money_digest", document["digest"]),
        truncated=comment.truncated,
    )
    is_quiet = not (document["changes"] or document["refusals"] or document["guards"])
    return Draft(header, comment.text, is_quiet)


def _say(session: Session, number: int, posted: Posted) -> None:
    from lago_gitops.forge.posting import Posted
    from lago_gitops.render.plan.document import FORMAT

    sentences = {
        Posted.CREATED: "commented on",
        Posted.UPDATED: "updated the comment on",
        Posted.UNCHANGED: "the comment is up to date on",
        Posted.NONE: "nothing changes, so no comment on",
    }
    at = datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
    session.document({"format_version": FORMAT, "pull_request": number, "comment": posted, "at": at})
    session.result(f"{sentences[posted]} pull request {number}")
