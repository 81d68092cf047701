"""How work grows with the number of resources, in counts that are the same on every machine: calls and requests."""

import gc
import json
import re
import sys
import threading
from collections import Counter
from collections.abc import Callable
from functools import cache, partial
from itertools import count, pairwise
from pathlib import Path
from types import FunctionType, ModuleType
from typing import Any

import pytest

from lago_gitops.access import Access
from lago_gitops.core.model.field_walk import key_order
from lago_gitops.kinds import KINDS
from lago_gitops.lago.http.inprocess import InProcess
from lago_gitops.lago.target import IN_PROCESS, Secret
from lago_gitops.manifests.writing.formatter import format_text
from lago_gitops.project import Environment, find_project
from lago_gitops.render.markdown.comment import plan_comment
from lago_gitops.render.plan import classes, document
from lago_gitops.workflow.changes.plan import make_plan
from lago_gitops.workflow.manifests.checking import validate
from tests.benchmarks.documents import planned
from tests.benchmarks.organization import Organization
from tests.benchmarks.trees import COLLECTIONS, write_tree

HERE = Environment("growth", url="http://sandbox.invalid")
SIZES = (30, 60, 90, 120)
MOST_KEPT = 8  # objects of a resource
MOST_CALLS = {
    "validate": 500,
    "fmt": 900,
    "document": 430,
    "comment": 25,
}  # of our functions, a resource more of a large price list
MOST_CALLS_UNSHOWN = (
    66  # of a change that a comment has no room for: grouped with those like it, and counted in the verdict
)
MOST_GROWTH = 1.05  # of the calls a resource more takes, from one size to the next


def calls(work: Callable[[], object]) -> int:
    """How many functions of ours are called, in this thread and in those that it starts."""
    counter = count()

    def called(frame: Any, event: str, _: object) -> None:
        if event == "call" and "lago_gitops" in frame.f_code.co_filename:
            next(counter)

    threading.setprofile(called)
    sys.setprofile(called)
    try:
        work()
    finally:
        sys.setprofile(None)
        threading.setprofile(None)  # type: ignore[arg-type]
    return next(counter)


def grows_no_faster_than_its_size(numbers: list[int]) -> bool:
    """Whether a resource more takes as many calls in a large project as in a small one."""
    steps = list(zip(pairwise(SIZES), pairwise(numbers), strict=True))
    rates = [(after - before) / (larger - smaller) for (smaller, larger), (before, after) in steps]
    return all(rate <= MOST_GROWTH * rates[0] for rate in rates)


@pytest.mark.slow
def test_validating_takes_as_much_of_each_resource_however_many_there_are(tmp_path: Path) -> None:
    projects = [find_project(write_tree(tmp_path / str(size), size)).project for size in SIZES]
    validate(projects[-1], HERE)  # what is read or made once is

    assert grows_no_faster_than_its_size([calls(partial(validate, one, HERE)) for one in projects])


def test_a_resource_takes_no_more_calls_than_it_is_worth(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """What is looked at twice, or asked of every value in vain, shows here on any machine."""
    few, many = 10, 20
    monkeypatch.setattr(classes, "PRICES_SHOWN", 0)  # of a large plan only so many are compared
    trees = {size: write_tree(tmp_path / str(size), size) for size in (few, many)}
    changed = {size: write_tree(tmp_path / f"{size}-changed", size, changed=size) for size in (few, many)}
    plans = {size: planned(str(trees[size]), str(changed[size])) for size in (few, many)}
    order = cache(partial(key_order, KINDS))
    assert [len(plan.changes) for plan in plans.values()] == [few, many]

    def validating(size: int) -> object:
        return validate(find_project(trees[size]).project, HERE)

    def laying_out(size: int) -> object:
        return [format_text(one.name, one.read_text(), order) for one in Path(trees[size], "manifests").iterdir()]

    def showing(size: int) -> object:
        return document.plan_document(plans[size], KINDS)

    for name, work in {"validate": validating, "fmt": laying_out, "document": showing}.items():
        work(few)  # what is made once is made
        a_resource = (calls(partial(work, many)) - calls(partial(work, few))) / (many - few)
        assert a_resource <= MOST_CALLS[name], name


def test_a_comment_takes_next_to_nothing_of_a_change_that_it_does_not_show(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(classes, "PRICES_SHOWN", 0)
    trees = [write_tree(tmp_path / str(changed), 10, changed=changed) for changed in (0, 10)]
    shown = document.plan_document(planned(*map(str, trees)), KINDS)

    def commenting(times: int) -> object:
        changes = [{**one, "address": f"{one['address']}_{n}"} for n in range(times) for one in shown["changes"]]
        return plan_comment({**shown, "changes": changes}, budget=10_000)

    commenting(20)  # what is made once is made
    a_change = (calls(partial(commenting, 40)) - calls(partial(commenting, 20))) / (20 * len(shown["changes"]))
    assert a_change <= MOST_CALLS_UNSHOWN


def test_a_delete_says_no_more_the_more_there_are(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Each delete of a metric or a coupon waits for all deletes of plans, whose subscribers get a last invoice."""
    monkeypatch.setattr(document, "MOST_ENDS_LISTED", 3)

    def said(size: int) -> int:
        before, after = write_tree(tmp_path / f"{size}", size), write_tree(tmp_path / f"{size}-deleted", size)
        for file in (after / "manifests").iterdir():
            named = re.findall(r"^kind: .*\ncode: .*\n", file.read_text(), re.M)
            file.write_text("---\n".join(f"{one}state: absent\n" for one in named))
        shown = document.plan_document(planned(str(before), str(after)), KINDS)
        assert shown["summary"]["delete"] == size
        assert {one["kind"] for one in shown["changes"] if "after_ends" in one} == {"billable_metric", "tax", "coupon"}
        return len(json.dumps(shown["changes"]))

    few, more, many = said(30), said(60), said(120)

    assert many - more <= MOST_GROWTH * 2 * (more - few)


@pytest.mark.slow
def test_planning_takes_as_much_of_each_resource_however_many_there_are(tmp_path: Path) -> None:
    def planning(size: int, *, changed: bool) -> int:
        folder = write_tree(tmp_path / str(len(list(tmp_path.iterdir()))), size, changed=size if changed else 0)
        checked = validate(find_project(folder).project, HERE)
        access = Access(IN_PROCESS, Secret("sandbox"), InProcess(Organization(size)))

        def work() -> None:
            with access.reader() as client:
                make_plan(checked, HERE, client, access)

        return calls(work)

    for changed in (False, True):
        planning(SIZES[0], changed=changed)  # what is made once is made

    assert grows_no_faster_than_its_size([planning(size, changed=False) for size in SIZES])
    assert grows_no_faster_than_its_size([planning(size, changed=True) for size in SIZES])


def test_a_plan_keeps_a_few_objects_of_a_resource_that_does_not_change(tmp_path: Path) -> None:
    """What a manifest says, what is wanted and what is there are bytes: as dicts they are hundreds of objects."""

    def kept(size: int) -> int:
        folder = write_tree(tmp_path / str(size), size)
        checked = validate(find_project(folder).project, HERE).at_rest()
        access = Access(IN_PROCESS, Secret("sandbox"), InProcess(Organization(size)))
        with access.reader() as client:
            return _objects([checked, make_plan(checked, HERE, client, access)])

    few, many = kept(60), kept(120)

    assert (many - few) / 60 < MOST_KEPT


def _objects(root: list[object]) -> int:
    """How many containers can be reached, classes and modules left out."""
    seen: dict[int, object] = {}
    waiting = list(root)
    while waiting:
        one = waiting.pop()
        if gc.is_tracked(one) and id(one) not in seen and not isinstance(one, type | ModuleType | FunctionType):
            seen[id(one)] = one
            waiting.extend(gc.get_referents(one))
    return len(seen)


@pytest.mark.slow
def test_a_plan_without_changes_asks_for_the_pages_of_the_lists_and_nothing_a_resource(tmp_path: Path) -> None:
    def requests(size: int) -> Counter[str]:
        asked: Counter[str] = Counter()
        organization = Organization(size)

        def counted(environ: Any, start_response: Any) -> Any:
            asked[environ["PATH_INFO"].removeprefix("/api/v1/")] += 1
            return organization(environ, start_response)

        access = Access(IN_PROCESS, Secret("sandbox"), InProcess(counted))
        checked = validate(find_project(write_tree(tmp_path / str(size), size)).project, HERE)
        with access.reader() as client:
            make_plan(checked, HERE, client, access)
        return asked

    few, many = requests(30), requests(330)

    assert few.keys() == many.keys() >= set(COLLECTIONS)
    assert {name: number for name, number in many.items() if number > 1} == {"billable_metrics": 2, "plans": 2}
