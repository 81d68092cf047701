"""What a task that ended means for those that come after."""

import pytest

from lago_gitops.core.execution.outcome import Outcome, Status
from lago_gitops.core.execution.schedule import Task
from tests.core.kinds import address, create, delete, node, update

AFTER = update(node("after"), node("after", name="n"))


def stops(status: Status, **more: frozenset[object]) -> bool:
    return Outcome(Task(create(node("a"))), status, **more).stands_in_the_way_of(AFTER)  # type: ignore[arg-type]


def test_a_delete_under_way_is_a_good_end_though_what_needs_the_code_waits() -> None:
    assert Status.UNDER_WAY.is_good


@pytest.mark.parametrize("status", [Status.DONE, Status.ALREADY, Status.ADOPTED, Status.LEFT_OUT, Status.NOT_TRIED])
def test_what_is_done_or_not_tried_blocks_nothing(status: Status) -> None:
    assert not stops(status)


@pytest.mark.parametrize("status", [Status.FAILED, Status.STALE, Status.BLOCKED, Status.UNDER_WAY])
def test_what_is_not_done_blocks(status: Status) -> None:
    assert stops(status)


def test_what_lago_ignored_blocks_only_what_needs_that() -> None:
    assert not stops(Status.IGNORED)
    assert not stops(Status.IGNORED, unmet=frozenset({address("elsewhere")}))
    assert stops(Status.IGNORED, unmet=frozenset({address("a")}))
    assert stops(Status.IGNORED, unmet=frozenset({address("after")}))
    ignored = Outcome(Task(create(node("a"))), Status.IGNORED, unmet=frozenset({address("new")}))
    assert ignored.stands_in_the_way_of(update(node("old"), node("new")))


def test_a_delete_or_a_rename_waits_under_the_code_it_has() -> None:
    kept = Outcome(Task(update(node("a"), node("a"))), Status.IGNORED, unmet=frozenset({address("old")}))
    assert kept.stands_in_the_way_of(delete(node("old")))
    assert kept.stands_in_the_way_of(update(node("old"), node("new")))
    assert not kept.stands_in_the_way_of(create(node("new")))
