"""A part of the fault matrix that every fault and every request is in; `python -m tests.faults` is all of it."""

import pytest

from tests.faults import killing, matrix
from tests.faults.scenario import SCENARIOS

pytestmark = pytest.mark.slow

EVERY = {"HEAD": 9, "1.38": 21}  # of so many requests one, another for each fault


@pytest.mark.parametrize("name", SCENARIOS)
def test_the_apply_has_every_sort_of_request(name: str) -> None:
    calm = matrix.reference(name)
    methods = {(task.change.address.kind, type(task.change).__name__) for task in calm.plan.plan.schedule.tasks}

    assert calm.requests >= 40
    assert len(methods) >= 3 * 7 + 2  # all but billing entities and the organization, which can't be deleted


@pytest.mark.parametrize("name", SCENARIOS)
@pytest.mark.parametrize("column", matrix.COLUMNS)
def test_whatever_goes_wrong_the_summary_is_true_and_the_next_apply_ends_it(name: str, column: str) -> None:
    step = EVERY[name]
    first = 1 + matrix.COLUMNS.index(column) % step
    found = {
        k: wrong for k in range(first, matrix.requests(name) + 1, step) if (wrong := matrix.wrong(name, column, k))
    }

    assert found == {}


@pytest.mark.parametrize("seed", range(6))
@pytest.mark.parametrize("name", SCENARIOS)
def test_in_a_storm_of_faults_and_ten_requests_at_a_time_it_gets_there(name: str, seed: int) -> None:
    assert matrix.wrong_in_a_storm(name, seed) == []


@pytest.mark.parametrize(
    ("column", "k"),
    [(killing.BEFORE, 35), (killing.BEFORE, 60), (killing.AFTER, 32), (killing.AFTER, 50), (killing.AFTER, 75)],
)
def test_killed_at_any_request_the_next_apply_ends_it(column: str, k: int) -> None:
    assert killing.wrong("HEAD", column, k) == []
