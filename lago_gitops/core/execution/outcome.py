"""How a task ended. Every task of a plan has one outcome, none is lost."""

from dataclasses import dataclass
from enum import StrEnum

from lago_gitops.core.execution.schedule import Task


class Status(StrEnum):
    DONE = "done"
    ALREADY = "already"  # it was as wanted before anything was sent
    ADOPTED = "adopted"  # the answer got lost; what was read afterwards is as wanted
    IGNORED = "ignored"  # Lago accepted the write and kept something else
    STALE = "stale"  # somebody changed the object between plan and write
    FAILED = "failed"
    BLOCKED = "blocked"  # something that it needs did not get done
    NOT_TRIED = "not tried"  # the run stopped before

    @property
    def is_good(self) -> bool:
        return self in {Status.DONE, Status.ALREADY, Status.ADOPTED}


@dataclass(frozen=True, slots=True)
class Outcome:
    task: Task
    status: Status
    message: str = ""
