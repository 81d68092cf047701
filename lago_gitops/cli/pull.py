"""lago-gitops pull"""

import sys
from collections.abc import Iterator
from pathlib import Path

import click

from lago_gitops.cli.exits import Exit
from lago_gitops.cli.options import Options, shared_options
from lago_gitops.cli.session import begin, organization
from lago_gitops.disk import write_whole
from lago_gitops.kinds import KINDS
from lago_gitops.lago.redaction import redact_urls
from lago_gitops.manifests.places import file_name
from lago_gitops.manifests.writer import write
from lago_gitops.render.values import printable
from lago_gitops.workflow.pull import Pulled, pull_organization


@click.command("pull")
@click.option(
    "--out", type=click.Path(file_okay=False, path_type=Path), default=Path("manifests"),
              show_default=True, help="Folder to write to, relative to the project.")  # fmt: skip
@shared_options
def command(*, options: Options, out: Path) -> None:
    """Write the live organization as manifests, one file a resource.

    A plan of what was pulled is empty. An object that no manifest can hold is named, with the reason, and the exit
    code is then 3.
    """
    session = begin(options)
    with organization(session) as way, way.reader() as client:
        pulled = pull_organization(session.environment, client, way)
    written = list(_write(pulled, session.project.root / out))
    for path in written:
        session.note(f"wrote {path}")
    for problem in pulled.left_out:
        session.result(printable(f"{problem.mark.source}: {problem.message}"))
    left_out = len({problem.mark.source for problem in pulled.left_out})
    name = printable(pulled.organization.name)
    session.result(
        f"Pulled {len(pulled.manifests)} resources of {name}: {len(written)} files written"
        + (f"; {left_out} left out, no manifest can hold them." if left_out else ".")
    )
    sys.exit(Exit.INVALID if left_out else Exit.FINE)


def _write(pulled: Pulled, folder: Path) -> Iterator[Path]:
    """Yields each file that was not yet as it is now."""
    for manifest in pulled.manifests:
        kind = KINDS[manifest.kind]
        code = manifest.data[kind.key]
        path = folder / kind.collection / file_name(code, redact_urls(code))
        text = write(manifest.data)
        if not path.exists() or path.read_text(encoding="utf-8") != text:
            write_whole(path, text)
            yield path
