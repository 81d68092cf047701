"""lago-gitops show"""

import json
from pathlib import Path

import click

from lago_gitops.cli.exits import Exit, StoppedError
from lago_gitops.cli.options import Options, shared_options
from lago_gitops.cli.session import begin, paint
from lago_gitops.render.document import FORMAT
from lago_gitops.render.json import dump
from lago_gitops.render.text import plan_text


@click.command("show")
@click.argument("plan", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@shared_options
def command(*, options: Options, plan: Path) -> None:
    """Show a plan again that `plan --out` saved."""
    session = begin(options)
    try:
        document = json.loads(plan.read_text(encoding="utf-8"))
        major = str(document["format_version"]).partition(".")[0]
        if major != FORMAT.partition(".")[0]:
            raise StoppedError(Exit.STALE, f"{plan}: format {document['format_version']} is not one this version knows")
        session.result(dump(document) if session.is_json else plan_text(document, paint))
    except (ValueError, KeyError, TypeError):
        raise StoppedError(Exit.STALE, f"{plan}: this is no plan that `plan --out` saved") from None
