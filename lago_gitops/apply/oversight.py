"""Observers of a run, which may stop it or record it."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Protocol

from lago_gitops.apply.stop import Stop
from lago_gitops.core.execution.outcome import Outcome
from lago_gitops.core.execution.schedule import Task


class Record(Protocol):
    """Called from several threads in parallel; must not raise."""

    def planned(self, tasks: Sequence[Task]) -> None:
        """All tasks, before the first one starts. Later calls identify tasks by their index."""

    def began(self, index: int) -> None:
        """Called in the thread that then sends the task's requests."""

    def fault(self, index: int, trace: str) -> None:
        """A bug in this program, with its traceback."""

    def ended(self, index: int | None, outcome: Outcome) -> None:
        """Once for each task, including those that were held back and have no index."""

    def settle(self) -> None:
        """Return when all outcomes recorded so far are safe from a power failure."""

    def finished(self, reason: str) -> None:
        """Every task has ended; `reason` says why the run was stopped, or ""."""


class _Unrecorded:
    """Records nothing."""

    def planned(self, tasks: Sequence[Task]) -> None: ...

    def began(self, index: int) -> None: ...

    def fault(self, index: int, trace: str) -> None: ...

    def ended(self, index: int | None, outcome: Outcome) -> None: ...

    def settle(self) -> None: ...

    def finished(self, reason: str) -> None: ...


UNRECORDED = _Unrecorded()


@dataclass(frozen=True, slots=True)
class Oversight:
    stop: Stop = field(default_factory=Stop)
    record: Record = UNRECORDED
