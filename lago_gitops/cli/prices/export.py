"""lago-gitops export"""

from datetime import datetime
from pathlib import Path

import click

from lago_gitops.cli.base.exits import Exit, StoppedError
from lago_gitops.cli.base.options import Options, shared_options
from lago_gitops.cli.prices.audit import Moment

ROWS = 50_000


@click.command("export")
@click.argument("what", type=click.Choice(("fees", "usage")))
@click.option(
    "--out",
    type=click.Path(file_okay=False, path_type=Path),
    required=True,
    help="Folder of the partitions: a new one.",
)
@click.option("--from", "start", type=Moment(), metavar="WHEN", help="Fees created from this day or instant on.")
@click.option("--to", "end", type=Moment(closing=True), metavar="WHEN", help="Fees created up to this day or instant.")
@click.option("--periods", type=click.IntRange(1, 24), default=1, show_default=True, help="Closed periods of usage.")
@click.option(
    "--file-format", type=click.Choice(("parquet", "csv")), default="csv", show_default=True, help="Form of the files."
)
@click.option("--rows", type=click.IntRange(1), default=ROWS, show_default=True, help="Rows of one partition.")
@click.option("--show-customers", is_flag=True, help="Subscriptions by their external ids, not by a hash.")
@shared_options
def command(  # noqa: PLR0913 -- one argument an option
    *,
    options: Options,
    what: str,
    out: Path,
    start: datetime | None,
    end: datetime | None,
    periods: int,
    file_format: str,
    rows: int,
    show_customers: bool,
) -> None:
    """Write what Lago billed as partitions, for `rate` and for a warehouse.

    `fees` are all fees of plans, charges and fixed charges; `usage` is that of the last closed periods of every
    subscription, by charge, filter and group. Both have the same columns. Parquet needs lago-gitops[parquet].
    """
    from lago_gitops.cli.base.session import begin, organization
    from lago_gitops.core.model.plurals import counted
    from lago_gitops.render.plan.document import FORMAT
    from lago_gitops.workflow.audit.run import Period
    from lago_gitops.workflow.partitions.export import Target, fee_rows, past_usage_rows, write_all
    from lago_gitops.workflow.partitions.files import PartitionError

    session = begin(options)
    target = Target(out, f".{file_format}", rows, hashes=not show_customers)
    try:
        with organization(session) as way, way.reader() as client:
            found = (
                fee_rows(client, way, session.environment, Period(start, end))
                if what == "fees"
                else past_usage_rows(client, periods)
            )
            written = write_all(found, target, lambda number: session.progress.at(f"Exporting {what}", number, 0))
    except PartitionError as error:
        raise StoppedError(Exit.USAGE, str(error)) from None
    session.document({"format_version": FORMAT, "folder": str(out), "rows": written})
    session.result(f"{counted(written, 'row')} in {out}")
