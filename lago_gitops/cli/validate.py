"""lago-gitops validate"""

import click

from lago_gitops.cli.options import Options, shared_options
from lago_gitops.cli.session import begin, valid_manifests
from lago_gitops.render.json import problems_json


@click.command("validate")
@click.argument("paths", nargs=-1)
@shared_options
def command(*, options: Options, paths: tuple[str, ...]) -> None:
    """Check manifests without a network: schema, references, and Lago's own rules.

    PATHS are files or folders; without any, those of the project. Exit code 3 if anything is wrong.
    """
    session = begin(options)
    checked = valid_manifests(session, paths)
    number = len(checked.manifests)
    session.result(problems_json(()) if session.is_json else f"{number} resource{'s' * (number != 1)}, no problems.")
