"""Carries out one task: read, write, read back."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import partial
from typing import Any

from lago_gitops.apply.first_write import NotSentError, is_for_all
from lago_gitops.apply.remote import Remote, is_gone
from lago_gitops.apply.writes import Fate, UnsettledError, unsettled, written
from lago_gitops.core.assessment.refusals import locked_changes
from lago_gitops.core.comparison.compare import needed_update
from lago_gitops.core.execution import requests as wire
from lago_gitops.core.execution.outcome import Status
from lago_gitops.core.execution.own_writes import Place
from lago_gitops.core.execution.schedule import Task
from lago_gitops.core.execution.staleness import Stale, left_to_do, obstacle
from lago_gitops.core.model.kind import CountedUse, ResourceKind
from lago_gitops.core.model.references import references
from lago_gitops.core.model.resources import Address, Create, Delete, Desired, Live, Update
from lago_gitops.core.model.types import Lock
from lago_gitops.lago.errors import LagoError, NotFound, Rejected
from lago_gitops.lago.reading.in_use import is_in_use

LEAST_WAIT_S = 60.0  # for a delete in the background
WAIT_PER_SUBSCRIPTION_S = 1.0  # each ends with its own invoice
MOST_WAIT_S = 1800.0
FIRST_POLL_S = 0.5
POLLS_PER_WAIT = 20  # the longer it takes, the less often it is polled


@dataclass(frozen=True, slots=True)
class TaskResult:
    """How a task ended. `halts`: every other one would end the same way; `unmet`: as in Outcome."""

    status: Status
    message: str = ""
    halts: bool = False
    unmet: frozenset[Address] = frozenset()


def carried_out(task: Task, remote: Remote) -> TaskResult:
    """Errors of Lago become results. NOT_TRIED means that nothing was written."""
    try:
        match task.change:
            case Create(desired):
                return _create(desired, remote)
            case Update():
                return _update(task.change, remote)
            case Delete():
                return _delete(task.change, task.ends, remote)
    except UnsettledError as error:
        return TaskResult(Status.FAILED, str(error), error.halts)
    except NotSentError:
        return TaskResult(Status.NOT_TRIED, f"the run was stopped before it: {remote.oversight.stop.reason}")
    except LagoError as error:
        halts = is_for_all(error)
        words = _explained(error, remote.kinds[task.change.address.kind])
        return TaskResult(Status.NOT_TRIED if halts else Status.FAILED, words, halts)


def _explained(error: LagoError, kind: ResourceKind) -> str:
    """Lago's message, with an explanation if it says too little."""
    meaning = kind.explanation(error.code, error.details) if isinstance(error, Rejected | NotFound) else ""
    return f"{error}: {meaning}" if meaning else str(error)


# Create -----------------------------------------------------------------------------------------------------------


def _create(wanted: Desired, remote: Remote) -> TaskResult:
    """Doesn't read first: Lago refuses a code that is taken."""
    kind = remote.kinds[wanted.address.kind]
    request = wire.create(kind, wanted, remote.writing(wanted))
    try:
        answer = written(request, partial(_fate_of_create, wanted, remote), remote)
    except Rejected as error:
        return _met(wanted, error, remote)
    with unsettled("it was created, but"):
        made = remote.created(kind, answer) or remote.find(wanted.address)
        if made is None:
            raise UnsettledError("it was created, but could not be found afterwards")
        return _completed(wanted, made, remote, Status.ADOPTED if answer is None else Status.DONE)


def _fate_of_create(wanted: Desired, remote: Remote) -> Fate:
    found = remote.find(wanted.address)
    if found is None:
        return Fate.NOT_CARRIED_OUT
    left = _difference(wanted, found, remote)
    later = None if left is None else wire.after_create(remote.kinds[wanted.address.kind], left)
    return Fate.CARRIED_OUT if left is None or (later and later.fields == left.fields) else Fate.UNCLEAR


def _met(wanted: Desired, refusal: Rejected, remote: Remote) -> TaskResult:
    """If Lago refuses to create it, somebody else may have created it after the plan."""
    found = remote.find(wanted.address)
    if found is None:
        return TaskResult(Status.FAILED, _explained(refusal, remote.kinds[wanted.address.kind]))
    left = _difference(wanted, found, remote)
    if left is not None:
        places = ", ".join(one.where for one in left.fields)
        return TaskResult(Status.STALE, f"somebody else created it after the plan, with a different {places}")
    remote.ids[wanted.address] = found.lago_id
    return TaskResult(Status.ALREADY, "somebody else created it after the plan, as planned")


def _completed(wanted: Desired, made: Live, remote: Remote, status: Status) -> TaskResult:
    """Write to the new object what the create didn't include, even fields ignored later: nobody has set them yet."""
    remote.ids[wanted.address] = made.lago_id
    left = _difference(replace(wanted, ignore=()) if wanted.ignore else wanted, made, remote)
    later = None if left is None else wire.after_create(remote.kinds[wanted.address.kind], left)
    if later is None:
        seen = _difference(wanted, made, remote) if wanted.ignore else left
        return _judged(wanted, seen, remote, status)
    return _written_update(later, remote, status)


# Update -----------------------------------------------------------------------------------------------------------


def _update(planned: Update, remote: Remote) -> TaskResult:
    kind = remote.kinds[planned.address.kind]
    live = remote.prefetch.take(planned.live.address) or _now(planned, remote)
    left = left_to_do(planned, live, kind, remote.server, _own(planned, remote))
    match left:
        case Stale(message):
            return TaskResult(Status.STALE, message)
        case Update() if (locked := locked_changes(left)) and _came_into_use(left.live, remote):
            names = ", ".join(one.where for one in locked)
            return TaskResult(Status.STALE, f"it is in use now: Lago would answer 200 and not change {names}")
        case Update():
            return _written_update(left, remote, Status.DONE)
        case None:
            return TaskResult(Status.ALREADY, "it is as planned")


def _own(planned: Update | Delete, remote: Remote) -> frozenset[Place]:
    return remote.own.get(planned.live.address, frozenset())


def _came_into_use(live: Live, remote: Remote) -> bool:
    use = remote.kinds[live.address.kind].use
    return isinstance(use, CountedUse) and is_in_use(remote.writer, use, live)


def _written_update(change: Update, remote: Remote, status: Status) -> TaskResult:
    kind = remote.kinds[change.address.kind]
    steps = wire.update(kind, change, remote.writing(change.desired))
    before, shown = change.live.fields, change.live if steps else None
    for number, step in enumerate(steps):
        fate = partial(_fate_of_step, change, before, step.after, remote)
        try:
            answer = written(step.request, fate, remote)
        except LagoError as error:
            if not number:
                raise
            words = f"{number} of {len(steps)} requests were carried out; then {error}"
            raise UnsettledError(words, halts=is_for_all(error)) from error
        status = Status.ADOPTED if answer is None else status
        before, shown = step.after, remote.after(shown, step.request, answer)
    with unsettled("it was written, but can't be read back"):
        now = None if _ends_in_delete(steps) else shown
        now = now or _now(change, remote)
    if now is None:
        return TaskResult(Status.FAILED, "it was written, but could not be found afterwards")
    return _confirmed(change.desired, now, remote, status)


def _ends_in_delete(steps: Sequence[wire.Step]) -> bool:
    """The answer to a DELETE isn't the object's state."""
    return bool(steps) and steps[-1].request.method == "DELETE"


def _fate_of_step(change: Update, before: Mapping[str, Any], after: Mapping[str, Any], remote: Remote) -> Fate:
    now = _now(change, remote)
    if now is None:
        return Fate.UNCLEAR
    for fields, fate in ((after, Fate.CARRIED_OUT), (before, Fate.NOT_CARRIED_OUT)):
        if _difference(replace(change.desired, fields=fields), now, remote) is None:
            return fate
    return Fate.UNCLEAR


def _now(change: Update, remote: Remote) -> Live | None:
    """The object to update, under its old or its new code."""
    live = remote.again(change.live)
    if live is None and change.address != change.live.address:
        return remote.find(change.address)
    return live


# Delete -----------------------------------------------------------------------------------------------------------


def _delete(planned: Delete, ends: int, remote: Remote) -> TaskResult:
    kind, live = remote.kinds[planned.address.kind], remote.before(planned.live)
    if live is None:
        return TaskResult(Status.ALREADY, "it is gone")
    if live.pending_deletion:
        return _gone(live, ends, remote, Status.ALREADY)
    if (stale := obstacle(planned, live, kind, remote.server, _own(planned, remote))) is not None:
        return TaskResult(Status.STALE, stale.message)
    try:
        answer = written(wire.delete(kind, live), partial(_fate_of_delete, live, remote), remote)
    except NotFound as error:
        if not is_gone(error, kind):
            raise
        return TaskResult(Status.DONE, "it had already been deleted")
    return _gone(live, ends, remote, Status.ADOPTED if answer is None else Status.DONE)


def _fate_of_delete(seen: Live, remote: Remote) -> Fate:
    live = remote.again(seen)
    return Fate.CARRIED_OUT if live is None or live.pending_deletion else Fate.NOT_CARRIED_OUT


def _gone(live: Live, ends: int, remote: Remote, status: Status) -> TaskResult:
    """If Lago deletes in the background, wait until it is done: until then the code is taken, and the final invoices
    of the ended subscriptions aren't all created."""
    began = remote.clock.now()
    deadline = began + min(LEAST_WAIT_S + WAIT_PER_SUBSCRIPTION_S * ends, MOST_WAIT_S)
    with unsettled("Lago accepted the delete, but it can't be confirmed"):
        while remote.kinds[live.address.kind].deleted_later and remote.again(live) is not None:
            now = remote.clock.now()
            if remote.oversight.stop.is_asked:
                return TaskResult(Status.UNDER_WAY, "Lago accepted the delete; the run was stopped before it was done")
            if now >= deadline:
                words = f"Lago accepted the delete, and after {now - began:.0f} s it is still deleting it"
                return TaskResult(Status.UNDER_WAY, words)
            remote.clock.sleep(min(max(FIRST_POLL_S, (now - began) / POLLS_PER_WAIT), deadline - now))
    remote.ids.pop(live.address, None)
    return TaskResult(status, _WORDS.get(status, ""))


# Read-back --------------------------------------------------------------------------------------------------------

_WORDS = {Status.ADOPTED: "the answer was lost, but Lago has what was planned", Status.ALREADY: "it is gone"}


def _confirmed(wanted: Desired, live: Live, remote: Remote, status: Status) -> TaskResult:
    """Lago can accept a write and ignore part of it, so the state afterwards decides."""
    remote.ids[wanted.address] = live.lago_id
    if wanted.address in remote.growing:
        remote.prefetch.show(live)
    return _judged(wanted, _difference(wanted, live, remote), remote, status)


def _judged(wanted: Desired, left: Update | None, remote: Remote, status: Status) -> TaskResult:
    """Judge by the fields that aren't as wanted after the write."""
    if left is None:
        return TaskResult(status, _WORDS.get(status, ""))
    if remote.server.licence is None and all(change.licence for change in left.fields):
        names = ", ".join(change.where for change in left.fields)
        return TaskResult(Status.LEFT_OUT, f"without a licence Lago leaves out {names}")
    words = "Lago did not change " + ", ".join(change.where for change in left.fields)
    # Lago interprets the new price in the old model
    if any(change.lock is Lock.REPLACE and not change.licence for change in left.fields):
        return TaskResult(Status.FAILED, f"{words}: check it now, its price may be wrong")
    return TaskResult(Status.IGNORED, words, unmet=_unmet(left, remote.kinds[wanted.address.kind]))


def _unmet(left: Update, kind: ResourceKind) -> frozenset[Address]:
    """What other tasks may depend on: references that aren't as wanted, and values that others use."""
    wanted, there = ({to for _, to in references(kind.object, one.fields)} for one in (left.desired, left.live))
    grows = {field.name for field in kind.fields if field.grows_first}
    own = {left.address} if any(change.keys[0] in grows for change in left.fields) else set()
    return frozenset(wanted ^ there | own)


def _difference(wanted: Desired, live: Live, remote: Remote) -> Update | None:
    return needed_update(wanted, live, remote.kinds[wanted.address.kind], remote.server)
