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
def command(*, options: Options, **asked: Any) -> None:
    """Show what apply would change, and change nothing.

    PATHS are files or folders: the plan is of what they describe, and nothing else is a reason to stop. Without any,
    it is of the whole project.

    Exits with 4 where Lago would not do what the manifests say, and where a policy of the project stands in the way.
    """
    from lago_gitops.cli.changes.planning import Asked, plan  # help and completion don't wait for it

    sys.exit(plan(options, Asked(**asked)))
