from typing import Any

from tests.sandbox.calls import Calls, charge
from tests.sandbox.subscribed import overridden


def override(lago: Calls) -> dict[str, Any]:
    return dict(lago.get("subscriptions/s1").body["subscription"]["plan"])


def test_an_override_follows_only_where_it_is_asked_and_still_the_same() -> None:
    lago = overridden()
    dearer = {"charge_model": "standard", "properties": {"amount": "2"}}
    lago.put("plans/basic/charges/c", {"charge": dearer})
    assert override(lago)["charges"][0]["properties"] == {"amount": "1"}
    lago.put("plans/basic/charges/c", {"charge": {**dearer, "properties": {"amount": "1"}}})
    lago.put("plans/basic/charges/c", {"charge": {**dearer, "cascade_updates": True}})
    assert override(lago)["charges"][0]["properties"] == {"amount": "2"}
    lago.put("plans/basic/charges/c", {"charge": {**dearer, "properties": {"amount": "2.0"}}})
    lago.put("plans/basic/charges/c", {"charge": {**dearer, "properties": {"amount": "9"}, "cascade_updates": True}})
    assert override(lago)["charges"][0]["properties"] == {"amount": "2"}


def test_new_and_deleted_charges_follow_where_it_is_asked() -> None:
    lago = overridden()
    metric = lago.get("billable_metrics/calls").body["billable_metric"]
    lago.post("plans/basic/charges", {"charge": charge(metric, code="d", cascade_updates=True)})
    lago.post("plans/basic/charges", {"charge": charge(metric, code="e")})
    assert [found["code"] for found in override(lago)["charges"]] == ["c", "d"]
    lago.delete("plans/basic/charges/d?charge[cascade_updates]=true")
    lago.delete("plans/basic/charges/c", {"charge": {"cascade_updates": False}})
    assert [found["code"] for found in override(lago)["charges"]] == ["c"]
    lago.put("plans/basic", {"plan": {"amount_cents": 7, "charges": [], "cascade_updates": True}})
    assert override(lago)["amount_cents"] == 5
