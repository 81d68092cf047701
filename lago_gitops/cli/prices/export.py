"""lago-gitops export"""

from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from lago_gitops.cli.base.exits import Exit, StoppedError
from lago_gitops.cli.base.options import Options, shared_options
from lago_gitops.cli.prices.audit import MomentArg

if TYPE_CHECKING:
    from lago_gitops.cli.base.session import Session

ROWS = 50_000


@click.command("export")
@click.argument("dataset", type=click.Choice(("fees", "usage")))
@click.option(
    "--out",
    type=click.Path(file_okay=False, path_type=Path),
    required=True,
    help="Folder for the partitions; it must not contain any yet.",
)
@click.option("--from", "start", type=MomentArg(), metavar="WHEN", help="Only fees created from this date or time on.")
@click.option(
    "--to", "end", type=MomentArg(closing=True), metavar="WHEN", help="Only fees created up to this date or time."
)
@click.option(
    "--periods", type=click.IntRange(1, 24), default=1, show_default=True, help="Number of closed periods of usage."
)
@click.option(
    "--file-format",
    type=click.Choice(("parquet", "csv")),
    default="csv",
    show_default=True,
    help="Format of the files.",
)
@click.option("--rows", type=click.IntRange(1), default=ROWS, show_default=True, help="Rows per partition.")
@click.option("--show-customers", is_flag=True, help="Write the external ids of subscriptions instead of hashes.")
@shared_options
def command(*, options: Options, **asked: Any) -> None:
    """Write what Lago billed as partitions, for `rate` and for a warehouse.

    `fees` are all fees of plans, charges and fixed charges; `usage` covers the last closed periods of every
    subscription, by charge, filter and group. Both have the same columns. Parquet needs lago-gitops[parquet].
    """
    from lago_gitops.cli.base.session import begin
    from lago_gitops.core.model.plurals import counted
    from lago_gitops.render.plan.document import FORMAT

    session = begin(options)
    rows = _exported(session, Asked(**asked))
    session.document({"format_version": FORMAT, "folder": str(asked["out"]), "rows": rows})
    session.result(f"{counted(rows, 'row')} in {asked['out']}")


@dataclass(frozen=True, slots=True)
class Asked:
    """The options of the command, each under its name."""

    dataset: str
    out: Path
    start: datetime | None
    end: datetime | None
    periods: int
    file_format: str
    rows: int
    show_customers: bool


def _exported(session: "Session", asked: Asked) -> int:
    """The number of rows. Raises StoppedError where they can't be written there."""
    from lago_gitops.cli.base.session import organization
    from lago_gitops.workflow.audit.run import FeePeriod
    from lago_gitops.workflow.partitions.export import PartitionTarget, fee_rows, past_usage_rows, write_all
    from lago_gitops.workflow.partitions.files import PartitionError

    target = PartitionTarget(asked.out, f".{asked.file_format}", asked.rows, hashes=not asked.show_customers)
    try:
        with organization(session) as way, way.reader() as client:
            rows = (
                fee_rows(client, way, session.environment, FeePeriod(asked.start, asked.end))
                if asked.dataset == "fees"
                else past_usage_rows(client, asked.periods)
            )
            return write_all(rows, target, lambda number: session.progress.at(f"Exporting {asked.dataset}", number, 0))
    except PartitionError as error:
        raise StoppedError(Exit.USAGE, str(error)) from None
