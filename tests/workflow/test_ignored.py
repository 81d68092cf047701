"""A field that somebody else manages is never overwritten, whatever else changes beside it."""

import os
from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import HealthCheck, Phase, assume, given, settings
from hypothesis import strategies as st

from lago_gitops.core.execution.outcome import Status
from lago_gitops.core.model.canonical import canonical
from lago_gitops.core.model.resources import Address, Live
from lago_gitops.core.validation.ignored import has_place, ignored_keys, ignored_paths
from lago_gitops.core.validation.manifest import Manifest
from lago_gitops.core.validation.validate import address_of
from lago_gitops.kinds import KINDS
from lago_gitops.workflow.organization.reading import read_organization
from tests.strategies import organizations
from tests.whole.test_properties import applied, pricing_units, valid
from tests.worlds import ENVIRONMENT, World, world

pytestmark = pytest.mark.slow
Keys = tuple[Any, ...]


def live(lago: World) -> Mapping[Address, Live]:
    with lago.access.reader() as client:
        return read_organization(client, lago.access, ENVIRONMENT).live


def at(fields: Any, keys: Keys) -> Any:
    for key in keys:
        fields = None if fields is None else fields.get(key)
    return fields


def ignoring(manifest: Manifest, paths: list[str]) -> Manifest:
    return replace(manifest, data={**manifest.data, "ignore": paths})


def paths_of(manifest: Manifest) -> list[str]:
    """Those of fields with a value of their own: the code names the resource."""
    kind = KINDS[manifest.kind]
    found = ignored_paths(kind.object, canonical(kind.object, manifest.data))
    return sorted({path for path in found if path not in kind.identity})


def kept(manifest: Manifest, before: Live, path: str) -> Iterator[Keys]:
    """Where the path leads in what Lago had, as far as the manifest has what is around it."""
    kind = KINDS[manifest.kind]
    wanted = canonical(kind.object, manifest.data)
    for keys in ignored_keys(kind.object, before.fields, path):
        if at(wanted, keys[:-1]) is not None and at(before.fields, keys[:-1]) is not None:
            yield keys


@settings(
    max_examples=int(os.environ.get("EXAMPLES", "20")),
    phases=[Phase.explicit, Phase.reuse, Phase.generate],
    suppress_health_check=[HealthCheck.filter_too_much, HealthCheck.too_slow, HealthCheck.data_too_large],
)
@given(st.data())
def test_what_is_ignored_stays_as_lago_has_it(data: st.DataObject) -> None:
    befores, afters = data.draw(organizations(features=True)), data.draw(organizations(features=True))
    first = valid(befores)
    there = {address_of(manifest, KINDS) for manifest in befores}
    second = []
    for manifest in afters:
        is_there = address_of(manifest, KINDS) in there
        paths = data.draw(st.lists(st.sampled_from(paths_of(manifest)), max_size=3, unique=True)) if is_there else []
        second.append(ignoring(manifest, paths) if paths else manifest)
    assume(any("ignore" in manifest.data for manifest in second))
    wanted = valid(second)
    with world(premium=True, pricing_units=pricing_units(befores, afters)) as lago:
        applied(lago, first)
        before = live(lago)
        planned = lago.plan_manifests(wanted)
        assume(not planned.plan.refusals)
        outcomes = lago.carry_out(planned)
        assume(all(one.status in {Status.DONE, Status.ALREADY} for one in outcomes))
        after = live(lago)
        for manifest in second:
            for path in manifest.data.get("ignore") or ():
                had = before[address_of(manifest, KINDS)]
                for keys in kept(manifest, had, path):
                    if all(
                        has_place(KINDS[manifest.kind].object, one.fields, keys) for one in (had, after[had.address])
                    ):
                        assert at(after[had.address].fields, keys) == at(had.fields, keys), (manifest, path)
        assert lago.plan_manifests(wanted).plan.changes == ()
