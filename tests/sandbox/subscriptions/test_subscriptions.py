from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from tests.sandbox.subscribed import ALL, listed, overridden, subscribed


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


def test_1_38_does_not_know_the_filter() -> None:
    assert len(listed(overridden(lago_version="1.38.0"), "overridden=false")) == 1


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
