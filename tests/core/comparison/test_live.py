from typing import Any

from lago_gitops.core.comparison.abilities.server import Server
from lago_gitops.core.comparison.live import live, named_like
from lago_gitops.core.model.canonical import canonical
from lago_gitops.core.model.problem import Mark
from lago_gitops.core.model.resources import Address, Desired, Live
from lago_gitops.kinds.billable_metric.table import BILLABLE_METRIC
from lago_gitops.kinds.plan.table import PLAN
from lago_gitops.kinds.webhook_endpoint.table import WEBHOOK_ENDPOINT

BARE = {"code": "p", "name": "P", "interval": "monthly", "amount_cents": 0, "amount_currency": "EUR"}


def charge(metric: str, price: str = "1", name: str | None = None, **more: Any) -> dict[str, Any]:
    return {
        "billable_metric_code": metric, "charge_model": "standard", "invoice_display_name": name,
        "properties": {"amount": price}, "created_at": "2027-01-01T00:00:00Z", **more,
    }  # fmt: skip


def test_an_object_has_its_address_its_id_and_its_state() -> None:
    found = live(PLAN, {**BARE, "lago_id": "1", "created_at": "2027-01-01T00:00:00Z", "pending_deletion": True})
    assert (found.address, found.lago_id) == (Address("plan", "p"), "1")
    assert (found.created_at, found.pending_deletion) == ("2027-01-01T00:00:00Z", True)
    assert found.fields["amount_cents"] == 0


def test_an_object_without_an_id_is_known_by_its_key() -> None:
    found = live(BILLABLE_METRIC, {"code": "m", "aggregation_type": "count_agg"})
    assert (found.lago_id, found.created_at, found.pending_deletion) == ("m", "", False)


def test_endpoints_are_known_by_their_address() -> None:
    assert live(WEBHOOK_ENDPOINT, {"webhook_url": "http://a", "lago_id": "1"}).address.key == "http://a"


def test_nested_items_are_known_by_their_code() -> None:
    found = live(PLAN, {**BARE, "charges": [charge("m", code="c", lago_id="1"), charge("m", code="d", lago_id="2")]})
    assert found.ids == {("charges", "c"): "1", ("charges", "d"): "2"}


# Before 1.39 --------------------------------------------------------------------------------------------------------


def old(*charges: dict[str, Any]) -> Live:
    return live(PLAN, {**BARE, "charges": list(charges)})


def named(found: Live, *charges: dict[str, Any]) -> Live:
    fields = canonical(PLAN.object, {**BARE, "charges": list(charges)})
    return named_like(PLAN, found, Desired(Address("plan", "p"), fields, Mark("p.yaml")), Server((1, 38)))


def amounts(found: Live) -> dict[Any, str]:
    return {code: str(one["properties"]["amount"]) for code, one in found.fields["charges"].items()}


def test_items_without_codes_get_those_that_lago_would_give_by_age() -> None:
    first = charge("m", "1", lago_id="2")
    second = charge("m", "2", lago_id="1", created_at="2027-01-02T00:00:00Z")
    third = charge("n", "3", lago_id="3")
    found = old(second, third, first)
    assert amounts(found) == {"m": "1", "m_2": "2", "n": "3"}
    assert found.ids == {("charges", "m"): "2", ("charges", "m_2"): "1", ("charges", "n"): "3"}


def test_the_manifests_code_goes_to_the_item_that_is_the_same() -> None:
    found = named(old(charge("m", "1", lago_id="1"), charge("m", "2", lago_id="2")), charge("m", "2", code="mine"))
    assert amounts(found) == {"mine": "2", "m": "1"}
    assert found.ids["charges", "mine"] == "2"


def test_else_to_one_of_the_same_metric_model_and_name() -> None:
    found = named(
        old(charge("m", "1", "A", lago_id="1"), charge("m", "2", "B", lago_id="2")),
        charge("m", "9", "B", code="b"),
        charge("m", "9", "A", code="a"),
    )
    assert amounts(found) == {"a": "1", "b": "2"}


def test_else_to_one_of_the_same_metric_and_model() -> None:
    found = named(old(charge("m", "1", "A", lago_id="1")), charge("m", "9", "B", code="b"), charge("n", code="n"))
    assert amounts(found) == {"b": "1"}


def test_an_item_keeps_its_partners_code_where_another_would_have_the_same() -> None:
    found = named(old(charge("m", "1", lago_id="1"), charge("m", "2", lago_id="2")), charge("m", "2", code="m"))
    assert amounts(found) == {"m": "2", ("m", 2): "1"}
    assert found.ids["charges", "m"] == "2"


def test_what_it_was_read_as_has_the_manifests_codes_too() -> None:
    found = named(old(charge("m", "2", lago_id="2")), charge("m", "2", code="mine"))
    assert [item["code"] for item in found.data["charges"]] == ["mine"]


def test_items_of_one_age_are_counted_by_their_ids() -> None:
    assert old(charge("m", lago_id="2"), charge("m", lago_id="1")).ids == {
        ("charges", "m"): "1",
        ("charges", "m_2"): "2",
    }


def test_a_plan_without_charges_has_none_to_name() -> None:
    assert named(live(PLAN, BARE), charge("m", code="c")).fields["charges"] == {}


def test_what_is_as_expected_has_the_very_fields_that_were_expected() -> None:
    address, answer = Address("billable_metric", "m"), {"code": "m", "aggregation_type": "count_agg"}
    expected = dict(live(BILLABLE_METRIC, answer).fields)
    other = expected | {"aggregation_type": "max_agg"}

    assert live(BILLABLE_METRIC, answer, {address: expected}).fields is expected
    assert live(BILLABLE_METRIC, answer, {address: other}).fields == expected
