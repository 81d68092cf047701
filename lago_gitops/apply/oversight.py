"""Observers of a run, which may stop it or record it."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Protocol

from lago_gitops.apply.stop import Stop
from lago_gitops.core.execution.outcome import Outcome
from lago_gitops.core.execution.schedule import Task


class Record(Protocol):
    """Called from several threads at once; must not raise."""

    def planned(self, tasks: Sequence[Task]) -> None:
        """All that is to be done, before anything is. Tasks are named by their index from here on."""

    def began(self, index: int) -> None:
        """In the thread that then sends the task's requests."""

    def fault(self, index: int, trace: str) -> None:
        """An error of this program's own, with its traceback."""

    def ended(self, index: int | None, outcome: Outcome) -> None:
        """Once for each task, and for each that was held back and so has no index."""

    def settle(self) -> None:
        """Return when a power failure can't take away what was recorded so far."""

    def finished(self, reason: str) -> None:
        """Every task has ended; `reason` says why the run was stopped, "" where it was not."""


class _Unrecorded:
    """Nobody keeps a record."""

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
