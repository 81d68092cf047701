"""What has to come before what. The order follows from references; no kind has a rank."""

from collections.abc import Iterable, Iterator, Mapping, Sequence, Set
from dataclasses import dataclass, replace
from enum import StrEnum
from graphlib import TopologicalSorter
from typing import Any

from lago_gitops.core.comparison.diff import field_changes
from lago_gitops.core.model.kind import ResourceKind
from lago_gitops.core.model.references import references
from lago_gitops.core.model.resources import Address, Change, Create, Delete, Desired, Update

Kinds = Mapping[str, ResourceKind]
Items = Mapping[str, Mapping[str, Any]]


class Part(StrEnum):
    """A change that both adds and takes away what others use is made in two parts around theirs."""

    WHOLE = "whole"
    GROW = "grow"
    SHRINK = "shrink"


@dataclass(frozen=True, slots=True)
class Task:
    """One change, or one part of it. A task of part GROW has an update that takes nothing away."""

    change: Change
    part: Part = Part.WHOLE


@dataclass(frozen=True, slots=True)
class Schedule:
    """`after[i]`: the tasks, by index, that have to be done before task i."""

    tasks: tuple[Task, ...]
    after: tuple[frozenset[int], ...]

    def waves(self) -> tuple[tuple[Task, ...], ...]:
        """Tasks that can be done at the same time, in the order of the schedule within each wave."""
        sorter = self.sorter()
        waves = []
        while sorter.is_active():
            ready = sorted(sorter.get_ready())
            waves.append(tuple(self.tasks[index] for index in ready))
            sorter.done(*ready)
        return tuple(waves)

    def sorter_order(self) -> tuple[int, ...]:
        """The numbers of all tasks, each after those it waits for."""
        return tuple(TopologicalSorter(dict(enumerate(self.after))).static_order())

    def sorter(self) -> "TopologicalSorter[int]":
        """Prepared. Raises graphlib.CycleError when resources swap their codes."""
        sorter = TopologicalSorter(dict(enumerate(self.after)))
        sorter.prepare()
        return sorter


def schedule(changes: Sequence[Change], kinds: Kinds) -> Schedule:
    """Tasks in the order of the changes, and what each has to wait for."""
    used = {target for change in changes for target in _facts(Task(change), kinds).uses}
    tasks = tuple(task for change in changes for task in _tasks(change, kinds, used))
    facts = tuple(_facts(task, kinds) for task in tasks)
    index = _Index.of(facts)
    room = {kind: _deletes(kind, tasks) for kind, table in kinds.items() if table.deletes_first}
    after = (
        {*index.before(mine), *(room.get(task.change.address.kind, ()) if isinstance(task.change, Create) else ())}
        for task, mine in zip(tasks, facts, strict=True)
    )
    return Schedule(tasks, tuple(frozenset(others) - {number} for number, others in enumerate(after)))


def _deletes(kind: str, tasks: Sequence[Task]) -> frozenset[int]:
    return frozenset(
        number
        for number, task in enumerate(tasks)
        if isinstance(task.change, Delete) and task.change.address.kind == kind
    )


@dataclass(frozen=True, slots=True)
class Split:
    """A schedule, the tasks taken out of it, and those that have to wait for one of them."""

    schedule: Schedule
    held: tuple[Task, ...]
    blocked: tuple[Task, ...]


def split(whole: Schedule, held: Set[Address]) -> Split:
    """Takes out every task of the changes with these addresses, and with them what would come after."""
    out = {number for number, task in enumerate(whole.tasks) if task.change.address in held}
    blocked: set[int] = set()
    for number in whole.sorter_order():
        if number not in out and whole.after[number] & (out | blocked):
            blocked.add(number)
    kept = [number for number in range(len(whole.tasks)) if number not in out | blocked]
    places = {number: place for place, number in enumerate(kept)}
    after = tuple(frozenset(places[other] for other in whole.after[number]) for number in kept)
    return Split(
        Schedule(tuple(whole.tasks[number] for number in kept), after),
        tuple(whole.tasks[number] for number in sorted(out)),
        tuple(whole.tasks[number] for number in sorted(blocked)),
    )


@dataclass(frozen=True, slots=True)
class _Facts:
    """What a task does to which addresses: the little that the order depends on."""

    was: Address | None  # where the object is before the task
    writes: Address | None  # where it is when the task is done
    part: Part
    needs: frozenset[Address]
    had: frozenset[Address]  # what it referred to before

    @property
    def uses(self) -> frozenset[Address]:
        return self.needs | self.had

    @property
    def leaves(self) -> Address | None:
        """The address that is free afterwards."""
        return self.was if self.was != self.writes else None


def _facts(task: Task, kinds: Kinds) -> _Facts:
    change = task.change
    object_ = kinds[change.address.kind].object

    def targets(fields: Mapping[str, object]) -> frozenset[Address]:
        return frozenset(target for _, target in references(object_, fields))

    match change:
        case Create():
            return _Facts(None, change.address, task.part, targets(change.desired.fields), frozenset())
        case Delete():
            return _Facts(change.address, None, task.part, frozenset(), targets(change.live.fields))
        case Update():  # the last of its union
            needs, had = targets(change.desired.fields), targets(change.live.fields)
            return _Facts(change.live.address, change.address, task.part, needs, had)


@dataclass(frozen=True, slots=True)
class _Index:
    """Tasks, by number, by what they do to an address."""

    writing: Mapping[Address, Sequence[int]]
    leaving: Mapping[Address, Sequence[int]]
    dropping: Mapping[Address, Sequence[int]]
    using: Mapping[Address, Sequence[int]]

    @classmethod
    def of(cls, facts: Sequence[_Facts]) -> "_Index":
        return cls(
            _numbers([() if f.part is Part.SHRINK or f.writes is None else (f.writes,) for f in facts]),
            _numbers([() if f.leaves is None else (f.leaves,) for f in facts]),
            _numbers([f.had - f.needs for f in facts]),
            _numbers([f.uses for f in facts]),
        )

    def before(self, mine: _Facts) -> Iterator[int]:
        """What the task has to wait for; it may name the task itself."""
        if mine.part is Part.SHRINK and mine.writes is not None:
            yield from self.using.get(mine.writes, ())
            yield from self.writing.get(mine.writes, ())
            return
        for target in mine.needs:
            yield from self.writing.get(target, ())
        if mine.was is not None:
            yield from self.dropping.get(mine.was, ())
        if mine.writes is not None:
            yield from self.leaving.get(mine.writes, ())


def _numbers(addresses: Sequence[Iterable[Address]]) -> dict[Address, list[int]]:
    found: dict[Address, list[int]] = {}
    for number, each in enumerate(addresses):
        for address in each:
            found.setdefault(address, []).append(number)
    return found


def _tasks(change: Change, kinds: Kinds, used: Set[Address]) -> Iterator[Task]:
    grown = (
        _grown(change, kinds[change.address.kind]) if isinstance(change, Update) and change.address in used else None
    )
    if grown is None:
        yield Task(change)
        return
    if grown.fields:
        yield Task(grown, Part.GROW)
    yield Task(_shrunk(grown, change.desired, kinds[change.address.kind]), Part.SHRINK)


def _grown(change: Update, kind: ResourceKind) -> Update | None:
    """The update without what it takes away from others' use; None where it takes nothing away."""
    fields = change.desired.fields
    for field in kind.fields:
        if field.grows_first and field.name in fields:
            fields = {**fields, field.name: _union(change.live.fields[field.name], fields[field.name])}
    if fields == change.desired.fields:
        return None
    changes = field_changes(kind.object, change.live.fields, fields)
    return Update(replace(change.desired, fields=fields), change.live, changes)


def _shrunk(grown: Update, wanted: Desired, kind: ResourceKind) -> Update:
    """What is left to do after the first part."""
    there = replace(grown.live, address=wanted.address, fields=grown.desired.fields)
    return Update(wanted, there, field_changes(kind.object, there.fields, wanted.fields))


def _union(before: Items, after: Items) -> Items:
    """The items of both sides, each with the values of both."""
    return {key: _merged(before.get(key, {}), after.get(key, {})) for key in {**before, **after}}


def _merged(before: Mapping[str, Any], after: Mapping[str, Any]) -> Mapping[str, Any]:
    merged = {**before, **after}
    for name, values in merged.items():
        if isinstance(values, tuple):
            merged[name] = tuple(sorted({*before.get(name, ()), *after.get(name, ())}))
    return merged
