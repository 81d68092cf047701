"""Changes that no order has each at its time."""

from lago_gitops.core.execution.rings import circular_changes, rings
from lago_gitops.core.execution.schedule import Schedule, schedule
from lago_gitops.core.model.resources import Change
from tests.core.kinds import KINDS, create, node, update


def of(*changes: Change) -> Schedule:
    return schedule(changes, KINDS)


def named(found: Schedule) -> list[list[str]]:
    return [sorted(task.change.address.key for task in ring) for ring in rings(found)]


def test_each_ring_is_found_once() -> None:
    swap, other = (update(node("a"), node("b")), update(node("b"), node("a"))), (create(node("x", "y")),)
    assert named(of(*swap, *other, create(node("y", "x")), create(node("z", "x")))) == [["a", "b"], ["x", "y"]]
    assert named(of(create(node("a", "b")), create(node("b")))) == []


def test_a_ring_through_the_ends_of_subscriptions_is_of_tasks_alone() -> None:
    tasks = of(*(create(node(code)) for code in "abcd")).tasks
    nothing = frozenset[int]()
    ringed = Schedule(tasks, (frozenset({1}), nothing, frozenset({3}), nothing), frozenset({0, 2}), frozenset({1, 3}))

    found = named(ringed)

    assert [len(ring) for ring in found] == [2, 2]
    assert sorted(name for ring in found for name in ring) == ["a", "b", "c", "d"]


def test_a_ring_is_refused_with_the_names_of_all_in_it() -> None:
    [refusal] = circular_changes(of(create(node("x", "y")), create(node("y", "x")), create(node("z"))))
    assert refusal.message in {
        "these changes depend on one another: node/x → node/y → node/x",
        "these changes depend on one another: node/y → node/x → node/y",
    }
    assert refusal.ways_out == ("apply one of them separately",)
    assert f": {refusal.address} → " in refusal.message
    assert refusal.mark.source == f"{refusal.address.key}.yaml"
