"""What the benchmarks stand on: projects and organizations are what they are taken for, and targets are judged."""

from pathlib import Path

import pytest

from lago_gitops.access import Access
from lago_gitops.lago.http.inprocess import InProcess
from lago_gitops.lago.target import IN_PROCESS, Secret
from lago_gitops.project import Environment, find_project
from lago_gitops.workflow.changes.plan import make_plan
from lago_gitops.workflow.manifests.checking import validate
from tests.benchmarks import report
from tests.benchmarks.bench import Target
from tests.benchmarks.organization import Organization
from tests.benchmarks.trees import write_tree

HERE = Environment("benchmark", url="http://sandbox.invalid")
RESOURCES = 60


def test_a_tree_is_of_so_many_resources_and_nothing_is_wrong_with_it(tmp_path: Path) -> None:
    checked = validate(find_project(write_tree(tmp_path / "tree", RESOURCES)).project, HERE)

    assert (len(checked.manifests), checked.problems) == (RESOURCES, ())


def test_a_tree_may_have_a_file_for_each_resource(tmp_path: Path) -> None:
    together, apart = write_tree(tmp_path / "one", RESOURCES), write_tree(tmp_path / "each", RESOURCES, in_a_file=1)
    files = [*(apart / "manifests").iterdir()]

    assert len(files) == RESOURCES
    assert "---\n".join(file.read_text() for file in sorted(files)) == "---\n".join(
        file.read_text() for file in sorted((together / "manifests").iterdir())
    )


@pytest.mark.slow
def test_the_organization_has_what_the_tree_describes_and_differs_from_a_changed_one(tmp_path: Path) -> None:
    access = Access(IN_PROCESS, Secret("sandbox"), InProcess(Organization(RESOURCES)))

    def changes(folder: Path) -> int:
        checked = validate(find_project(folder).project, HERE)
        with access.reader() as client:
            return len(make_plan(checked, HERE, client, access).plan.changes)

    assert changes(write_tree(tmp_path / "same", RESOURCES)) == 0
    assert changes(write_tree(tmp_path / "changed", RESOURCES, changed=RESOURCES)) == RESOURCES
    assert changes(write_tree(tmp_path / "partly", RESOURCES, changed=20)) == 20


def test_a_target_is_judged_by_its_limits_and_one_that_was_skipped_by_none() -> None:
    assert Target("a", 2.5, "×", most=2.5).is_met
    assert not Target("a", 2.51, "×", most=2.5).is_met
    assert not Target("a", 0.8, "×", least=0.9).is_met
    assert Target("a", None, "×", most=1, note="skipped: not installed").is_met is None


def test_items_that_were_not_measured_keep_their_results() -> None:
    first = report.results({"one": [Target("a", 1, "×", most=2)], "two": [Target("b", 1, "×", most=2)]}, {})
    second = report.results({"two": [Target("b", 3, "×", most=2)]}, first)

    assert [(one.name, one.value) for one in report.targets(second)] == [("a", 1), ("b", 3)]
    assert "| b | 3.00 × | at most 2 |" in report.table(report.targets(second))
