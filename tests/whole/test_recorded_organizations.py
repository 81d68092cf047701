"""Whole organizations of real servers: pulled, validated, planned."""

from functools import cache, partial

import pytest

from lago_gitops.access import Access
from lago_gitops.bills.price_list import price_list
from lago_gitops.core.execution.outcome import Status
from lago_gitops.core.model.field_walk import key_order
from lago_gitops.core.model.resources import Address
from lago_gitops.kinds import KINDS
from lago_gitops.lago.target import IN_PROCESS, Secret
from lago_gitops.manifests.reading.reader import read_text
from lago_gitops.manifests.writing.formatter import format_text
from lago_gitops.manifests.writing.writer import write
from lago_gitops.pricetests.documents import price_tests
from lago_gitops.pricetests.runs import run_all
from lago_gitops.workflow.changes.plan import make_plan
from lago_gitops.workflow.manifests.start import first_price_tests
from lago_gitops.workflow.organization.reading import read_organization
from lago_gitops.workflow.pulling.expressible import Expressible
from tests import worlds
from tests.organizations import NAMES, SEEDS, SERVERS, transport
from tests.worlds import ENVIRONMENT, reread, world


def access(name: str) -> Access:
    return Access(IN_PROCESS, Secret("key"), transport(name))


@cache
def pulled(name: str) -> Expressible:
    way = access(name)
    with way.reader() as client:
        return worlds.pulled(client, way)


@pytest.mark.parametrize("name", NAMES)
def test_what_is_pulled_validates_and_its_plan_is_empty(name: str) -> None:
    manifests = reread(pulled(name))
    way = access(name)
    with way.reader() as client:
        plan = make_plan(manifests, ENVIRONMENT, client, way).plan

    assert plan.changes == ()
    assert plan.comparison.unchanged == len(manifests.manifests)


@pytest.mark.parametrize("name", NAMES)
def test_what_is_pulled_is_in_the_canonical_layout(name: str) -> None:
    texts = [write(manifest.data) for manifest in pulled(name).manifests]

    assert [format_text("m.yaml", text, partial(key_order, KINDS)).text for text in texts] == texts


@pytest.mark.parametrize("name", NAMES)
def test_the_first_price_tests_of_what_is_pulled_pass(name: str) -> None:
    manifests = reread(pulled(name)).manifests
    prices = price_list(manifests)
    texts = first_price_tests(manifests).items()
    files = [price_tests(place, read_text(place, text).manifests, prices) for place, text in texts]

    assert len(files) > 3
    assert [problem for file in files for problem in file.problems] == []
    assert [result for run in run_all(files, prices) for result in run.results if not result.passed] == []


@pytest.mark.parametrize("name", SERVERS)
def test_an_apply_of_what_is_pulled_rebuilds_it_on_such_a_server(name: str) -> None:
    manifests = reread(pulled(name))
    with world(**SERVERS[name]) as lago:
        lago.http.post("/sandbox/seed", json=SEEDS.get(name, {}))
        statuses = {outcome.status for outcome in lago.apply_manifests(manifests)}
        again = lago.plan_manifests(manifests).plan
        rebuilt = lago.pull()

    assert statuses == {Status.DONE}
    assert again.changes == ()
    assert _texts(rebuilt) == _texts(pulled(name))


@pytest.mark.parametrize(("name", "number"), [("price_list", 37), ("price_list-1.38", 34), ("old_b", 30)])
def test_a_price_list_is_pulled_whole(name: str, number: int) -> None:
    """Without a licence the older ones have no features."""
    assert len(pulled(name).manifests) == number
    assert pulled(name).left_out == ()


def test_a_metric_whose_code_is_in_lago_alone_is_for_external() -> None:
    assert pulled("premium_a").dangling == {Address("billable_metric", "cust"): Address("plan", "plan0z+z")}


def test_what_no_manifest_can_hold_is_named_with_the_reason() -> None:
    left_out = {(problem.mark.source, problem.message) for problem in pulled("odd").left_out}

    assert ("tax/new\nline", "code can't be 'new\\nline'") in left_out
    assert pulled("odd").dangling == {Address("plan", "num"): Address("coupon", "cp13")}
    assert ("coupon/cp9", "expiration: time_limit needs expiration_at") in left_out
    assert ("plan/pa8", "trial_period is -1, less than 0") in left_out
    assert {source for source, _ in left_out} == {
        "coupon/cp4", "coupon/cp5", "coupon/cp9", "plan/num", "plan/pa8",
        "tax/ lead", "tax/new\nline", "tax/rate2", "tax/rate3", "tax/trail ",
    }  # fmt: skip


@pytest.mark.parametrize(
    ("name", "version"),
    [("price_list", "1.51"), ("price_list-1.38", "1.38"), ("premium_a", "1.51"), ("old_b", "1.38")],
)
def test_the_release_of_a_server_is_read_from_its_answers(name: str, version: str) -> None:
    way = access(name)
    with way.reader() as client:
        assert read_organization(client, way, ENVIRONMENT).organization.version == version


def _texts(found: Expressible) -> list[str]:
    return sorted(write(manifest.data) for manifest in found.manifests)
