"""A plan carried out: each task when all that it waits for is done, each write read back."""

from collections.abc import Callable, Mapping
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait
from dataclasses import dataclass, replace
from typing import Any

from lago_gitops.core import wire
from lago_gitops.core.body import Writing
from lago_gitops.core.changes import update as difference
from lago_gitops.core.kind import PathBy, ResourceKind
from lago_gitops.core.live import live
from lago_gitops.core.model import Address, Create, Delete, Desired, Live, Update
from lago_gitops.core.order import Schedule, Task
from lago_gitops.core.outcome import Outcome, Status
from lago_gitops.core.server import Server
from lago_gitops.lago.client import Writer
from lago_gitops.lago.clock import Clock
from lago_gitops.lago.errors import LagoError, LostAnswer, NotFound, Unauthorized, Unreachable
from lago_gitops.lago.payload import JsonObject

DELETE_DEADLINE_S = 60.0
DELETE_POLL_S = 0.5
TRIES = 2  # of a write whose first try is known not to have been carried out

Watch = Callable[[Outcome], None]


class _UnsettledError(Exception):
    """The answer to a write got lost, and what was read afterwards doesn't tell what became of it."""


@dataclass(frozen=True, slots=True)
class Remote:
    """The organization that is written to. `ids` are Lago's ids of all that is there; creates add theirs."""

    writer: Writer
    kinds: Mapping[str, ResourceKind]
    server: Server
    ids: dict[Address, str]
    clock: Clock
    concurrency: int


def apply(schedule: Schedule, remote: Remote, watch: Watch) -> tuple[Outcome, ...]:
    """One outcome for each task, in the order of the schedule; `watch` gets each as it happens.

    An error blocks what depends on the task, and nothing else. Where Lago can't be reached or refuses the key, what is
    under way ends and the rest is not tried; so it does when interrupted.
    """
    run = _Run(schedule, remote, watch)
    with ThreadPoolExecutor(remote.concurrency, thread_name_prefix="apply") as pool:
        run.through(pool)
    return run.outcomes()


class _Run:
    """What is under way: the one place of an apply that changes as it goes."""

    def __init__(self, schedule: Schedule, remote: Remote, watch: Watch) -> None:
        self._schedule, self._remote, self._watch = schedule, remote, watch
        self._ended: dict[int, Outcome] = {}
        self._stopped = False

    def through(self, pool: ThreadPoolExecutor) -> None:
        sorter = self._schedule.sorter()
        running: dict[Future[Outcome], int] = {}
        while sorter.is_active():
            for index in sorter.get_ready():
                task = self._schedule.tasks[index]
                if (held := self._held(index)) is not None:
                    self._end(index, held)
                    sorter.done(index)
                else:
                    running[pool.submit(_outcome, task, self._remote)] = index
            for future in self._ready(running):
                index = running.pop(future)
                self._end(index, future.result())
                sorter.done(index)

    def outcomes(self) -> tuple[Outcome, ...]:
        return tuple(
            self._ended.get(index, Outcome(task, Status.NOT_TRIED)) for index, task in enumerate(self._schedule.tasks)
        )

    def _ready(self, running: Mapping[Future[Outcome], int]) -> set[Future[Outcome]]:
        """What has ended; when interrupted, no more is begun."""
        if not running:
            return set()
        while True:
            try:
                return wait(running, return_when=FIRST_COMPLETED).done
            except KeyboardInterrupt:
                self._stopped = True

    def _held(self, index: int) -> Outcome | None:
        """The outcome of a task that can't be begun."""
        task = self._schedule.tasks[index]
        if self._stopped:
            return Outcome(task, Status.NOT_TRIED, "the run was stopped before")
        for other in sorted(self._schedule.after[index]):
            if not self._ended[other].status.is_good:
                blocker = self._schedule.tasks[other].change.address
                return Outcome(task, Status.BLOCKED, f"{blocker} has to be done before")
        return None

    def _end(self, index: int, outcome: Outcome) -> None:
        self._ended[index] = outcome
        self._stopped = self._stopped or outcome.status is Status.NOT_TRIED
        self._watch(outcome)


def _outcome(task: Task, remote: Remote) -> Outcome:
    try:
        match task.change:
            case Create(desired):
                status, message = _create(desired, remote)
            case Update():
                status, message = _update(task.change, remote)
            case Delete(_, found):
                status, message = _delete(found, remote)
        return Outcome(task, status, message)
    except (Unauthorized, Unreachable) as error:
        return Outcome(task, Status.NOT_TRIED, str(error))
    except (LagoError, _UnsettledError) as error:
        return Outcome(task, Status.FAILED, str(error))


def _create(wanted: Desired, remote: Remote) -> tuple[Status, str]:
    kind = remote.kinds[wanted.address.kind]
    request = wire.create(kind, wanted, _writing(wanted, remote))
    for _ in range(TRIES):
        try:
            made = live(kind, _send(request, remote)[kind.name])
            return _completed(wanted, made, Status.DONE, remote)
        except LostAnswer:
            found = _look(wanted.address, kind, remote)
            if found is not None:
                return _completed(wanted, found, Status.ADOPTED, remote)
    return Status.FAILED, "no answer, twice, and it is not there"


def _completed(wanted: Desired, made: Live, status: Status, remote: Remote) -> tuple[Status, str]:
    """What a create could not carry, written to what it made."""
    kind = remote.kinds[wanted.address.kind]
    remote.ids[wanted.address] = made.lago_id
    left = difference(wanted, made, kind, remote.server)
    later = None if left is None else wire.after_create(kind, left)
    ended, message = _confirmed(wanted, made, remote) if later is None else _update(later, remote)
    if status is Status.ADOPTED and ended is Status.DONE:
        return Status.ADOPTED, "no answer; it is there, as wanted"
    return ended, message


def _update(change: Update, remote: Remote) -> tuple[Status, str]:
    kind = remote.kinds[change.address.kind]
    before, step = change.live.fields, None
    answer: JsonObject = {}
    for step in wire.update(kind, change, _writing(change.desired, remote)):
        answer = _settled(step, change, before, remote)
        before = step.after
    whole = step is not None and step.request.whole and kind.name in answer
    found = live(kind, answer[kind.name]) if whole else _look(change.address, kind, remote)
    if found is None:
        return Status.FAILED, "it was written, and then it was gone"
    return _confirmed(change.desired, found, remote)


def _settled(step: wire.Step, change: Update, before: Mapping[str, Any], remote: Remote) -> JsonObject:
    """The answer to a write, or {} where it got lost and what was read afterwards shows that it was carried out.

    It is sent again only where the object is as it was before. Raises _UnsettledError for anything else.
    """
    words = ""
    for _ in range(TRIES):
        try:
            return _send(step.request, remote)
        except LostAnswer as lost:
            words = str(lost)
            now = _now(change, remote)
            if now is None:
                raise _UnsettledError(f"{words}; then it was not there any more") from lost
            if _is_like(now, step.after, change, remote):
                return {}
            if not _is_like(now, before, change, remote):
                raise _UnsettledError(f"{words}; then it was neither as before nor as wanted") from lost
    raise _UnsettledError(f"{words}, twice; it is as it was before")


def _now(change: Update, remote: Remote) -> Live | None:
    """What is updated, under its old code or its new one."""
    kind = remote.kinds[change.address.kind]
    return _look(change.live.address, kind, remote) or _look(change.address, kind, remote)


def _is_like(found: Live, fields: Mapping[str, Any], change: Update, remote: Remote) -> bool:
    expected = replace(change.desired, fields=fields)
    return difference(expected, found, remote.kinds[change.address.kind], remote.server) is None


def _delete(found: Live, remote: Remote) -> tuple[Status, str]:
    kind = remote.kinds[found.address.kind]
    for _ in range(TRIES):
        try:
            _send(wire.delete(kind, found), remote)
            return _gone(found, kind, remote)
        except NotFound as error:
            if error.code != f"{kind.name}_not_found":
                raise
            return Status.DONE, "it was gone already"
        except LostAnswer:
            if _look(found.address, kind, remote) is None:
                return Status.ADOPTED, "no answer; it is gone"
    return Status.FAILED, "no answer, twice, and it is still there"


def _gone(found: Live, kind: ResourceKind, remote: Remote) -> tuple[Status, str]:
    """Where Lago deletes in the background, wait until it is done: until then the code is taken."""
    deadline = remote.clock.now() + DELETE_DEADLINE_S
    while kind.deleted_later and _look(found.address, kind, remote) is not None:
        if remote.clock.now() >= deadline:
            return Status.FAILED, f"Lago accepted the delete, but after {DELETE_DEADLINE_S:.0f} s it is still there"
        remote.clock.sleep(DELETE_POLL_S)
    remote.ids.pop(found.address, None)
    return Status.DONE, ""


def _confirmed(wanted: Desired, found: Live, remote: Remote) -> tuple[Status, str]:
    """Lago can accept a write and ignore part of it, so what it has afterwards decides."""
    remote.ids[wanted.address] = found.lago_id
    left = difference(wanted, found, remote.kinds[wanted.address.kind], remote.server)
    if left is None:
        return Status.DONE, ""
    return Status.IGNORED, "Lago did not change " + ", ".join(change.where for change in left.fields)


def _look(address: Address, kind: ResourceKind, remote: Remote) -> Live | None:
    """The object as Lago has it now; None where there is none."""
    if kind.path_by is PathBy.ID:
        rows = remote.writer.pages(kind.collection)
        return next((live(kind, row) for row in rows if row[kind.key] == address.key), None)
    try:
        return live(kind, remote.writer.get(kind.collection, *([address.key] if kind.key else []))[kind.name])
    except NotFound as error:
        if error.code == f"{kind.name}_not_found":
            return None
        raise


def _writing(wanted: Desired, remote: Remote) -> Writing:
    return Writing(remote.server, remote.ids.__getitem__, wanted.options)


def _send(request: wire.Request, remote: Remote) -> JsonObject:
    writer = remote.writer
    match request.method:
        case "POST":
            return writer.post(*request.parts, body=request.body)
        case "PUT":
            return writer.put(*request.parts, body=request.body)
        case _:
            return writer.delete(*request.parts, params=request.params)
