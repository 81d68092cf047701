"""What has to come before what. The order follows from references; no kind has a rank."""

from collections.abc import Hashable, Iterable, Iterator, Mapping, Sequence, Set
from dataclasses import dataclass, replace
from enum import StrEnum
from graphlib import TopologicalSorter
from typing import Any, TypeVar

from lago_gitops.core.comparison.diff import field_changes
from lago_gitops.core.execution.own_writes import Named, shows_in, written_fields
from lago_gitops.core.model.kind import ReferredUse, ResourceKind
from lago_gitops.core.model.problem import Mark
from lago_gitops.core.model.references import references
from lago_gitops.core.model.resources import Address, Change, Create, Delete, Desired, Live, Update
from lago_gitops.core.model.types import Lock, Many, Reference

Kinds = Mapping[str, ResourceKind]
Items = Mapping[str, Mapping[str, Any]]
Name = TypeVar("Name", bound=Hashable)
NOWHERE = Mark("")


class Part(StrEnum):
    """A change that both adds and takes away what others use is made in two parts around theirs."""

    WHOLE = "whole"
    GROW = "grow"
    SHRINK = "shrink"


@dataclass(frozen=True, slots=True)
class Task:
    """One change, or one part of it. A task of part GROW has an update that takes nothing away.

    `ends`: how many subscriptions end with it.
    """

    change: Change
    part: Part = Part.WHOLE
    ends: int = 0


@dataclass(frozen=True, slots=True)
class Schedule:
    """`after[i]`: the tasks, by index, that have to be done before task i. Besides, all `last` tasks wait for all
    `first` ones: in a graph that has a gate between them, since pairs of many would be their number squared."""

    tasks: tuple[Task, ...]
    after: tuple[frozenset[int], ...]
    first: frozenset[int] = frozenset()
    last: frozenset[int] = frozenset()

    @property
    def gate(self) -> int:
        """The number of the gate in the graph: that of no task."""
        return len(self.tasks)

    def graph(self) -> dict[int, Set[int]]:
        """By each task, and by the gate if there is one, what has to be done before."""
        graph: dict[int, Set[int]] = dict(enumerate(self.after))
        if self.first and self.last:
            graph |= {number: {*graph[number], self.gate} for number in self.last} | {self.gate: self.first}
        return graph

    def waves(self) -> tuple[tuple[Task, ...], ...]:
        """Tasks that can be done at the same time, in the order of the schedule within each wave."""
        sorter = self.sorter()
        waves = []
        while sorter.is_active():
            ready = sorted(sorter.get_ready())
            waves.append(tuple(self.tasks[index] for index in ready))
            sorter.done(*ready)
        return tuple(waves)

    def sorter(self) -> "TopologicalSorter[int]":
        """Prepared. Raises graphlib.CycleError where there is a ring, which no plan without refusals has."""
        sorter = _Gated(self)
        sorter.prepare()
        return sorter


class _Gated(TopologicalSorter[int]):
    """Hands out tasks alone: the gate opens as soon as it is ready."""

    def __init__(self, schedule: Schedule) -> None:
        super().__init__(schedule.graph())
        self._gate = schedule.gate

    def get_ready(self) -> tuple[int, ...]:
        ready = super().get_ready()
        if self._gate not in ready:
            return ready
        self.done(self._gate)
        return (*(number for number in ready if number != self._gate), *super().get_ready())


def schedule(
    changes: Sequence[Change],
    kinds: Kinds,
    ending: Mapping[Address, int] | None = None,
    leaving: Iterable[Live] = (),
) -> Schedule:
    """Tasks in the order of the changes, and what each has to wait for.

    `ending`: the deletes that end subscriptions, and how many each does. They come first, so that their last invoices
    are made with the discounts and taxes that there are now. So comes what Lago is `leaving` behind already: a task
    that has nothing to send waits for each.
    """
    ends = ending or {}
    used = {target for change in changes for target in _facts(Task(change), kinds).uses}
    tasks = tuple(
        replace(task, ends=ends.get(change.address, 0)) for change in changes for task in _tasks(change, kinds, used)
    )
    if any(_reaches_invoices(task, kinds) for task in tasks):
        tasks += tuple(Task(Delete(Desired(one.address, {}, NOWHERE, absent=True), one), ends=1) for one in leaving)
    facts = tuple(_facts(task, kinds) for task in tasks)
    index = _Index.of(facts)
    room = {kind: _deletes(kind, tasks) for kind, table in kinds.items() if table.deletes_first}
    after = (
        {*index.before(mine), *(room.get(task.change.address.kind, ()) if isinstance(task.change, Create) else ())}
        for task, mine in zip(tasks, facts, strict=True)
    )
    return Schedule(
        tasks,
        tuple(frozenset(others) - {number} for number, others in enumerate(after)),
        first=frozenset(number for number, task in enumerate(tasks) if task.ends),
        last=frozenset(number for number, task in enumerate(tasks) if _reaches_invoices(task, kinds)),
    )


def _reaches_invoices(task: Task, kinds: Kinds) -> bool:
    """Whether a last invoice would be another one after the task. What is new is on no invoice unless it says so."""
    change = task.change
    if task.ends or not kinds[change.address.kind].on_invoices:
        return False
    return not isinstance(change, Create) or any(shows_in(change, kinds))


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
    if not held:  # nearly always, and the first request waits for it
        return Split(whole, (), ())
    out = {number for number, task in enumerate(whole.tasks) if task.change.address in held}
    stopped, graph = set(out), whole.graph()
    for number in TopologicalSorter(graph).static_order():
        if not stopped.isdisjoint(graph[number]):
            stopped.add(number)
    kept = [number for number in range(len(whole.tasks)) if number not in stopped]
    places = {number: place for place, number in enumerate(kept)}

    def there(numbers: Iterable[int]) -> frozenset[int]:
        return frozenset(places[number] for number in numbers if number in places)

    return Split(
        Schedule(
            tuple(whole.tasks[number] for number in kept),
            tuple(there(whole.after[number]) for number in kept),
            there(whole.first),
            there(whole.last),
        ),
        tuple(whole.tasks[number] for number in sorted(out)),
        tuple(whole.tasks[number] for number in sorted(stopped - out - {whole.gate})),
    )


@dataclass(frozen=True, slots=True)
class _Facts:
    """What a task does to which addresses: the little that the order depends on."""

    kind: str
    was: Address | None  # where the object is before the task
    writes: Address | None  # where it is when the task is done
    part: Part
    needs: frozenset[Address]
    had: frozenset[Address] = frozenset()  # what it referred to before
    unused: Address | None = None  # when the task starts, nothing may refer to this address
    by: str = ""  # ... no resource of this kind; of any kind where it is empty
    shows: frozenset[Named] = frozenset()  # the fields of other kinds that it writes, too
    fields: frozenset[Named] = frozenset()  # its own fields that an update writes

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

    def shows() -> frozenset[Named]:
        return frozenset(named for named in shows_in(change, kinds) if not _refers(named, change.address.kind, kinds))

    kind, part = change.address.kind, task.part
    match change:
        case Create():
            return _Facts(kind, None, change.address, part, targets(change.desired.fields), shows=shows())
        case Delete():
            gone, had = change.live.address, targets(change.live.fields)
            # what ends subscriptions comes before all that could wait for it, also what stops referring to it
            return _Facts(kind, gone, None, part, frozenset(), had, None if task.ends else gone)
        case Update():  # the last of its union
            needs, had = targets(change.desired.fields), targets(change.live.fields)
            fields = frozenset((kind, name) for name in written_fields(change))
            was = change.live.address
            facts = _Facts(kind, was, change.address, part, needs, had, shows=shows(), fields=fields)
            use = kinds[kind].use
            if isinstance(use, ReferredUse) and any(one.lock is Lock.IN_USE for one in change.fields):
                return replace(facts, unused=change.address, by=use.kind)
            return facts


def _refers(named: Named, kind: str, kinds: Kinds) -> bool:
    """Whether the field is made of references to the kind: then those are reason enough for an order."""
    name, twin = named
    types = (field.type for field in kinds[name].fields if field.name == twin)
    return any(isinstance(type_, Many) and type_.item == Reference(kind) for type_ in types)


@dataclass(frozen=True, slots=True)
class _Index:
    """Tasks, by number, by what they do to an address."""

    facts: Sequence[_Facts]
    writing: Mapping[Address, Sequence[int]]
    leaving: Mapping[Address, Sequence[int]]
    dropping: Mapping[Address, Sequence[int]]
    using: Mapping[Address, Sequence[int]]
    changing: Mapping[Named, Sequence[int]]

    @classmethod
    def of(cls, facts: Sequence[_Facts]) -> "_Index":
        return cls(
            facts,
            _numbers([() if f.part is Part.SHRINK or f.writes is None else (f.writes,) for f in facts]),
            _numbers([() if f.leaves is None else (f.leaves,) for f in facts]),
            _numbers([f.had - f.needs for f in facts]),
            _numbers([f.uses for f in facts]),
            _numbers([f.fields for f in facts]),
        )

    def before(self, mine: _Facts) -> Iterator[int]:
        """What the task has to wait for; it may name the task itself."""
        if mine.part is Part.SHRINK and mine.writes is not None:
            yield from self.using.get(mine.writes, ())
            yield from self.writing.get(mine.writes, ())
            return
        for target in mine.needs:
            yield from self.writing.get(target, ())
        if mine.unused is not None:
            dropping = self.dropping.get(mine.unused, ())
            yield from (number for number in dropping if not mine.by or self.facts[number].kind == mine.by)
        if mine.writes is not None:
            yield from self.leaving.get(mine.writes, ())
        # what has a fact along with all that depends on it is written before what only shows it
        for field in mine.shows:
            yield from self.changing.get(field, ())


def _numbers(names: Sequence[Iterable[Name]]) -> dict[Name, list[int]]:
    numbers: dict[Name, list[int]] = {}
    for number, each in enumerate(names):
        for name in each:
            numbers.setdefault(name, []).append(number)
    return numbers


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
