"""What holds for all manifests that Lago could take."""

import os
from collections.abc import Iterator, Mapping
from copy import deepcopy
from decimal import Decimal
from functools import reduce
from itertools import pairwise
from operator import getitem
from typing import Any

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from lago_gitops.core.assessment.refusals import locked_changes
from lago_gitops.core.comparison.abilities.server import Server
from lago_gitops.core.comparison.compare import compare, with_value
from lago_gitops.core.comparison.desired import desired
from lago_gitops.core.comparison.diff import field_changes
from lago_gitops.core.comparison.pulling.export import manifest_data
from lago_gitops.core.execution.rings import rings
from lago_gitops.core.execution.schedule import Schedule, Task, schedule
from lago_gitops.core.model.canonical import canonical
from lago_gitops.core.model.references import references
from lago_gitops.core.model.resources import Address, Create, Delete, Desired, Live, Update
from lago_gitops.core.validation.manifest import Manifest
from lago_gitops.core.validation.schema import kind_schema
from lago_gitops.core.validation.schema_errors import Shape, Shapes
from lago_gitops.core.validation.validate import External, check
from lago_gitops.kinds import KINDS
from tests.projects import Sort, project
from tests.strategies import organizations

pytestmark = pytest.mark.slow

SHAPES = Shapes(KINDS.values())
SHAPE = {kind.name: Shape(kind_schema(kind), {}) for kind in KINDS.values()}
PROPERTY = settings(
    max_examples=int(os.environ.get("EXAMPLES", "40")),
    deadline=None,
    phases=[Phase.explicit, Phase.reuse, Phase.generate],  # shrinking takes longer than looking at what failed
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large, HealthCheck.filter_too_much],
)

Organization = tuple[Manifest, ...]


def wanted(manifests: Organization) -> tuple[Desired, ...]:
    return tuple(desired(manifest, KINDS[manifest.kind]) for manifest in manifests)


def live(one: Desired) -> Live:
    return Live(one.address, str(one.address), one.fields, {})


def there(manifests: Organization) -> dict[Address, Live]:
    return {one.address: live(one) for one in wanted(manifests)}


def said(value: Any) -> Any:
    """Without nulls: a field without a value is as good as none."""
    if not isinstance(value, Mapping):
        return value
    return {key: said(item) for key, item in value.items() if item is not None}


@PROPERTY
@given(organizations(features=True))
def test_every_generated_organization_is_valid(manifests: Organization) -> None:
    assert [str(problem) for problem in check(manifests, KINDS, SHAPES, External()).problems] == []


@PROPERTY
@given(organizations(licence=False))
def test_without_a_licence_no_licensed_field_is_used(manifests: Organization) -> None:
    def licensed(object_fields: Any, data: Mapping[str, Any]) -> Iterator[str]:
        return (field.name for field in object_fields if field.licence and data.get(field.name) not in (None, True))

    for manifest in manifests:
        kind = KINDS[manifest.kind]
        assert list(licensed(kind.fields, manifest.data)) == []
        for charge in manifest.data.get("charges") or ():
            assert list(licensed(kind.keyed("charges").item.fields, charge)) == []
            assert charge["charge_model"] != "graduated_percentage"


@PROPERTY
@given(organizations(features=True))
def test_what_is_exported_is_valid_and_means_the_same(manifests: Organization) -> None:
    live_ones = there(manifests)
    exported = [Manifest(str(at), manifest_data(KINDS[at.kind], one)) for at, one in live_ones.items()]
    assert check(exported, KINDS, SHAPES, External()).problems == ()
    for one, manifest in zip(live_ones.values(), exported, strict=True):
        kind = KINDS[one.address.kind]
        theirs = {field.name for field in kind.fields if field.only_if_given}
        assert canonical(kind.object, manifest.data) == {k: v for k, v in one.fields.items() if k not in theirs}


@PROPERTY
@given(organizations(features=True))
def test_what_is_as_wanted_has_no_changes(manifests: Organization) -> None:
    for one in wanted(manifests):
        assert field_changes(KINDS[one.address.kind].object, one.fields, one.fields) == ()
    compared = compare(wanted(manifests), there(manifests), KINDS, Server())
    assert compared.changes == ()
    assert compared.unchanged == len(manifests)


@PROPERTY
@given(organizations(features=True, most=3), st.randoms(use_true_random=False))
def test_the_changes_from_one_to_another_make_the_one_the_other(manifests: Organization, random: Any) -> None:
    ones = list(wanted(manifests))
    random.shuffle(ones)
    ones.sort(key=lambda one: one.address.kind)
    for before, after in pairwise(ones):
        if before.address.kind == after.address.kind:
            fields: Mapping[str, Any] = before.fields
            for change in field_changes(KINDS[after.address.kind].object, before.fields, after.fields):
                fields = with_value(fields, change.keys, change.after)
            theirs = {name: value for name, value in before.fields.items() if name not in after.fields}
            assert said(fields) == said({**theirs, **after.fields})


# Order ------------------------------------------------------------------------------------------------------------


def targets(kind: str, fields: Mapping[str, Any]) -> set[Address]:
    return {target for _, target in references(KINDS[kind].object, fields)}


def numbered(found: Schedule) -> dict[int, int]:
    """The wave of each task."""
    waves = found.waves()
    assert sorted(map(id, found.tasks)) == sorted(id(task) for wave in waves for task in wave)
    at = {id(task): number for number, wave in enumerate(waves) for task in wave}
    return {index: at[id(task)] for index, task in enumerate(found.tasks)}


def writes(task: Task) -> Address | None:
    return None if isinstance(task.change, Delete) else task.change.address


@PROPERTY
@given(organizations(), organizations())
def test_every_task_is_in_one_wave_after_all_that_it_waits_for(before: Organization, after: Organization) -> None:
    found = schedule(compare(wanted(after), there(before), KINDS, Server()).changes, KINDS)
    wave = numbered(found)
    assert all(wave[other] < wave[index] for index, others in enumerate(found.after) for other in others)


@PROPERTY
@given(st.integers(0, 2**32))
def test_edits_of_everything_at_once_wait_for_one_another_only_where_lago_locks(seed: int) -> None:
    """A ring is left where metrics can change out of use only, and plans exchange them; a plan refuses it."""
    before = project(seed, 1, Sort())
    after = project(seed, 2, Sort(), before)
    for ring in rings(schedule(compare(wanted(after), there(before), KINDS, Server()).changes, KINDS)):
        assert any(locked_changes(task.change) for task in ring)


@PROPERTY
@given(organizations(features=True))
def test_what_is_referred_to_is_made_before_and_deleted_after(manifests: Organization) -> None:
    ones = wanted(manifests)
    made = schedule([Create(one) for one in ones], KINDS)
    gone = schedule([Delete(one, live(one)) for one in ones], KINDS)
    at, until = numbered(made), numbered(gone)
    index = {one.address: number for number, one in enumerate(ones)}
    for number, one in enumerate(ones):
        for target in targets(one.address.kind, one.fields):
            assert at[index[target]] < at[number]
            assert until[index[target]] > until[number]


@PROPERTY
@given(organizations(), organizations())
def test_an_update_waits_for_what_it_comes_to_refer_to(before: Organization, after: Organization) -> None:
    found = schedule(compare(wanted(after), there(before), KINDS, Server()).changes, KINDS)
    wave = numbered(found)
    for number, task in enumerate(found.tasks):
        if isinstance(task.change, Create | Update):
            needs = targets(task.change.address.kind, task.change.desired.fields)
            creates = [i for i, other in enumerate(found.tasks) if isinstance(other.change, Create)]
            assert all(wave[i] < wave[number] for i in creates if writes(found.tasks[i]) in needs)


# Shape ------------------------------------------------------------------------------------------------------------

ODD = st.sampled_from(
    [None, True, 0, -1, 2**63, Decimal("1.0"), Decimal("0.5"), Decimal("1e400"), "", "a", "a\n", " ", "\x1c", "1e2",
     "٣", "USD\n", ".", [], [None], {}, {"x-a": 1}, [{}]]
)  # fmt: skip


@st.composite
def mutants(draw: Any) -> Manifest:
    """A manifest that is right but for one value somewhere, or a key too many or too few."""
    data = draw(st.sampled_from(draw(organizations(features=True).filter(bool)))).data
    way = draw(st.sampled_from(list(ways_into(data))))
    return Manifest("m.yaml", draw(st.sampled_from([with_other, without, with_beside]))(data, way, draw(ODD)))


def ways_into(value: Any, way: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    children = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for key, child in children:
        if key != "kind":
            yield (*way, key)
            yield from ways_into(child, (*way, key))


def with_other(data: Any, way: tuple[Any, ...], new: Any) -> Any:
    found = deepcopy(data)
    reduce(getitem, way[:-1], found)[way[-1]] = new
    return found


def without(data: Any, way: tuple[Any, ...], _: Any) -> Any:
    found = deepcopy(data)
    del reduce(getitem, way[:-1], found)[way[-1]]
    return found


def with_beside(data: Any, way: tuple[Any, ...], new: Any) -> Any:
    found = deepcopy(data)
    around = reduce(getitem, way[:-1], found)
    around.insert(0, new) if isinstance(around, list) else around.update({"x-mine": new})
    return found


@PROPERTY
@given(mutants())
def test_the_quick_gate_and_the_explaining_one_agree(manifest: Manifest) -> None:
    shape = SHAPE[manifest.kind]
    assert shape.fits(manifest.data) == (list(shape.explain(manifest.data)) == [])


@PROPERTY
@given(mutants())
def test_what_does_not_fit_is_explained(manifest: Manifest) -> None:
    shape = SHAPE[manifest.kind]
    assert shape.fits(manifest.data) == (list(shape.problems(manifest)) == [])
