"""The answer to a write of a part, put into the object that was seen before, is the object as another read shows it."""

from dataclasses import replace
from typing import Any

import pytest

from lago_gitops.core.comparison.live import live
from lago_gitops.core.execution.read_back import read_back, whole
from lago_gitops.core.execution.requests import Request
from lago_gitops.core.model.kind import Apart, Nested
from lago_gitops.core.model.resources import Address, Live
from lago_gitops.kinds.plan.table import PLAN

CHARGES = next(nested for nested in PLAN.nested if nested.field == "charges")
ENTITLEMENTS = Apart("entitlements", "privileges")
RENAMES = {Address("billable_metric", "calls"): Address("billable_metric", "requests")}


def charge(code: str, price: str, metric: str = "calls", lago_id: str = "") -> dict[str, Any]:
    return {
        "lago_id": lago_id or f"id of {code}", "code": code, "billable_metric_code": metric, "charge_model": "standard",
        "properties": {"amount": price}, "filters": [], "taxes": [],
    }  # fmt: skip


def plan(*charges: dict[str, Any], **more: Any) -> dict[str, Any]:
    return {
        "lago_id": "1", "code": "p", "name": "P", "interval": "monthly", "amount_cents": 0, "amount_currency": "EUR",
        "pay_in_advance": False, "charges": list(charges), "fixed_charges": [], "entitlements": [], **more,
    }  # fmt: skip


def shown(before: dict[str, Any], method: str, part: Nested | Apart | None, answer: Any, *below: str) -> Live | None:
    request = Request(method, ("plans", "p", *below), part=part)
    return read_back(PLAN, live(PLAN, before), request, answer, RENAMES)


def same(found: Live | None, answer: dict[str, Any]) -> bool:
    """Whether it is what reading the whole would give, whatever the order of items."""
    wanted = live(PLAN, answer)
    return found is not None and (found.fields, found.ids) == (wanted.fields, wanted.ids)


def test_an_item_that_changed_takes_the_place_of_the_old_one() -> None:
    one, two, new = charge("a", "1", "requests"), charge("b", "2", "requests"), charge("b", "3")
    found = shown(plan(one, two), "PUT", CHARGES, {"charge": new}, "charges", "b")
    assert same(found, plan(one, charge("b", "3", "requests")))  # its metric reads as once the renames are done


def test_an_item_that_is_new_is_there_with_its_id() -> None:
    found = shown(plan(charge("a", "1")), "POST", CHARGES, {"charge": charge("b", "2", "m")}, "charges")
    assert same(found, plan(charge("a", "1"), charge("b", "2", "m")))


def test_an_item_that_was_deleted_and_comes_again_has_the_id_of_the_new_one() -> None:
    without = shown(plan(charge("a", "1", "m")), "DELETE", CHARGES, {"charge": charge("a", "1", "m")}, "charges", "a")
    assert same(without, plan())
    assert without is not None
    again = Request("POST", ("plans", "p", "charges"), part=CHARGES)
    answer = {"charge": charge("a", "2", "m", lago_id="new")}
    assert same(read_back(PLAN, without, again, answer, {}), plan(charge("a", "2", "m", lago_id="new")))


def test_an_item_of_a_list_that_was_null_is_the_only_one() -> None:
    before = live(PLAN, plan())
    before = replace(before, data={**before.data, "charges": None})
    request = Request("POST", ("plans", "p", "charges"), part=CHARGES)
    assert same(read_back(PLAN, before, request, {"charge": charge("a", "1", "m")}, {}), plan(charge("a", "1", "m")))


def test_parts_that_are_written_one_after_the_other_are_all_there() -> None:
    before = plan(charge("a", "1", "m"))
    first = shown(before, "POST", ENTITLEMENTS, {"entitlements": []}, "entitlements")
    assert first is not None
    request = Request("POST", ("plans", "p", "charges"), part=CHARGES)
    second = read_back(PLAN, first, request, {"charge": charge("b", "2", "m")}, {})
    assert same(second, plan(charge("a", "1", "m"), charge("b", "2", "m")))
    assert second is not None
    assert second.data["name"] == "P"


def test_entitlements_are_all_that_a_post_answers() -> None:
    """Recorded: en-replace."""
    answered = [{"code": "seats", "privileges": [{"code": "max", "value_type": "integer", "value": 5}]}]
    before = plan(entitlements=[{"code": "sso", "privileges": []}])
    found = shown(before, "POST", ENTITLEMENTS, {"entitlements": answered}, "entitlements")
    assert same(found, plan(entitlements=answered))


def test_the_whole_object_is_what_the_answer_says() -> None:
    assert same(shown(plan(charge("a", "1")), "PUT", None, {"plan": plan()}), plan())


@pytest.mark.parametrize(
    ("method", "part", "answer"),
    [
        ("PUT", CHARGES, {}),
        ("PUT", CHARGES, {"charge": "text"}),
        ("PUT", CHARGES, {"charge": {**charge("a", "1"), "code": None}}),
        ("PUT", CHARGES, {"charge": {**charge("a", "1"), "code": ""}}),
        ("PUT", CHARGES, {"charge": {**charge("a", "1"), "charge_model": 5}}),
        ("DELETE", ENTITLEMENTS, {"entitlement": {"code": "seats", "privileges": []}}),
        ("POST", ENTITLEMENTS, {"entitlements": "text"}),
        ("PUT", None, {"plan": {"code": "p"}}),
        ("PUT", None, {}),
    ],
)
def test_an_answer_that_does_not_tell_makes_for_another_read(method: str, part: Any, answer: dict[str, Any]) -> None:
    assert shown(plan(charge("a", "1")), method, part, answer) is None


def test_an_item_without_an_id_is_known_by_its_code() -> None:
    item = {key: value for key, value in charge("a", "1").items() if key != "lago_id"}
    found = shown(plan(), "POST", CHARGES, {"charge": item})
    assert found is not None
    assert found.ids == {("charges", "a"): "a"}


def test_an_answer_without_the_object_is_none() -> None:
    assert whole(PLAN, {"other": {}}, {}) is None
