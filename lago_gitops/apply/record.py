"""What is told to whoever keeps a record of a run, as it happens."""

from collections.abc import Sequence
from typing import Protocol

from lago_gitops.core.order import Task
from lago_gitops.core.outcome import Outcome


class Record(Protocol):
    """Called from several threads at once; must not raise."""

    def planned(self, tasks: Sequence[Task]) -> None:
        """All that is to be done, before anything is. Tasks are named by their index from here on."""

    def began(self, index: int) -> None:
        """In the thread that then sends the task's requests."""

    def fault(self, index: int, trace: str) -> None:
        """An error of this program's own, with its traceback."""

    def ended(self, index: int, outcome: Outcome) -> None: ...

    def finished(self, outcomes: Sequence[Outcome], reason: str) -> None:
        """One outcome for each task; `reason` says why the run was stopped, "" where it was not."""


class _Unrecorded:
    """Nobody keeps a record."""

    def planned(self, tasks: Sequence[Task]) -> None: ...

    def began(self, index: int) -> None: ...

    def fault(self, index: int, trace: str) -> None: ...

    def ended(self, index: int, outcome: Outcome) -> None: ...

    def finished(self, outcomes: Sequence[Outcome], reason: str) -> None: ...


UNRECORDED = _Unrecorded()
