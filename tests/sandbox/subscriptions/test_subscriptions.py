from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from tests.sandbox.calls import Calls, charge

ALL = "status[]=pending&status[]=active&status[]=terminated&status[]=canceled"


def listed(lago: Calls, query: str) -> list[tuple[str, str]]:
    found = lago.get(f"subscriptions?{query}").body["subscriptions"]
    return [(each["plan_code"], each["status"]) for each in found]


def subscribed(**settings: Any) -> Calls:
    lago = Calls(**settings)
    lago.plan(amount_cents=1000)
    lago.plan("cheap", amount_cents=500)
    lago.plan("dear", amount_cents=9900)
    lago.subscription()
    return lago


def test_only_active_ones_are_listed_unless_statuses_are_named() -> None:
    lago = subscribed()
    lago.delete("subscriptions/s1")
    assert listed(lago, "plan_code=basic") == []
    assert listed(lago, f"plan_code=basic&{ALL}") == [("basic", "terminated")]
    assert listed(lago, "plan_code=none") == []


def test_a_status_that_lago_does_not_know_switches_the_filter_off() -> None:
    for version, count in (("1.51.0", 0), ("1.38.0", 1)):
        lago = subscribed(lago_version=version)
        assert len(listed(lago, "status[]=terminated&status[]=incomplete")) == count


def test_a_dearer_plan_is_moved_to_at_once() -> None:
    lago = subscribed()
    moved = lago.subscription("dear")
    assert (moved["plan_code"], moved["status"], moved["previous_plan_code"]) == ("dear", "active", "basic")
    assert listed(lago, ALL) == [("dear", "active"), ("basic", "terminated")]
    assert lago.get("invoices").body["meta"]["total_count"] == 1


def test_a_cheaper_plan_waits_for_the_end_of_the_period() -> None:
    lago = subscribed()
    current = lago.subscription("cheap")
    assert (current["plan_code"], current["next_plan_code"], current["status"]) == ("basic", "cheap", "active")
    following = (datetime.now(UTC).replace(day=1) + timedelta(days=31)).replace(day=1)
    assert current["downgrade_plan_date"] == following.date().isoformat()
    assert listed(lago, ALL) == [("cheap", "pending"), ("basic", "active")]


def test_a_plan_with_a_pending_subscription_is_in_use() -> None:
    lago = subscribed()
    lago.subscription("cheap")
    assert lago.put("plans/cheap", {"plan": {"code": "x"}}).body["plan"]["code"] == "cheap"


def test_a_new_amount_can_make_the_downgrade_an_upgrade() -> None:
    lago = subscribed()
    lago.subscription("cheap")
    lago.put("plans/cheap", {"plan": {"amount_cents": 5000}})
    assert listed(lago, ALL) == [("cheap", "active"), ("cheap", "canceled"), ("basic", "terminated")]


def test_a_new_amount_can_call_the_downgrade_off() -> None:
    lago = subscribed()
    lago.subscription("cheap")
    lago.put("plans/basic", {"plan": {"amount_cents": 100}})
    assert listed(lago, ALL) == [("cheap", "canceled"), ("basic", "active")]


def test_a_deleted_plan_ends_its_subscriptions_also_those_taken_while_it_was_pending() -> None:
    lago = subscribed(jobs="manual")
    lago.delete("plans/basic")
    lago.subscription(external_id="s2")
    assert listed(lago, "plan_code=basic") == [("basic", "active")] * 2
    lago.sandbox.drain()
    assert listed(lago, f"plan_code=basic&{ALL}") == [("basic", "terminated")] * 2


def test_those_of_a_deleted_plan_count_under_its_code_but_do_not_use_its_successor() -> None:
    lago = subscribed()
    lago.delete("plans/basic")
    lago.plan()
    assert len(listed(lago, f"plan_code=basic&{ALL}")) == 1
    assert lago.put("plans/basic", {"plan": {"interval": "weekly"}}).body["plan"]["interval"] == "weekly"


def test_overrides_take_a_licence() -> None:
    lago = subscribed()
    body = {"external_customer_id": "c1", "plan_code": "basic", "external_id": "s9", "plan_overrides": {"name": "x"}}
    assert lago.post("subscriptions", {"subscription": body}).code == "feature_unavailable"


def overridden(**settings: Any) -> Calls:
    """A plan with a charge at one dollar, and an override of it at five cents."""
    lago = Calls(premium=True, **settings)
    lago.plan(charges=[charge(lago.metric(), code="c")])
    lago.subscription(plan_overrides={"amount_cents": 5})
    return lago


def test_an_override_shares_the_code_and_does_not_use_the_plan() -> None:
    lago = overridden()
    [found] = lago.get("subscriptions?plan_code=basic").body["subscriptions"]
    assert found["plan_amount_cents"] == 5
    assert len(lago.get("plans").body["plans"]) == 1
    assert (len(listed(lago, "overridden=true")), len(listed(lago, "overridden=false"))) == (1, 0)
    assert lago.put("plans/basic", {"plan": {"interval": "weekly"}}).body["plan"]["interval"] == "weekly"


def test_1_38_does_not_know_the_filter() -> None:
    assert len(listed(overridden(lago_version="1.38.0"), "overridden=false")) == 1


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


def test_a_deleted_plan_ends_its_overrides_too() -> None:
    lago = overridden()
    lago.delete("plans/basic")
    assert listed(lago, ALL) == [("basic", "terminated")]


@pytest.mark.parametrize(
    ("fields", "details"),
    [
        ({"external_customer_id": None}, {"external_customer_id": ["value_is_mandatory"]}),
        ({"external_customer_id": "c2", "external_id": "s1"}, {"external_id": ["value_already_exist"]}),
    ],
)
def test_what_a_subscription_is_refused_for(fields: dict[str, Any], details: dict[str, list[str]]) -> None:
    body = {"external_customer_id": "c1", "plan_code": "basic", "external_id": "s2", **fields}
    assert subscribed().post("subscriptions", {"subscription": body}).details == details


def test_an_unknown_plan_is_not_found() -> None:
    body = {"external_customer_id": "c1", "plan_code": "none", "external_id": "s2"}
    assert subscribed().post("subscriptions", {"subscription": body}).code == "plan_not_found"


def test_one_that_begins_later_is_pending_and_can_be_canceled() -> None:
    lago = subscribed()
    later = lago.subscription(external_id="s2", subscription_at="2099-01-01T00:00:00Z")
    assert (later["status"], later["started_at"], later["current_billing_period_started_at"]) == ("pending", None, None)
    assert lago.delete("subscriptions/s2?status=pending").body["subscription"]["status"] == "canceled"


def test_usage_without_events_is_what_the_first_tiers_cost() -> None:
    lago = Calls()
    tiers = [{"from_value": 0, "to_value": None, "per_unit_amount": "1", "flat_amount": "2.5"}]
    graduated = {"charge_model": "graduated", "properties": {"graduated_ranges": tiers}}
    lago.plan(charges=[charge(lago.metric(), **graduated), charge(lago.metric("b"))])
    lago.subscription()
    usage = lago.get("customers/c1/current_usage?external_subscription_id=s1").body["customer_usage"]
    assert (usage["amount_cents"], [found["amount_cents"] for found in usage["charges_usage"]]) == (250, [0, 250])
    assert lago.get("customers/c1/past_usage?external_subscription_id=s1").body["usage_periods"] == []
    assert lago.get("customers/c1/current_usage?external_subscription_id=s2").code == "no_active_subscription"
    assert lago.get("customers/c2/current_usage?external_subscription_id=s1").code == "resource_not_found"


def test_fees_are_estimated_for_charges_in_advance_only() -> None:
    lago = Calls()
    lago.plan(charges=[charge(lago.metric()), charge(lago.metric("now"), pay_in_advance=True)])
    lago.subscription()

    def estimated(code: str, external_id: str = "s1") -> Any:
        event = {"code": code, "external_subscription_id": external_id}
        return lago.post("events/estimate_fees", {"event": event})

    assert estimated("calls").details == {"code": ["does_not_match_an_instant_charge"]}
    assert [fee["amount_cents"] for fee in estimated("now").body["fees"]] == [100]
    assert estimated("calls", "none").code == "subscription_not_found"
