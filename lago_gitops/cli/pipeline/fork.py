"""The comment on a pull request from a fork, written afterwards by a run that has the right to.

The plan comes from the fork's run, so it is data of a stranger: it is rendered with everything escaped, under a heading
that says where it comes from, in a comment of its own. Which pull request it belongs to is asked of GitHub.
"""

from dataclasses import replace
from pathlib import Path

from lago_gitops.cli.base.exits import Exit, StoppedError
from lago_gitops.cli.base.forges import this_github
from lago_gitops.cli.base.saved_plans import intact
from lago_gitops.cli.pipeline.job import Job
from lago_gitops.forge.comments import Draft
from lago_gitops.forge.connection import ForgeError
from lago_gitops.forge.posting import post
from lago_gitops.render.markdown.comment import plan_comment
from lago_gitops.render.markdown.header import Header
from lago_gitops.render.plan.document import shown_again

HEADING = (
    "> [!NOTE]\n> This plan comes from a fork and was made without access to Lago: subscribers are unknown, and "
    "nobody has verified what the fork's run produced. Don't approve anything based on it.\n"
)
ENVIRONMENT = "fork"  # whatever the plan calls its own: no stranger's plan may replace another comment
LARGEST_BYTES = 50_000_000


def comment_fork(job: Job) -> int:
    """Raises StoppedError where the plan is none, or is for another commit than an open pull request's newest one."""
    path, sha = Path(job.plan_file), job.event.head_sha
    if not path.is_file() or path.is_symlink() or path.stat().st_size > LARGEST_BYTES:
        raise StoppedError(Exit.STALE, f"{path}: there is no saved plan")
    try:
        forge = this_github()
        number = forge.open_pull_request_at(sha)
        if number is None:
            raise StoppedError(Exit.STALE, f"no open pull request is at {sha[:7]}: a newer commit has its own run")
        document = intact(path)
        header = Header(ENVIRONMENT, document["created_at"], head_sha=sha)
        comment = plan_comment(shown_again(document))
        draft = Draft(replace(header, truncated=comment.truncated), f"{HEADING}\n{comment.text}")
        post(forge, number, draft)
    except ForgeError as error:
        raise StoppedError(Exit.UNREACHABLE, f"no comment: {error}") from None
    except (KeyError, TypeError, ValueError, AttributeError):
        raise StoppedError(Exit.STALE, f"{path}: this is not a plan saved by `plan --out`") from None
    return Exit.FINE
