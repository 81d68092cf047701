"""From a plan to one outcome per task."""

from collections.abc import Set

from lago_gitops.apply import Oversight, Remote, Watch
from lago_gitops.apply import apply as run_schedule
from lago_gitops.core.execution.outcome import Outcome, Status
from lago_gitops.core.execution.schedule import split
from lago_gitops.core.model.resources import Address
from lago_gitops.kinds import KINDS
from lago_gitops.lago.client import Writer
from lago_gitops.lago.connect import CONCURRENCY
from lago_gitops.lago.http.clock import SystemClock
from lago_gitops.lago.reading.organization import places
from lago_gitops.workflow.changes.plan import Planned


def carry_out(
    planned: Planned,
    client: Writer,
    watch: Watch,
    held: Set[Address] = frozenset(),
    oversight: Oversight | None = None,
) -> tuple[Outcome, ...]:
    """One outcome per task of the plan. Changes `held` back are stale: they are not what was approved."""
    oversight = oversight or Oversight()
    parts = split(planned.plan.schedule, held)
    outcomes = [
        *(Outcome(task, Status.STALE, "it has changed since the plan was created") for task in parts.held),
        *(Outcome(task, Status.BLOCKED, "it depends on something that is stale") for task in parts.blocked),
    ]
    for outcome in outcomes:
        oversight.record.ended(None, outcome)
        watch(outcome)
    remote = Remote(
        writer=client,
        kinds=KINDS,
        server=planned.inventory.server,
        ids={address: one.lago_id for address, one in planned.inventory.live.items()},
        clock=SystemClock(),
        concurrency=CONCURRENCY,
        oversight=oversight,
        places=places(planned.inventory, KINDS),
    )
    return (*outcomes, *run_schedule(parts.schedule, remote, watch))
