"""Whatever is described and whatever Lago has: after a pull each resource of Lago is described once, and as it is."""

import os
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from lago_gitops.core.comparison.pulling.pulled import PullFate
from lago_gitops.core.model.resources import Create
from lago_gitops.core.validation.from_environment import Variables
from lago_gitops.core.validation.validate import address_of
from lago_gitops.disk import write_whole
from lago_gitops.kinds import KINDS
from lago_gitops.manifests.writing.writer import write_all
from lago_gitops.project import Project
from lago_gitops.workflow.manifests.checking import checked_manifests
from lago_gitops.workflow.pulling.in_place import placed, read_beside
from tests.manifests.writing.test_editing import block, commented, flow, mixed
from tests.strategies import organizations
from tests.whole.test_properties import applied, pricing_units, valid
from tests.worlds import ENVIRONMENT, world

ELSEWHERE = {PullFate.ABSENT, PullFate.LEFT}
pytestmark = pytest.mark.slow


@pytest.mark.parametrize("version", ["1.51.0", "1.38.0"])
@settings(
    max_examples=int(os.environ.get("EXAMPLES", "60")),
    phases=[Phase.explicit, Phase.reuse, Phase.generate],
    suppress_health_check=[HealthCheck.filter_too_much, HealthCheck.too_slow, HealthCheck.data_too_large],
)
@given(st.data(), st.sampled_from([write_all, block, mixed, flow]), st.sets(st.integers(0, 60), max_size=12))
def test_what_is_pulled_into_any_project_plans_to_nothing(
    version: str, data: st.DataObject, layout: Callable[[list[Any]], str], places: set[int]
) -> None:
    drawn = organizations(features=version != "1.38.0")
    befores, afters = data.draw(drawn), data.draw(drawn)
    wanted = valid(afters)
    environment = replace(ENVIRONMENT, url="")
    with (
        TemporaryDirectory() as folder,
        world(premium=True, lago_version=version, pricing_units=pricing_units(befores, afters)) as lago,
    ):
        applied(lago, wanted)
        texts: dict[str, str] = {}  # of environment variables
        project = Project(Path(folder), ("manifests",), variables=Variables(texts.get, needed=True))
        write_whole(Path(folder, "manifests/a.yaml"), commented(layout([one.data for one in befores]), places))
        checked = checked_manifests(project, environment)
        assert {problem.rule for problem in checked.problems} <= {"empty"}
        with lago.access.reader() as client:
            found = read_beside(checked, client, lago.access, environment)
            done = placed(project, environment, checked, found, Path(folder, "manifests"))
        for place, text in done.texts.items():
            write_whole(Path(folder, place), text)
        texts |= {name: one.address.key for one in done.resources for name, _ in one.to_set}
        after = checked_manifests(project, environment)

        assert [str(problem) for problem in after.problems] == []
        assert {one.fate for one in done.resources if not one.reason} <= {*PullFate} - {PullFate.LEFT}
        left_out = {problem.mark.source for problem in done.left_out}
        assert {str(address_of(one, KINDS)) for one in afters} <= set(map(str, after.manifests)) | left_out
        assert all(" contradicts it: " in problem.message for problem in done.left_out)
        if after.manifests:
            fates = {change.address: isinstance(change, Create) for change in lago.plan_manifests(after).plan.changes}
            unlike = {one.address: one.fate is PullFate.ABSENT for one in done.resources if one.fate in ELSEWHERE}
            assert fates == unlike
