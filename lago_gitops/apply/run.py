"""Runs all tasks of a schedule, as many in parallel as the remote allows."""

import traceback
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from dataclasses import replace
from functools import cached_property
from queue import Empty, SimpleQueue

from lago_gitops.apply.remote import Remote
from lago_gitops.apply.tasks import TaskResult, carried_out
from lago_gitops.core.comparison.renames import Renames
from lago_gitops.core.execution.outcome import Outcome, Status
from lago_gitops.core.execution.own_writes import reached
from lago_gitops.core.execution.schedule import Part, Schedule
from lago_gitops.core.model.resources import Address, Change, Create, Update
from lago_gitops.lago.http.threads import threads

Watch = Callable[[Outcome], None]
LONGEST_UNREPORTED_S = 0.05
"""Outcomes of this time are reported together: each report syncs the disk, which takes as long as a request."""
_NEVER_IN_THE_WAY = (Status.DONE, Status.ALREADY, Status.ADOPTED, Status.LEFT_OUT)


def apply(schedule: Schedule, remote: Remote, watch: Watch) -> tuple[Outcome, ...]:
    """One outcome for each task, in the order of the schedule; `watch` gets each one as it happens.

    An error blocks only tasks that depend on the failed one. If Lago can't be reached, refuses the key, or a stop is
    requested, tasks in progress finish and the rest is not tried.
    """
    changes = [task.change for task in schedule.tasks]
    growing = frozenset(task.change.address for task in schedule.tasks if task.part is Part.GROW)
    remote = replace(remote, renames=_renames(changes), own=reached(changes, remote.kinds), growing=growing)
    run = _Run(schedule, remote, watch)
    remote.oversight.record.planned(schedule.tasks)
    remote.oversight.record.settle()
    with threads(remote.concurrency, "apply") as pool:
        run.through(pool)
    remote.oversight.record.finished(remote.oversight.stop.reason)
    return run.outcomes()


def _renames(changes: Sequence[Change]) -> Renames:
    updates = (change for change in changes if isinstance(change, Update))
    return {change.live.address: change.address for change in updates if change.live.address != change.address}


def _there(change: Change) -> Address:
    """The address before the change; for a create, the one after it."""
    return change.address if isinstance(change, Create) else change.live.address


class _Run:
    """The state of the run: the only mutable state of an apply."""

    def __init__(self, schedule: Schedule, remote: Remote, watch: Watch) -> None:
        self._schedule, self._remote, self._watch = schedule, remote, watch
        self._ended: dict[int, Outcome] = {}
        self._unreported: list[int] = []
        self._due_s = 0.0  # when they are to be reported
        self._came: SimpleQueue[tuple[int, TaskResult]] = SimpleQueue()

    def through(self, pool: ThreadPoolExecutor) -> None:
        try:
            self._ordered(pool)
        finally:
            self._report()

    def _ordered(self, pool: ThreadPoolExecutor) -> None:
        """Each task as soon as all that it waits for have ended."""
        sorter = self._schedule.sorter()
        while sorter.is_active():
            ended = dict[int, TaskResult]()
            for index in self._in_order(sorter.get_ready()):
                if (held := self._held(index)) is not None:
                    ended[index] = held
                else:
                    pool.submit(self._carry_out, index)
            ended = ended or self._next()
            self._end(ended)
            sorter.done(*ended)

    def _in_order(self, ready: Sequence[int]) -> Sequence[int]:
        """By kind and by position in the list, so that neighbours can be read
        together."""
        changes, kinds = [self._schedule.tasks[index].change for index in ready], dict[str, int]()
        for change in changes:
            kinds.setdefault(change.address.kind, len(kinds))
        keys = [(kinds[change.address.kind], self._remote.places.get(_there(change), -1)) for change in changes]
        ordered = [index for _, index in sorted(zip(keys, ready, strict=True))]
        for change in (self._schedule.tasks[index].change for index in ordered):
            if not isinstance(change, Create):
                self._remote.prefetch.expect(self._remote.kinds[change.address.kind], change.live.address)
        return ordered

    def outcomes(self) -> tuple[Outcome, ...]:
        return tuple(self._ended[index] for index in range(len(self._schedule.tasks)))

    def _carry_out(self, index: int) -> None:
        """Runs in a thread of the pool. Queued tasks don't start once a stop was requested, and a
        task that halts the run stops it here: the thread takes its next task before the main thread hears of it."""
        stop = self._remote.oversight.stop
        ended = self._not_tried() if stop.is_asked else self._outcome(index)
        if ended.halts:
            stop.ask(ended.message)
        self._came.put((index, ended))

    def _outcome(self, index: int) -> TaskResult:
        remote = self._remote
        remote.oversight.record.began(index)
        try:
            return carried_out(self._schedule.tasks[index], remote)
        except Exception as error:  # whatever it is, this task needs an outcome, like all others
            remote.oversight.record.fault(index, traceback.format_exc())
            words = f"a bug in lago-gitops ({type(error).__name__}); the object may be partly written"
            return TaskResult(Status.FAILED, words, halts=True)

    def _next(self) -> dict[int, TaskResult]:
        """Wait for tasks to end, and return all that have; meanwhile, report those that have ended before. A second
        interrupt doesn't wait."""
        came = dict[int, TaskResult]()
        while not came or not self._came.empty():
            try:
                index, one = self._came.get(timeout=self._patience_s())
                came[index] = one
            except Empty:
                self._report()
            except KeyboardInterrupt:
                if self._remote.oversight.stop.is_asked:
                    raise
                self._remote.oversight.stop.ask("interrupted")
        return came

    def _held(self, index: int) -> TaskResult | None:
        """The end of a task that can't start."""
        first = self._in_the_way if index in self._schedule.last else ()
        for other in sorted({*self._schedule.after[index], *first}):
            blocker = self._ended[other]
            if blocker.stands_in_the_way_of(self._schedule.tasks[index].change):
                return TaskResult(Status.BLOCKED, f"{blocker.task.change.address} must be done first")
        return self._not_tried() if self._remote.oversight.stop.is_asked else None

    @cached_property
    def _in_the_way(self) -> Sequence[int]:
        """Those of the schedule's first tasks that may block others; all of them have ended when this is asked."""
        return [one for one in self._schedule.first if self._ended[one].status not in _NEVER_IN_THE_WAY]

    def _not_tried(self) -> TaskResult:
        return TaskResult(Status.NOT_TRIED, f"the run was stopped before it: {self._remote.oversight.stop.reason}")

    def _end(self, ended: Mapping[int, TaskResult]) -> None:
        if not self._unreported:
            self._due_s = self._remote.clock.now() + LONGEST_UNREPORTED_S
        for index, one in ended.items():
            self._ended[index] = Outcome(self._schedule.tasks[index], one.status, one.message, one.unmet)
            self._remote.oversight.record.ended(index, self._ended[index])
            self._unreported.append(index)
        if self._patience_s() == 0:
            self._report()

    def _patience_s(self) -> float | None:
        """For how long outcomes may wait to be reported; None if none does."""
        return max(0.0, self._due_s - self._remote.clock.now()) if self._unreported else None

    def _report(self) -> None:
        """Settle the journal once for all outcomes before they are reported."""
        if not self._unreported:
            return
        self._remote.oversight.record.settle()
        for index in self._unreported:
            with suppress(OSError):  # the observer is gone; the rest must still be done
                self._watch(self._ended[index])
        self._unreported.clear()
