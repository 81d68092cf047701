"""What holds for all organizations: what is pulled plans to nothing, and so does what was applied.

Each property is tried on 60 examples; `make properties` tries 2,500 (EXAMPLES).
"""

import os
from collections.abc import Iterable

import pytest
from hypothesis import HealthCheck, Phase, assume, given, settings
from hypothesis import strategies as st

from lago_gitops.core.validation.manifest import Manifest
from lago_gitops.core.validation.validate import Checked, External, address_of, check
from lago_gitops.kinds import KINDS
from tests.strategies import organizations
from tests.worlds import SHAPES, World, plan_is_empty, reread, world

pytestmark = pytest.mark.slow

VERSIONS = pytest.mark.parametrize("version", ["1.51.0", "1.38.0"])
SLOW = settings(
    max_examples=int(os.environ.get("EXAMPLES", "60")),
    deadline=None,
    phases=[Phase.explicit, Phase.reuse, Phase.generate],  # shrinking takes longer than looking at what failed
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large, HealthCheck.filter_too_much],
)


def of(version: str) -> st.SearchStrategy[tuple[Manifest, ...]]:
    """Organizations of all kinds; the older server has features with another licence only."""
    return organizations(features=version != "1.38.0")


def valid(manifests: Iterable[Manifest]) -> Checked:
    found = check(manifests, KINDS, SHAPES, External())
    assert found.problems == ()
    return found


def tombstones(before: Iterable[Manifest], after: Iterable[Manifest]) -> list[Manifest]:
    """For all that is in the one and not in the other."""
    kept = {address_of(manifest, KINDS) for manifest in after}
    return [
        Manifest(f"gone-{manifest.source}", {"kind": manifest.kind, "state": "absent", key: manifest.data[key]})
        for manifest in before
        if address_of(manifest, KINDS) not in kept and (key := KINDS[manifest.kind].key)
    ]


def applied(lago: World, manifests: Checked) -> None:
    """Examples that a plan refuses are passed over, and tiers that an older Lago does not take yet."""
    planned = lago.plan_manifests(manifests)
    assume(not planned.plan.refusals)
    outcomes = lago.carry_out(planned)
    assume(not any("_ranges" in one.message for one in outcomes))
    assert [(str(one.task.change.address), one.status, one.message) for one in outcomes if not one.status.is_good] == []


def pricing_units(*organizations_: Iterable[Manifest]) -> tuple[str, ...]:
    """Those that charges refer to: Lago makes them in its web page only."""
    charges = (one for each in organizations_ for manifest in each for one in manifest.data.get("charges") or ())
    return tuple({unit["code"] for charge in charges if (unit := charge.get("applied_pricing_unit"))})


@VERSIONS
@settings(SLOW)
@given(st.data(), st.integers(0, 99))
def test_what_is_applied_and_what_is_pulled_plans_to_nothing(version: str, data: st.DataObject, seed: int) -> None:
    manifests = data.draw(of(version))
    wanted = valid(manifests)
    units = pricing_units(manifests)
    with world(premium=True, lago_version=version, shuffle_seed=seed, pricing_units=units) as lago:
        applied(lago, wanted)

        assert plan_is_empty(lago, wanted)
        pulled = lago.pull()
        assert pulled.left_out == ()
        assert plan_is_empty(lago, reread(pulled))


@VERSIONS
@settings(SLOW)
@given(st.data(), st.integers(0, 99))
def test_one_organization_becomes_another(version: str, data: st.DataObject, seed: int) -> None:
    before, after = data.draw(of(version)), data.draw(of(version))
    first, second = valid(before), valid((*after, *tombstones(before, after)))
    units = pricing_units(before, after)
    with world(premium=True, lago_version=version, shuffle_seed=seed, pricing_units=units) as lago:
        applied(lago, first)
        applied(lago, second)

        assert plan_is_empty(lago, second)
