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


def _digits(_: click.Context, __: click.Parameter, digits: str | None) -> str | None:
    """The digits of --approved. Raises BadParameter for fewer than tell plans apart."""
    if digits is None:
        return None
    match = DIGEST.fullmatch(digits)
    if match is None:
        raise click.BadParameter("give at least the first 12 hex digits of the plan's digest")
    return match[1].lower()


@click.command("apply")
@click.argument("paths", metavar="[PLAN | PATHS...]", nargs=-1, type=click.Path(exists=True))
@click.option(
    "--auto-approve", is_flag=True, help="Don't ask for confirmation. Guards that need approval stop the run."
)
@click.option(
    "--approved",
    "digest",
    metavar="DIGEST",
    callback=_digits,
    help="Apply without asking, but only if the plan has this digest (at least its first 12 hex digits).",
)
@allow_option("Waive a guard, or a policy of the project, for this run.")
@click.option(
    "--journal",
    "journal_file",
    type=click.Path(dir_okay=False, path_type=Path),
    metavar="FILE",
    help="Record every request in this file, as JSON lines.  [default: a new file in .lago-gitops/runs]",
)
@shared_options
@reported("apply")
def command(*, options: Options, **asked: Any) -> None:
    """Make Lago match the manifests.

    Shows the plan, asks for confirmation, and carries it out. Every change ends with an outcome; a failure stops only
    the changes that depend on it, and the next run continues from there. PATHS are files or folders, as for `plan`.

    With a PLAN saved by `plan --out`, only the changes in it are made, in its environment, and each only if Lago and
    the manifest haven't changed since. A saved plan, like --approved, grants the approval that guards ask for. What
    guards refuse needs --allow, and so does a policy that requires somebody's agreement; in a pipeline, the label
    named by the policy grants it.
    """
    from lago_gitops.cli.changes.applying import Asked, apply  # help and completion don't wait for it

    sys.exit(apply(options, Asked(**asked)))
