"""What a Lago that is older, or has no licence, refuses: said by the plan and not found out by the apply."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from typing import Any

import httpx
import pytest

from lago_gitops.core.comparison.abilities.server import Server
from lago_gitops.kinds import KINDS
from lago_gitops.lago.connect import connect_reader
from lago_gitops.lago.errors import NotFound
from lago_gitops.lago.reading.organization import Inventory, inventory
from lago_gitops.lago.reading.unsupported_variant import unsupported_variants
from lago_gitops.lago.target import IN_PROCESS, Secret
from lago_gitops.render.plan.document import plan_document
from lago_gitops.render.reports.formats import FORMATS
from lago_gitops.render.run.facts import Facts
from tests.kinds import forms
from tests.kinds.effects import create
from tests.texts import METRIC
from tests.worlds import World, statuses, world

PLAN = "kind: plan\ncode: p\nname: P\ninterval: monthly\namount_cents: 0\namount_currency: EUR\npay_in_advance: false\n"
CHARGE = "charges:\n- {code: c, billable_metric_code: calls, charge_model: "
SHARES = "graduated_percentage, properties: {graduated_percentage_ranges: [{from_value: 0, rate: 1, flat_amount: 0, "
TIERS = "graduated, properties: {graduated_ranges: [{from_value: 0, to_value: 10, per_unit_amount: 1, flat_amount: 0}, "
TOUCHING = f"{PLAN}{CHARGE}{TIERS}{{from_value: 10, to_value: null, per_unit_amount: 1, flat_amount: 0}}]}}}}\n"
BY_PERCENT = f"{PLAN}{CHARGE}{SHARES}to_value: null}}]}}}}\n"
ENTITY = "kind: billing_entity\ncode: {code}\nname: E\n"
FEATURE = "kind: feature\ncode: f\nname: F\n"


def refused(lago: World, *texts: str) -> list[str]:
    return [one.message for one in lago.plan(*texts).plan.refusals]


def test_graduated_percentage_is_refused_by_the_plan_where_there_is_no_licence() -> None:
    words = ["charges.c.charge_model: graduated_percentage needs a Lago licence; this Lago has none, and would refuse "
             "the plan"]  # fmt: skip
    with world() as lago:
        assert refused(lago, METRIC, BY_PERCENT) == words
        lago.apply(METRIC, PLAN)
        assert refused(lago, METRIC, BY_PERCENT) == words
    with world(premium=True) as lago:
        assert refused(lago, METRIC, BY_PERCENT) == []
        assert set(statuses(lago.apply(METRIC, BY_PERCENT)).values()) == {"done"}


def test_a_second_billing_entity_is_refused_where_there_is_no_licence() -> None:
    with world() as lago:
        assert refused(lago, ENTITY.format(code="second")) == [
            "this Lago has no licence, and takes no more than 1 billing entity"
        ]
        assert refused(lago, ENTITY.format(code="sandbox")) == []
    with world(premium=True) as lago:
        assert refused(lago, ENTITY.format(code="second")) == []


def test_features_need_a_licence_before_1_39_and_stand_in_nobodys_way() -> None:
    with world(lago_version="1.38.0") as lago:
        [message] = refused(lago, METRIC, FEATURE)
        assert message == "features need a Lago licence before Lago 1.39, but this Lago has none"
        assert refused(lago, METRIC) == []
        assert set(statuses(lago.apply(METRIC)).values()) == {"done"}
    for settings in ({"lago_version": "1.38.0", "premium": True}, {"lago_version": "1.39.0"}):
        with world(**settings) as lago:
            assert set(statuses(lago.apply(FEATURE)).values()) == {"done"}


@pytest.mark.parametrize(("version", "number"), [("1.38.0", 1), ("1.46.0", 0)])
def test_tiers_that_touch_are_refused_before_1_45(version: str, number: int) -> None:
    with world(lago_version=version) as lago:
        messages = refused(lago, METRIC, TOUCHING)
        assert len(messages) == number
        assert all("before Lago 1.45 a tier must start at 11" in message for message in messages)
        if not number:
            assert set(statuses(lago.apply(METRIC, TOUCHING)).values()) == {"done"}


def test_a_filter_that_contains_another_one_is_refused_before_1_39() -> None:
    """Recorded: overlap/same-keys-subset. Its events are on no invoice."""
    metric = f"{METRIC}filters: [{{key: region, values: [eu, us]}}]\n"
    filters = "{values: {region: [eu, us]}, properties: {amount: 2}}, {values: {region: [eu]}, properties: {amount: 3}}"
    plan = f"{PLAN}{CHARGE}standard, properties: {{amount: 1}}, filters: [{filters}]}}\n"
    with world(lago_version="1.38.0") as lago:
        [message] = refused(lago, metric, plan)
        assert "before Lago 1.39 no event of the filter {region: eu, us} is billed" in message
    with world(lago_version="1.46.0") as lago:
        assert refused(lago, metric, plan) == []


def test_a_language_that_came_later_is_refused_on_1_38() -> None:
    entity = ENTITY.format(code="sandbox") + "billing_configuration: {document_locale: zh-TW}\n"
    organization = "kind: organization\nbilling_configuration: {document_locale: zh-TW}\n"
    message = "billing_configuration.document_locale: zh-TW came with Lago 1.39, and this one is 1.38 by its answers"
    with world(lago_version="1.38.0") as lago:
        assert refused(lago, entity) == refused(lago, organization) == [message]
    with world() as lago:
        assert refused(lago, entity) == []


def test_the_phone_of_a_billing_entity_tells_the_release_and_is_not_left_out() -> None:
    entity = ENTITY.format(code="sandbox") + 'phone: "0123"\n'
    with world() as lago:
        assert lago.plan(entity).plan.organization.version == "1.49"
        lago.apply(entity)
        assert lago.send("GET", "billing_entities/sandbox")["billing_entity"]["phone"] == "0123"
        assert lago.plan(entity).plan.changes == ()


def test_a_licence_that_shows_is_believed_where_lago_does_not_say() -> None:
    timezone = ENTITY.format(code="sandbox") + "timezone: Europe/Berlin\n"
    with world(premium=True) as lago:
        lago.apply(timezone)
        with_mute_analytics(lago)
        [effects] = lago.plan(timezone.replace("Berlin", "Paris")).plan.effects
        assert effects == ()
    with world(premium=True) as lago:
        with_mute_analytics(lago)
        [effects] = lago.plan(timezone).plan.effects
        assert [one.sentence for one in effects] == ["without a licence Lago answers 200 and leaves out timezone"]
        [effects, more] = lago.plan(METRIC, BY_PERCENT).plan.effects
        assert [one.sentence for one in more] == [
            "without a licence Lago refuses the plan, for charges.c.charge_model graduated_percentage"
        ]
        [effects] = lago.plan(ENTITY.format(code="second")).plan.effects
        assert [one.sentence for one in effects] == ["without a licence Lago refuses to create another billing_entity"]


def with_mute_analytics(lago: World) -> None:
    """A server that doesn't know the list by which a licence is told."""
    inner = lago.access.transport
    assert inner is not None

    class Mute(httpx.BaseTransport):
        def handle_request(self, request: httpx.Request) -> httpx.Response:
            if request.url.path.endswith("/analytics/mrr"):
                return httpx.Response(404, json={"status": 404, "error": "Not Found", "code": "resource_not_found"})
            return inner.handle_request(request)

    object.__setattr__(lago.access, "transport", Mute())


ORGANIZATION = {"organization": {"lago_id": "1", "name": "O"}}


def read(**found: tuple[int, Any]) -> Inventory:
    """What is read of a server that has nothing, with these answers to some of its lists."""

    def answer(request: httpx.Request) -> httpx.Response:
        name = request.url.path.rpartition("/")[2]
        status, body = found.get(name, (200, ORGANIZATION if name == "organizations" else {name: []}))
        return httpx.Response(status, json=body)

    with connect_reader(IN_PROCESS, Secret("key"), transport=httpx.MockTransport(answer)) as reader:
        return inventory(reader, "", KINDS.values(), concurrency=2)


def missing(code: str) -> tuple[int, Any]:
    return 404, {"status": 404, "error": "Not Found", "code": code}


def test_a_list_that_is_not_there_yet_means_that_the_server_is_too_old() -> None:
    found = read(features=missing("resource_not_found"))
    assert {name: why.name for name, why in found.unavailable.items()} == {"feature": "RELEASE"}


def test_another_404_is_no_such_sign() -> None:
    with pytest.raises(NotFound):
        read(features=missing("plan_not_found"))


def test_an_organization_with_products_is_known_by_them_before_the_first_plan_is_created() -> None:
    """Its plans can all be complete; whoever prices by rate cards has products."""
    with world(products=("api",)) as lago:
        [refused] = lago.plan(PLAN).plan.refusals
        assert "as GET /api/v2/products shows" in refused.message
        asked = len(lago.requests)
        assert lago.plan(METRIC).plan.refusals == ()
        assert "GET /api/v2/products?per_page=1" not in lago.requests[asked:]


def test_who_may_not_read_products_is_not_stopped() -> None:
    denied = {"status": 403, "error": "Forbidden", "code": "read_action_not_allowed_for_product"}
    wanted = [create(forms.PLAN)]
    answers = ((403, denied, set()), (200, {"products": []}, set()), (200, {"products": [{}]}, {"plan"}))
    for status, body, known in answers:
        answer = httpx.Response(status, json=body)
        with connect_reader(IN_PROCESS, Secret("key"), transport=httpx.MockTransport(lambda _, a=answer: a)) as reader:
            assert unsupported_variants(reader, wanted, KINDS.values(), Server()) == known
            assert unsupported_variants(reader, wanted, KINDS.values(), Server((1, 38), before=(1, 39))) == set()


@pytest.mark.parametrize("lacking", ["interval", "amount_cents", "pay_in_advance"])
def test_plans_of_the_product_catalogue_are_told_and_stop_new_ones(lacking: str) -> None:
    """Lago does not say which sort of plans it creates; one of the new sort can lack what all others have."""
    other = PLAN.replace("code: p", "code: q")
    with world() as lago, odd_plans(lago, "p", lacking) as odd:
        lago.apply(PLAN)
        assert "as plan/p is: what is created now is of that sort" in odd.plan(PLAN, other).plan.refusals[-1].message
        assert "as plan/p is" in odd.plan(other).plan.refusals[-1].message
        changed = odd.plan(PLAN.replace("amount_cents: ", "amount_cents: 9")).plan
        assert [one.address.key for one in changed.refusals] == ["p"]
        for report in FORMATS.values():
            report(Facts("plan", plan=plan_document(changed, KINDS)))
        assert [problem.mark.source for problem in odd.pull().left_out] == ["plan/p"]


@contextmanager
def odd_plans(lago: World, code: str, lacking: str) -> Iterator[World]:
    """The same organization, whose plan lacks a field in all answers."""

    def without(request: httpx.Request) -> httpx.Response:
        answer = lago.http.request(request.method, request.url.raw_path.decode(), content=request.content)
        body = answer.json()
        for plan in (*body.get("plans", ()), *([body["plan"]] if "plan" in body else ())):
            if plan["code"] == code:
                plan[lacking] = None
        return httpx.Response(answer.status_code, json=body, headers={"X-Request-Id": "1"})

    yield replace(lago, access=replace(lago.access, transport=httpx.MockTransport(without)))
