"""One apply for every request k of it and every fault: what it reports is true, and the next one ends it."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cache
from typing import Any

from lago_gitops.apply import Oversight, Stop
from lago_gitops.core.execution.outcome import Outcome, Status
from lago_gitops.core.model.resources import Address, Change, Update
from lago_gitops.kinds import KINDS
from lago_gitops.lago.reading.organization import Inventory
from lago_gitops.sandbox.serving.app import Sandbox
from lago_gitops.sandbox.serving.fault_rules import Conditions, Fault, FaultRule
from lago_gitops.sandbox.serving.faults import MEDDLED, Faulty
from lago_gitops.workflow.changes.plan import Planned
from tests.faults.scenario import SCENARIOS
from tests.faults.wiring import Committed, Sent, carried_out, contents, fields, planned, sandbox_of

DEAD, DEAD_AFTER, STOP = "dead-before", "dead-after", "stop"
COLUMNS = (*(fault.value for fault in Fault), DEAD, DEAD_AFTER, STOP)
# What one of these does to one request changes nothing about how the apply ends, whatever the request.
HARMLESS = frozenset(
    {
        Fault.RESET_BEFORE,
        Fault.RESET_AFTER,
        Fault.PROXY_BEFORE,
        Fault.PROXY_AFTER,
        Fault.TRUNCATED,
        Fault.LIMITED,
        Fault.LIMITED_BARE,
        Fault.LATENCY,
        Fault.SHIFTED,
        Fault.DEADLOCK,
    }
)
MOST_RUNS = 20
UNKNOWN = ("can't be read", "can't be confirmed")
UNTOUCHED = frozenset({Status.NOT_TRIED, Status.BLOCKED, Status.STALE, Status.ALREADY})


@dataclass(frozen=True, slots=True)
class Reference:
    """An apply that nothing happens to: how many requests it takes, and what is there before and after."""

    plan: Planned
    requests: int
    before: Inventory
    after: Inventory


@cache
def reference(name: str) -> Reference:
    with sandbox_of(name) as sandbox:
        before, app = contents(sandbox), Committed(sandbox)
        plan = planned(sandbox, SCENARIOS[name].after)
        outcomes = carried_out(plan, app)
        assert {outcome.status for outcome in outcomes} == {Status.DONE}, outcomes
        assert planned(sandbox, SCENARIOS[name].after).plan.changes == ()
        assert len(set(app.writes)) == len(app.writes)
        return Reference(plan, len(app.requests), before, contents(sandbox))


def requests(name: str) -> int:
    return reference(name).requests


def wrong(name: str, column: str, k: int) -> list[str]:
    """Everything that is wrong once the fault has met request k (from 1), and after another apply."""
    calm = reference(name)
    with sandbox_of(name) as sandbox:
        app = Committed(sandbox)
        stop = Stop()
        outcomes = carried_out(calm.plan, _faulty(column, k, app, stop), Oversight(stop))
        first = tuple(app.writes)
        again = planned(sandbox, SCENARIOS[name].after)
        found = [*_lies(outcomes, first, again, calm), *_surprises(column, outcomes), *_overwritten(app.requests, calm)]
        return [*found, *after_rerun(name, app, sandbox, calm)]


def wrong_in_a_storm(name: str, seed: int) -> list[str]:
    """Every third request meets one fault or another, until an apply gets through; each run's summary is true."""
    calm = reference(name)
    rules = [FaultRule(fault, Conditions(share=0.04), 1.0) for fault in Fault if fault is not Fault.MEDDLING]
    found: list[str] = []
    with sandbox_of(name) as sandbox:
        app = Committed(sandbox)
        storm = Faulty(app, rules, sleep=lambda _: None, seed=seed)
        again = calm.plan
        for _ in range(MOST_RUNS):
            written = len(app.writes)
            outcomes = carried_out(again, storm, concurrency=10)
            before, again = again, planned(sandbox, SCENARIOS[name].after)
            found += _lies(outcomes, app.writes[written:], again, replace(calm, plan=before))
            if not again.plan.changes:
                break
        return [*found, *after_rerun(name, app, sandbox, calm)]


def after_rerun(name: str, app: Committed, sandbox: Sandbox, calm: Reference) -> list[str]:
    """What is wrong once an apply without a fault followed: all is there, once, and the same objects as before."""
    found = _not_good("the next apply", carried_out(planned(sandbox, SCENARIOS[name].after), app))
    found += _differences(contents(sandbox), calm)
    found += [f"carried out twice: {write[:2]}" for write in set(app.writes) if app.writes.count(write) > 1]
    return found


def _faulty(column: str, k: int, app: Committed, stop: Stop) -> Callable[..., Any]:
    if column == STOP:
        return _stopping(app, k, stop)
    return Faulty(app, _rules(column, k), sleep=lambda _: None)


def _rules(column: str, k: int) -> Iterator[FaultRule]:
    match column:
        case "dead-before":
            yield FaultRule(Fault.RESET_BEFORE, Conditions(first=k))
        case "dead-after":
            yield FaultRule(Fault.RESET_AFTER, Conditions(first=k, last=k))
            yield FaultRule(Fault.RESET_BEFORE, Conditions(first=k))
        case _:
            yield FaultRule(Fault(column), Conditions(first=k, last=k), 1.0)


def _stopping(app: Committed, k: int, stop: Stop) -> Callable[..., Any]:
    """As when a signal comes while request k is on its way."""
    met = [0]

    def stopping(environ: Any, start_response: Any) -> Any:
        met[0] += 1
        if met[0] == k:
            stop.ask("a signal")
        return app(environ, start_response)

    return stopping


def _lies(outcomes: Sequence[Outcome], writes: Sequence[Sent], again: Planned, calm: Reference) -> Iterator[str]:
    """Conditions a summary says what is not so. `again` is what the next plan finds left."""
    left = {change.address for change in again.plan.changes if not _is_by_somebody_else(change)}
    by_address: dict[Address, list[Outcome]] = {}
    for outcome in outcomes:
        by_address.setdefault(outcome.task.change.address, []).append(outcome)
    if len(outcomes) != len(calm.plan.plan.schedule.tasks):
        yield "a task has no outcome"
    for address, mine in by_address.items():
        said = ", ".join(f"{one.status} {one.message!r}" for one in mine)
        if all(one.status.is_good for one in mine) and address in left:
            yield f"{address} is not as wanted, and was said to be: {said}"
        if all(one.status in UNTOUCHED for one in mine) and _is_written(address, writes, calm):
            yield f"{address} was written, and was said not to be: {said}"
        failed = any(one.status is Status.FAILED and not _is_unknown(one) for one in mine)
        if failed and address not in left:
            yield f"{address} is as wanted, and was said to have failed: {said}"


def _is_by_somebody_else(change: Change) -> bool:
    """Whether it is left since somebody gave the object another name after it was looked at.

    The answer to a write of a part, as of one charge, doesn't show that. Nothing of it is overwritten, and the next
    plan shows it.
    """
    if not isinstance(change, Update) or not str(change.live.fields.get("name") or "").endswith(MEDDLED):
        return False
    return all(one.keys == ("name",) for one in change.fields)


def _is_unknown(outcome: Outcome) -> bool:
    """Whether it says itself that something was written and could not be read back."""
    return any(words in outcome.message for words in UNKNOWN) or outcome.message.startswith("it was created, but: GET")


def _is_written(address: Address, writes: Sequence[Sent], calm: Reference) -> bool:
    kind = KINDS[address.kind]
    names = {address.key, *(one.lago_id for place, one in calm.before.live.items() if place == address)}
    return any(
        path.split("/")[1] == kind.collection
        and (not kind.key or bool(names & set(path.split("/")[2:])) or f'"{kind.key}":"{address.key}"' in body.decode())
        for _, path, body in writes
        if MEDDLED not in body.decode()
    )


def _surprises(column: str, outcomes: Sequence[Outcome]) -> Iterator[str]:
    """Conditions the apply should have got over the fault, and didn't."""
    if column in HARMLESS:
        yield from _not_good("one fault", outcomes)
    if not any(outcome.status.is_good for outcome in outcomes) and column not in {DEAD, DEAD_AFTER, STOP}:
        yield "one fault, and nothing was done"


def _overwritten(requests: Sequence[Sent], calm: Reference) -> Iterator[str]:
    """What somebody else wrote before the object was last looked at, and was written over all the same."""
    unnamed = () if calm.plan.inventory.server.has("1.44") else ("/webhook_endpoints/",)  # they take no name, 200
    for number, (_, path, body) in enumerate(requests):
        if path.startswith(unnamed):
            continue
        if MEDDLED in body.decode() and requests[number + 1][0] == "GET":
            for method, other, sent in requests[number + 1 :]:
                if other == path and (method == "DELETE" or (method == "PUT" and b'"name"' in sent)):
                    yield f"{method} {path} went over a change by somebody else"


def _not_good(when: str, outcomes: Sequence[Outcome]) -> list[str]:
    return [
        f"{when}: {one.task.change.address} {one.status} {one.message!r}" for one in outcomes if not one.status.is_good
    ]


def _differences(found: Inventory, calm: Reference) -> Iterator[str]:
    """Against what is there after an apply that nothing happened to: fields, and what stays the same object."""
    there, wanted = fields(found), fields(calm.after)
    for address in sorted({*there, *wanted}):
        if there.get(address) != wanted.get(address):
            yield f"{address} ends as {there.get(address)}, not as {wanted.get(address)}"
    old = {id_ for one in calm.before.live.values() for id_ in (one.lago_id, *one.ids.values())}
    for name, id_ in _ids(calm.after).items():
        if id_ in old and _ids(found).get(name) != id_:
            yield f"{name} is another object than before"


def _ids(found: Inventory) -> Mapping[str, str]:
    ids = {str(address): one.lago_id for address, one in found.live.items()}
    for address, one in found.live.items():
        ids |= {f"{address} {field} {code}": id_ for (field, code), id_ in one.ids.items()}
    return ids
