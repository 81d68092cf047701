"""Partitions rated: one after the other in this process, or on a Dask cluster."""

from collections.abc import Callable, Iterator
from importlib import import_module
from pathlib import Path
from typing import Any

from lago_gitops.bills.partitions.sums import Prices, RatedPartition, Sums, rated, together
from lago_gitops.workflow.partitions.files import PartitionError, rows_of

DASK = "a cluster needs Dask: pip install 'lago-gitops[dask]'"
Progress = Callable[[int, int], None]
"""Called with the number of partitions done, and the total."""


def rated_here(paths: tuple[Path, ...], prices: Prices, progress: Progress) -> Sums:
    """Raises PartitionError."""

    def parts() -> Iterator[RatedPartition]:
        for done, path in enumerate(paths, 1):
            yield rated_file(str(path), prices)
            progress(done, len(paths))

    return together(parts(), prices)


def rated_on_cluster(paths: tuple[Path, ...], prices: Prices, scheduler: str, progress: Progress) -> Sums:
    """The workers need this package, and the files at the same paths. Raises PartitionError."""
    try:
        distributed: Any = import_module("distributed")
    except ImportError:
        raise PartitionError(DASK) from None
    try:
        with distributed.Client(scheduler) as client:
            return together(_gathered(distributed, client, paths, prices, progress), prices)
    except (OSError, TimeoutError) as error:
        raise PartitionError(f"the cluster at {scheduler} can't be used: {error}") from None


def rated_file(path: str, prices: Prices) -> RatedPartition:
    """One partition: what is sent to a worker, and all that comes back."""
    return rated(rows_of(Path(path)), prices)


def _gathered(
    distributed: Any, client: Any, paths: tuple[Path, ...], prices: Prices, progress: Progress
) -> Iterator[RatedPartition]:
    there = client.scatter(prices, broadcast=True)
    futures = [client.submit(rated_file, str(path.resolve()), there, pure=False) for path in paths]
    for done, future in enumerate(distributed.as_completed(futures), 1):
        yield future.result()
        progress(done, len(paths))
