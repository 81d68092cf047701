"""lago-gitops show"""

from pathlib import Path

import click

from lago_gitops.cli.exits import Exit, StoppedError
from lago_gitops.cli.options import Options, shared_options
from lago_gitops.cli.reports import reported
from lago_gitops.cli.saved_plans import document_in
from lago_gitops.cli.session import begin_offline, paint
from lago_gitops.core.saved_plan import FORMAT
from lago_gitops.render.document import shown_again
from lago_gitops.render.json import dump
from lago_gitops.render.text import plan_text


@click.command("show")
@click.argument("plan", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@shared_options
@reported("show")
def command(*, options: Options, plan: Path) -> None:
    """Show a plan saved by `plan --out`."""
    session = begin_offline(options)
    document = document_in(plan)
    major = str(document.get("format_version", "")).partition(".")[0]
    if major != FORMAT.partition(".")[0]:
        raise StoppedError(Exit.STALE, f"{plan}: its format is unknown to this version")
    try:
        session.result(dump(document) if session.is_json else plan_text(shown_again(document), paint))
        options.told.plan, options.told.result = shown_again(document), document
    except (KeyError, TypeError):
        raise StoppedError(Exit.STALE, f"{plan}: this is not a plan saved by `plan --out`") from None
