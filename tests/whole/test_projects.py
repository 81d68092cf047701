"""Random projects have every field of every kind, as a value and as a change."""

from collections.abc import Iterator, Mapping
from typing import Any

import pytest

from lago_gitops.core.model.canonical import case_of, written_value
from lago_gitops.core.model.field_walk import objects_of
from lago_gitops.core.model.types import Keyed, Lock, Many, Object, Type, Variant
from lago_gitops.core.validation.manifest import Manifest
from lago_gitops.core.validation.shared_facts import RULE as SHARED
from lago_gitops.core.validation.validate import External, check
from lago_gitops.kinds import KINDS
from tests.projects import Sort, project
from tests.worlds import SHAPES

pytestmark = pytest.mark.slow

SEEDS = 200
Way = tuple[str, ...]
Scope = tuple[Mapping[str, Any], ...]

NEVER_WRITTEN = {"custom", "custom_properties"}
"""Of metrics with code of their own, which no manifest describes."""
NEVER_CHANGED = NEVER_WRITTEN | {"invoice_custom_section_codes"}
"""... and sections, which are made in Lago's web page only."""


def in_table(object_: Object, at: Way) -> Iterator[Way]:
    for field in object_.fields:
        here = (*at, field.name)
        yield here
        if isinstance(field.type, Variant):
            for case, shape in field.type.cases.items():
                yield from in_table(shape, (*here, case))
        else:
            for inner in inner_objects(field.type):
                yield from in_table(inner, here)


def inner_objects(type_: Type) -> Iterator[Object]:
    yield from objects_of(type_.item if isinstance(type_, Many) else type_)


def in_data(object_: Object, data: Mapping[str, Any], at: Way, outer: Scope = ()) -> Iterator[tuple[Way, str]]:
    """Every field that has a value, with the value as text."""
    scope = (data, *outer)
    for field in object_.fields:
        value, here = written_value(field, data), (*at, field.name)
        if value is None:
            continue
        yield here, repr(value)
        match field.type:
            case Variant() if (shape := case_of(field.type, scope)) is not None:
                case = next(name for name, one in field.type.cases.items() if one is shape)
                yield from in_data(shape, value, (*here, case), scope)
            case Object():
                yield from in_data(field.type, value, here, scope)
            case Keyed() | Many():
                for item in value:
                    for inner in inner_objects(field.type):
                        yield from in_data(inner, item, here, scope)
            case _:
                pass


def ways(*, changed: bool) -> set[Way]:
    """What a manifest can say; with `changed` what it can say otherwise later."""
    found: set[Way] = set()
    for kind in KINDS.values():
        never = {
            field.name for field in kind.fields if changed and (field.lock is Lock.NEVER or field.name == kind.key)
        }
        found |= {way for way in in_table(kind.object, (kind.name,)) if way[1] not in never}
    return found


def texts(manifest: Manifest) -> dict[Way, list[str]]:
    found: dict[Way, list[str]] = {}
    for way, text in in_data(KINDS[manifest.kind].object, manifest.data, (manifest.kind,)):
        found.setdefault(way, []).append(text)
    return found


def without(found: set[Way], names: set[str]) -> set[Way]:
    return {way for way in found if not names.intersection(way)}


def test_every_field_of_every_kind_is_written_and_changed() -> None:
    written: set[Way] = set()
    changed: set[Way] = set()
    for seed in range(SEEDS):
        first = project(seed, 1, Sort())
        before = {(one.kind, one.data.get(KINDS[one.kind].key)): texts(one) for one in first}
        for manifest in project(seed, 2, Sort(), first):
            now, was = texts(manifest), before.get((manifest.kind, manifest.data.get(KINDS[manifest.kind].key)))
            written |= now.keys()
            if was is not None and manifest.data.get("state") != "absent":
                changed |= {way for way in now.keys() | was if now.get(way) != was.get(way)}

    assert without(ways(changed=False), NEVER_WRITTEN) - written == set()
    assert without(ways(changed=True), NEVER_CHANGED) - changed == set()


def test_every_project_is_valid_and_of_the_size_that_it_is_meant_to_have() -> None:
    sizes = []
    for seed in range(SEEDS):
        first = project(seed, 1, Sort())
        for manifests in (first, project(seed, 2, Sort(), first)):
            found = check(manifests, KINDS, SHAPES, External()).problems
            # a project's only entity is taken for the default one, which it need not be
            assert [str(problem) for problem in found if problem.rule != SHARED] == []
            sizes.append(len(manifests))
    assert (min(sizes) >= 10, max(sizes) <= 50, 20 < sum(sizes) / len(sizes) < 40) == (True, True, True)


def test_the_same_seed_makes_the_same_project() -> None:
    first = project(1, 1, Sort())
    assert project(1, 1, Sort()) == first
    assert project(1, 2, Sort(), first) == project(1, 2, Sort(), first) != first
