"""How a task ended. Every task of a plan has one outcome, none is lost."""

from dataclasses import dataclass
from enum import StrEnum

from lago_gitops.core.execution.schedule import Task
from lago_gitops.core.model.resources import Address, Change, Create


class Status(StrEnum):
    DONE = "done"
    ALREADY = "already"  # it was as wanted before anything was sent
    ADOPTED = "adopted"  # the answer got lost; what was read afterwards is as wanted
    LEFT_OUT = "left out"  # done except for what needs a licence, as the plan said
    UNDER_WAY = "under way"  # Lago accepted the delete and is still carrying it out
    IGNORED = "ignored"  # Lago accepted the write and kept something else
    STALE = "stale"  # somebody changed the object between plan and write
    FAILED = "failed"
    BLOCKED = "blocked"  # something that it needs did not get done
    NOT_TRIED = "not tried"  # the run stopped before

    @property
    def is_good(self) -> bool:
        return self in {Status.DONE, Status.ALREADY, Status.ADOPTED, Status.LEFT_OUT, Status.UNDER_WAY}


@dataclass(frozen=True, slots=True)
class Outcome:
    """`unmet`: with IGNORED the addresses whose references, or whose part in them, are not as wanted."""

    task: Task
    status: Status
    message: str = ""
    unmet: frozenset[Address] = frozenset()

    def stands_in_the_way_of(self, later: Change) -> bool:
        """Whether what has to come after the task can't be begun.

        Where Lago ignored something the object is there all the same: only what needs that very reference waits.
        """
        match self.status:
            case Status.NOT_TRIED:  # a run that was stopped begins nothing anyway
                return False
            case Status.IGNORED:
                return not self.unmet.isdisjoint((self.task.change.address, later.address, _before(later)))
            case Status.UNDER_WAY:
                return True
            case status:
                return not status.is_good


def _before(change: Change) -> Address:
    return change.address if isinstance(change, Create) else change.live.address
