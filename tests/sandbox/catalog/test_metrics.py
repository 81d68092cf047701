from typing import Any

import pytest

from tests.sandbox.calls import Calls, charge

REFUSALS: list[tuple[dict[str, Any], dict[str, list[str]]]] = [
    (
        {"aggregation_type": "max_agg", "field_name": "f", "recurring": True},
        {"recurring": ["not_compatible_with_aggregation_type"]},
    ),
    (
        {"aggregation_type": "latest_agg", "field_name": "f", "recurring": True},
        {"recurring": ["not_compatible_with_aggregation_type"]},
    ),
    ({"filters": [{"key": "a"}]}, {"values": ["value_is_mandatory"]}),
    ({"filters": [{"values": ["a"]}]}, {"key": ["value_is_mandatory"]}),
    ({"name": ""}, {"name": ["value_is_mandatory"]}),
    ({"aggregation_type": "sum_agg"}, {"field_name": ["value_is_mandatory"]}),
    ({"expression": "1+"}, {"expression": ["invalid_expression"]}),
    ({"expression": "event.nothing"}, {"expression": ["invalid_expression"]}),
]


@pytest.mark.parametrize(("fields", "details"), REFUSALS)
def test_what_a_metric_is_refused_for(fields: dict[str, Any], details: dict[str, list[str]]) -> None:
    given = {"name": "n", "code": "c", "aggregation_type": "count_agg", **fields}
    assert Calls().post("billable_metrics", {"billable_metric": given}).details == details


@pytest.mark.parametrize("fields", [{"rounding_function": "up"}, {"weighted_interval": "hours"}])
def test_an_unknown_choice_is_a_crash(fields: dict[str, Any]) -> None:
    given = {"name": "n", "code": "c", "aggregation_type": "count_agg", **fields}
    assert Calls().post("billable_metrics", {"billable_metric": given}).status == 500


def test_recurring_null_is_false_at_first_and_a_crash_later() -> None:
    lago = Calls()
    assert lago.metric(recurring=None)["recurring"] is False
    assert lago.put("billable_metrics/calls", {"billable_metric": {"recurring": None}}).status == 500


def test_custom_aggregation_takes_a_grant_and_then_what_rest_cannot_send() -> None:
    given = {"billable_metric": {"name": "n", "code": "c", "aggregation_type": "custom_agg"}}
    assert Calls().post("billable_metrics", given).code == "feature_unavailable"
    granted = Calls(premium_integrations=("custom_aggregation",))
    assert granted.post("billable_metrics", given).details == {"custom_aggregator": ["value_is_mandatory"]}


def test_an_unknown_aggregation_in_an_update_is_ignored() -> None:
    lago = Calls()
    lago.metric()
    reply = lago.put("billable_metrics/calls", {"billable_metric": {"aggregation_type": "median_agg", "name": "x"}})
    assert (reply.body["billable_metric"]["aggregation_type"], reply.body["billable_metric"]["name"]) == (
        "count_agg",
        "x",
    )


def test_filters_come_back_sorted_once_each() -> None:
    given = [{"key": "b", "values": ["y", "x", "y"]}, {"key": "a", "values": ["1"]}, {"key": "b", "values": ["z"]}]
    assert Calls().metric(filters=given)["filters"] == [{"key": "a", "values": ["1"]}, {"key": "b", "values": ["z"]}]


def test_filters_null_changes_nothing() -> None:
    lago = Calls()
    lago.metric(filters=[{"key": "a", "values": ["1"]}])
    reply = lago.put("billable_metrics/calls", {"billable_metric": {"filters": None, "name": "n"}})
    assert reply.body["billable_metric"]["filters"] == [{"key": "a", "values": ["1"]}]


def test_a_refused_attribute_takes_the_filters_back_as_well() -> None:
    lago = Calls()
    lago.metric(filters=[{"key": "a", "values": ["1"]}])
    assert lago.put("billable_metrics/calls", {"billable_metric": {"name": "", "filters": []}}).status == 422
    assert lago.get("billable_metrics/calls").body["billable_metric"]["filters"] != []


def test_of_a_metric_in_use_only_name_description_and_filters_change() -> None:
    lago = Calls()
    lago.plan(charges=[charge(lago.metric("gb", aggregation_type="sum_agg", field_name="f"))])
    wanted = {
        "name": "N",
        "description": "D",
        "code": "x",
        "field_name": "y",
        "recurring": True,
        "rounding_function": "ceil",
    }
    metric = lago.put("billable_metrics/gb", {"billable_metric": wanted}).body["billable_metric"]
    assert (metric["name"], metric["description"], metric["code"], metric["field_name"]) == ("N", "D", "gb", "f")
    assert (metric["recurring"], metric["rounding_function"]) == (False, None)


def test_a_deleted_plan_frees_the_metric_a_pending_one_does_not() -> None:
    lago = Calls(jobs="manual")
    lago.plan(charges=[charge(lago.metric())])
    lago.delete("plans/basic")
    assert (
        lago.put("billable_metrics/calls", {"billable_metric": {"code": "x"}}).body["billable_metric"]["code"]
        == "calls"
    )
    lago.post("/sandbox/drain")
    assert lago.put("billable_metrics/calls", {"billable_metric": {"code": "x"}}).body["billable_metric"]["code"] == "x"


def test_only_the_read_of_one_metric_has_no_counters() -> None:
    lago = Calls()
    assert "plans_count" in lago.metric()
    assert "plans_count" not in lago.get("billable_metrics/calls").body["billable_metric"]
    assert "plans_count" in lago.get("billable_metrics").body["billable_metrics"][0]


def test_a_deleted_metric_takes_its_charges_along() -> None:
    lago = Calls()
    lago.plan(charges=[charge(lago.metric()), charge(lago.metric("other"))])
    lago.delete("billable_metrics/calls")
    assert [found["code"] for found in lago.read_plan()["charges"]] == ["other"]
    assert lago.metric()["code"] == "calls"


def test_a_lost_filter_value_trims_widens_or_removes_charge_filters() -> None:
    lago = Calls()
    metric = lago.metric(filters=[{"key": "region", "values": ["eu", "us"]}, {"key": "tier", "values": ["hot"]}])
    values = [{"region": ["us", "eu"]}, {"region": ["us"], "tier": ["hot"]}, {"region": ["us"]}, {"tier": ["hot"]}]
    filters = [{"values": each, "properties": {"amount": "1"}} for each in values]
    lago.plan(charges=[charge(metric, filters=filters)])
    before = lago.read_plan()["charges"][0]["filters"]
    kept = [{"key": "region", "values": ["eu"]}, {"key": "tier", "values": ["hot"]}]
    lago.put("billable_metrics/calls", {"billable_metric": {"filters": kept}})
    after = lago.read_plan()["charges"][0]["filters"]
    assert [found["values"] for found in after] == [{"region": ["eu"]}, {"tier": ["hot"]}, {"tier": ["hot"]}]
    assert [found["lago_id"] for found in after] == [before[0]["lago_id"], before[1]["lago_id"], before[3]["lago_id"]]


@pytest.mark.parametrize(
    ("expression", "value"),
    [
        ("1 + 2 * 3", "7.0"),
        ("round(event.properties.a / 3, 2)", "3.33"),
        ("ceil(event.properties.a / 3)", "4.0"),
        ("floor(-1.5)", "-2.0"),
        ("concat(event.code, '-', event.properties.a)", "e-10"),
        ("(event.timestamp - 1)", "1.0"),
    ],
)
def test_expressions_are_evaluated(expression: str, value: str) -> None:
    event = {"code": "e", "timestamp": 2, "properties": {"a": "10"}}
    reply = Calls().post("billable_metrics/evaluate_expression", {"expression": expression, "event": event})
    assert reply.body == {"expression_result": {"value": value}}


@pytest.mark.parametrize(
    ("expression", "details"),
    [
        ("", {"expression": ["value_is_mandatory"]}),
        ("1+", {"expression": ["invalid_expression"]}),
        ("event.properties.missing", {"event": ["invalid_event"]}),
        ("event.properties.word * 2", {"event": ["invalid_event"]}),
        ("1 / 0", {"event": ["invalid_event"]}),
    ],
)
def test_expressions_without_a_value(expression: str, details: dict[str, list[str]]) -> None:
    event = {"properties": {"word": "x"}}
    reply = Calls().post("billable_metrics/evaluate_expression", {"expression": expression, "event": event})
    assert reply.details == details
