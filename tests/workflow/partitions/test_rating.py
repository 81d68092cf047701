"""A cluster makes of partitions what one process makes of them."""

from pathlib import Path

import pytest

from lago_gitops.bills.partitions.rows import flat
from lago_gitops.workflow.partitions.files import PartitionError, write_partition
from lago_gitops.workflow.partitions.rating import rated_here, rated_on_cluster
from tests.bills.partitions.test_sums import prices, rows


def partitions(folder: Path) -> tuple[Path, ...]:
    paths = tuple(folder / f"part-{start:05}.csv" for start in range(0, len(rows()), 40))
    for start, path in zip(range(0, len(rows()), 40), paths, strict=True):
        write_partition(path, list(map(flat, rows()[start : start + 40])))
    return paths


def test_each_partition_is_told_of_when_it_is_done(tmp_path: Path) -> None:
    paths, told = partitions(tmp_path), list[tuple[int, int]]()
    rated_here(paths, prices(), lambda done, of: told.append((done, of)))
    assert told == [(done, len(paths)) for done in range(1, len(paths) + 1)]


def test_without_dask_it_says_what_to_install(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(__import__("sys").modules, "distributed", None)
    with pytest.raises(PartitionError, match=r"pip install 'lago-gitops\[dask\]'"):
        rated_on_cluster((), prices(), "tcp://127.0.0.1:1", lambda *_: None)


@pytest.mark.slow
def test_a_cluster_makes_the_same_sums(tmp_path: Path) -> None:
    distributed = pytest.importorskip("distributed", reason="a cluster needs Dask")
    paths = partitions(tmp_path)
    with distributed.LocalCluster(
        n_workers=1, threads_per_worker=2, processes=False, protocol="tcp", host="127.0.0.1", dashboard_address=None
    ) as cluster:
        found = rated_on_cluster(paths, prices(), cluster.scheduler_address, lambda *_: None)
    assert found == rated_here(paths, prices(), lambda *_: None)
