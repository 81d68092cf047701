"""lago-gitops schema"""

from pathlib import Path

import click

from lago_gitops.cli.base.exits import Exit, StoppedError
from lago_gitops.cli.base.options import Options, shared_options
from lago_gitops.disk import write_whole


@click.command("schema")
@click.argument("name", required=False)
@click.option("--out", type=click.Path(file_okay=False, path_type=Path), help="Folder to write all schemas to.")
@shared_options
def command(*, options: Options, name: str | None, out: Path | None) -> None:
    """Print the JSON Schema of a kind, of any manifest (`manifest`) or of the project file (`project`).

    With --out, write all of them to a folder for editors, one file each.
    """
    from lago_gitops.cli.base.session import begin_offline
    from lago_gitops.core.model.suggestions import closest
    from lago_gitops.render.base.json import dump
    from lago_gitops.render.plan.document import FORMAT
    from lago_gitops.workflow.manifests.schemas import schemas

    session = begin_offline(options)
    known = schemas()
    if out is not None:
        for each, schema in known.items():
            write_whole(out / f"{each}.schema.json", dump(schema) + "\n")
        session.document({"format_version": FORMAT, "written": [str(out / f"{each}.schema.json") for each in known]})
        session.note(f"wrote {len(known)} schemas to {out}")
    elif (wanted := name or "manifest") in known:
        session.document(known[wanted])
        session.result(dump(known[wanted]))
    else:
        hint = closest(wanted, known) or f"there are {', '.join(known)}"
        raise StoppedError(Exit.USAGE, f"there is no schema {wanted!r}; {hint}")
