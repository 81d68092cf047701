"""lago-gitops apply: its options."""

import re
import sys
from pathlib import Path
from typing import Any

import click

from lago_gitops.cli.base.options import Options, shared_options
from lago_gitops.cli.base.reports import reported
from lago_gitops.cli.base.waivers import allow_option

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
def command(*, options: Options, **asked: Any) -> None:
    """Make Lago match the manifests.

    Shows the plan, asks, and carries it out. Every change has an outcome; one that fails stops only what depends on
    it, and the next run goes on from there. PATHS are files or folders, as for `plan`.

    With a PLAN that `plan --out` saved, only the changes that it has are made, in the environment that it is for, and
    each only if Lago and the manifests still are as they were for it; nothing else is a reason to stop. Such a plan,
    like --approved, is the approval that guards ask for: of what it showed. What guards refuse needs --allow, and so
    does a policy that wants somebody to agree; in a pipeline, the label that it names answers it.
    """
    from lago_gitops.cli.changes.applying import Asked, apply  # help and completion don't wait for it

    sys.exit(apply(options, Asked(**asked)))
