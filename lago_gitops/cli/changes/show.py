"""lago-gitops show"""

from pathlib import Path

import click

from lago_gitops.cli.base.options import Options, shared_options
from lago_gitops.cli.base.reports import reported


@click.command("show")
@click.argument("plan", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@shared_options
@reported("show")
def command(*, options: Options, plan: Path) -> None:
    """Show a plan saved by `plan --out`."""
    from lago_gitops.cli.base.saved_plans import intact, reading
    from lago_gitops.cli.base.session import begin_offline, paint
    from lago_gitops.render.plan.document import shown_again
    from lago_gitops.render.review.text import plan_text

    session = begin_offline(options)
    document = intact(plan)
    with reading(plan):
        shown = shown_again(document)
        text = plan_text(shown, paint)
    options.record.plan = shown
    session.document(document)
    session.result(text)
