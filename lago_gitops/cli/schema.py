"""lago-gitops schema"""

from pathlib import Path

import click

from lago_gitops.cli.exits import Exit, StoppedError
from lago_gitops.cli.options import Options, shared_options
from lago_gitops.cli.session import begin_offline
from lago_gitops.core.model.suggestions import closest
from lago_gitops.core.project_schema import project_schema
from lago_gitops.core.validation.schema import any_schema, kind_schema
from lago_gitops.disk import write_whole
from lago_gitops.kinds import KINDS
from lago_gitops.pricetests.schema import price_test_schema
from lago_gitops.render.json import dump
from lago_gitops.render.plan_schema import plan_schema


@click.command("schema")
@click.argument("name", required=False)
@click.option("--out", type=click.Path(file_okay=False, path_type=Path), help="Write all of them there.")
@shared_options
def command(*, options: Options, name: str | None, out: Path | None) -> None:
    """Print the JSON Schema of a kind, of any manifest (`manifest`) or of the project file (`project`).

    With --out, write them all, one file each: for editors.
    """
    session = begin_offline(options)
    schemas = {kind.name: kind_schema(kind) for kind in KINDS.values()}
    schemas |= {
        "manifest": any_schema(KINDS.values()),
        "project": project_schema(KINDS),
        "price_test": price_test_schema(),
        "plan-file": plan_schema(),
    }
    if out is not None:
        for each, schema in schemas.items():
            write_whole(out / f"{each}.schema.json", dump(schema) + "\n")
        session.note(f"wrote {len(schemas)} schemas to {out}")
    elif (wanted := name or "manifest") in schemas:
        session.result(dump(schemas[wanted]))
    else:
        hint = closest(wanted, schemas) or f"there are {', '.join(schemas)}"
        raise StoppedError(Exit.USAGE, f"there is no schema {wanted!r}; {hint}")
