"""A project, and partitions of so many rows to rate: recorded fees, over and over."""

import shutil
from itertools import cycle, islice
from pathlib import Path

from lago_gitops.workflow.audit.run import FeePeriod
from lago_gitops.workflow.partitions.export import PartitionTarget, fee_rows, write_all
from tests.workflow.audit.auditing import ENVIRONMENT, V2, organization


def write_partitions(folder: Path, rows: int) -> Path:
    """The folder of a project whose `fees` are the partitions."""
    recorded = organization()
    with recorded.access.reader() as client:
        fees = tuple(fee_rows(client, recorded.access, ENVIRONMENT, FeePeriod()))
    shutil.copytree(V2 / "manifests", folder / "manifests")
    (folder / "lago-gitops.yaml").write_text("manifests: [manifests]\n", encoding="utf-8")
    write_all(islice(cycle(fees), rows), PartitionTarget(folder / "fees", ".csv", rows), lambda _: None)
    return folder
