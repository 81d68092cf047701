"""lago-gitops rate"""

from __future__ import annotations

from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

import click

from lago_gitops.cli.base.exits import Exit, StoppedError
from lago_gitops.cli.base.options import Options, shared_options

if TYPE_CHECKING:  # help and completion don't wait for what the command itself needs
    from lago_gitops.bills.partitions.sums import Prices, Sums
    from lago_gitops.cli.base.session import Session


@click.command("rate")
@click.argument("paths", nargs=-1, required=True, type=click.Path(exists=True, path_type=Path))
@click.option(
    "--base",
    metavar="REF",
    help="Git revision of the manifests that the rows were billed by.  [default: the present manifests]",
)
@click.option(
    "--scheduler",
    metavar="ADDRESS",
    help="Rate on the Dask cluster at this address (tcp://host:8786). Its workers need lago-gitops and the files.",
)
@shared_options
def command(*, options: Options, paths: tuple[Path, ...], base: str | None, scheduler: str | None) -> None:
    """Rate partitions of closed periods with the manifests: what was billed, what it costs now, and after a change.

    PATHS are partitions, or folders of partitions, written by `export` or a warehouse. With --base, the difference is
    the one between the manifests at REF and the present ones. Sums are exact, however rows are partitioned; what rows
    don't show (commitments, tiered events billed in advance) is counted separately.
    """
    from lago_gitops.bills.partitions.report import sums_document, sums_text
    from lago_gitops.cli.base.session import begin_offline
    from lago_gitops.workflow.partitions.files import PartitionError, partitions_in
    from lago_gitops.workflow.partitions.rating import rated_here, rated_on_cluster

    session = begin_offline(options)
    prices = _prices(session, base)
    rated = rated_here if scheduler is None else partial(rated_on_cluster, scheduler=scheduler)
    try:
        files = partitions_in(paths)
        sums: Sums = rated(files, prices, progress=partial(session.progress.at, "Rating partitions"))
    except PartitionError as error:
        raise StoppedError(Exit.INVALID, str(error)) from None
    document = session.document(sums_document(sums, len(files), is_compared=base is not None))
    session.result(sums_text(document))


def _prices(session: Session, base: str | None) -> Prices:
    from lago_gitops.bills.audit.listings import readable_plans
    from lago_gitops.bills.partitions.sums import Prices
    from lago_gitops.bills.price_list import price_list
    from lago_gitops.cli.base.session import base_of, readable_manifests
    from lago_gitops.core.validation.manifest import Manifest
    from lago_gitops.pricing.base.rules import LATEST

    after = readable_plans(price_list(readable_manifests(session, ()).manifests))
    if base is None:
        return Prices(after, after, LATEST)
    there = {address: Manifest("", data) for address, data in base_of(session, base).data.items()}
    return Prices(readable_plans(price_list(there)), after, LATEST)
