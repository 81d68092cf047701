"""lago-gitops plan: its options."""

import sys
from pathlib import Path
from typing import Any

import click

from lago_gitops.cli.base.options import Options, shared_options
from lago_gitops.cli.base.reports import reported
from lago_gitops.cli.base.waivers import allow_option
from lago_gitops.core.assessment.change_class import ChangeClass
from lago_gitops.core.assessment.guard import Policy

FAIL_ON = {"guards": (Policy.ASK, Policy.REFUSE), "refused": (Policy.REFUSE,)}


@click.command("plan")
@click.argument("paths", nargs=-1)
@click.option("--detailed-exitcode", is_flag=True, help="Exit with 2 when there are changes.")
@click.option(
    "--fail-on",
    type=click.Choice(tuple(FAIL_ON)),
    callback=lambda _, __, chosen: FAIL_ON.get(chosen, ()),
    help="Exit with 4 when guards would block apply: `guards` for any, `refused` only if approval wouldn't be enough.",
)
@click.option(
    "--max-class",
    type=click.Choice([one.value for one in ChangeClass]),
    help="Exit with 4 when a change is beyond this class.",
)
@allow_option("Plan as for `apply` with this flag.")
@click.option(
    "--base",
    metavar="REF",
    help="Use the manifests at REF to separate this branch's changes from drift; without an API key, compare only with "
    "them.",
)
@click.option(
    "--against",
    metavar="ENV",
    help="Also show how this organization will differ from another environment's, e.g. staging from production.",
)
@click.option(
    "--compare",
    "refs",
    metavar="REF",
    multiple=True,
    help="Also show what profiles would pay under the manifests of another branch, tag or commit; repeatable.",
)
@click.option(
    "--impact",
    "measure",
    type=click.Choice(["usage"]),
    help="Rate subscribers' past usage exactly, at the prices before and after; it is read once and then cached.",
)
@click.option(
    "--periods",
    type=click.IntRange(1, 24),
    default=1,
    show_default=True,
    help="With --impact: number of billing periods, latest first.",
)
@click.option(
    "--sample", type=click.IntRange(min=2), help="With --impact: rate a random sample of this many subscriptions."
)
@click.option("--seed", type=int, default=0, show_default=True, help="With --sample: seed of the random choice.")
@click.option("--show-customers", is_flag=True, help="With --impact: show customers' ids instead of hashes.")
@click.option("--out", type=click.Path(dir_okay=False, path_type=Path), help="Save the plan, for `show` and `apply`.")
@shared_options
@reported("plan")
def command(*, options: Options, **asked: Any) -> None:
    """Show what apply would change, and change nothing.

    PATHS are files or folders: only the resources in them are planned, and problems elsewhere don't stop the plan.
    Without PATHS, the whole project is planned.

    Exits with 4 if Lago wouldn't do what the manifests say, or if a policy of the project blocks the plan.
    """
    from lago_gitops.cli.changes.planning import Asked, plan  # help and completion don't wait for it

    sys.exit(plan(options, Asked(**asked)))
