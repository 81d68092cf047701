"""Changes that depend on one another, so that no order fits."""

from collections.abc import Iterator, Mapping, Set
from graphlib import CycleError, TopologicalSorter

from lago_gitops.core.execution.schedule import Schedule, Task
from lago_gitops.core.model.resources import Refusal


def rings(whole: Schedule) -> Iterator[tuple[Task, ...]]:
    """Tasks of which each has to be done before the next, and the last before the first. No task is in two rings."""
    after: Mapping[int, Set[int]] = whole.graph()
    while ring := [index for index in _ring(after) if index != whole.gate]:
        yield tuple(whole.tasks[index] for index in ring)
        after = {index: others - set(ring) for index, others in after.items()}


def circular_changes(whole: Schedule) -> Iterator[Refusal]:
    """One refusal for each ring, which names all that is in it."""
    for ring in rings(whole):
        changes = [task.change for task in ring]
        names = " → ".join(str(change.address) for change in (*changes, changes[0]))
        yield Refusal(
            changes[0].address,
            changes[0].desired.mark,
            f"these changes depend on one another: {names}",
            ("apply one of them separately",),
        )


def _ring(after: Mapping[int, Set[int]]) -> list[int]:
    try:
        TopologicalSorter(after).prepare()
    except CycleError as error:
        ring: list[int] = error.args[1]
        return ring[:-1]  # it ends with the one that it begins with
    return []
