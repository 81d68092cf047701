"""Prints the processor time that the document of a plan takes in which one project becomes another:
`python -m tests.benchmarks.documents BEFORE AFTER`."""

import gc
import sys
from pathlib import Path
from time import process_time

from lago_gitops.cli import COLLECTIONS
from lago_gitops.cli.base.output import Output
from lago_gitops.core.comparison.desired import desired
from lago_gitops.core.plan import ChangePlan
from lago_gitops.kinds import KINDS
from lago_gitops.project import Environment, find_project
from lago_gitops.render.plan.document import plan_document
from lago_gitops.workflow.changes.plan import PlanTerms, plan_revisions
from lago_gitops.workflow.manifests.checking import checked_manifests
from lago_gitops.workflow.manifests.revisions import BaseRevision

HERE = Environment("benchmark")


def main(before: str, after: str) -> None:
    plan = planned(before, after)
    gc.set_threshold(*COLLECTIONS)  # as every command does
    start = process_time()
    Output().redaction.document(plan_document(plan, KINDS))
    sys.stdout.write(f"{process_time() - start}\n")


def planned(before: str, after: str) -> ChangePlan:
    """The plan in which one project's folder becomes another."""
    was, is_ = (checked_manifests(find_project(Path(folder)).project, HERE) for folder in (before, after))
    base = BaseRevision(
        "before",
        "",
        {address: desired(one, KINDS[address.kind]) for address, one in was.manifests.items()},
        {address: one.data for address, one in was.manifests.items()},
    )
    return plan_revisions(is_, HERE, base, PlanTerms()).plan


if __name__ == "__main__":
    main(*sys.argv[1:])
