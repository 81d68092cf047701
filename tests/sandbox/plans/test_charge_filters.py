from typing import Any

import pytest

from tests.sandbox.calls import Calls, charge

PATH = "plans/basic/charges/c/filters"
MANDATORY = {"values": ["value_is_mandatory"]}


@pytest.fixture
def lago() -> Calls:
    calls = Calls()
    metric = calls.metric(filters=[{"key": "region", "values": ["eu", "us"]}, {"key": "tier", "values": ["hot"]}])
    calls.plan(charges=[charge(metric, code="c", filters=[one("1", region=["eu", "us"]), one("2", tier=["hot"])])])
    return calls


def one(amount: str, **values: list[str]) -> dict[str, Any]:
    return {"properties": {"amount": amount}, "values": values}


def filters(lago: Calls) -> list[dict[str, Any]]:
    [found] = lago.read_plan()["charges"]
    return list(found["filters"])


def write(lago: Calls, *given: dict[str, Any]) -> Any:
    wanted = {"charge_model": "standard", "properties": {"amount": "1"}, "filters": list(given)}
    return lago.put("plans/basic/charges/c", {"charge": wanted})


@pytest.mark.parametrize(
    ("given", "details"),
    [
        ({"properties": {"amount": "1"}}, MANDATORY),
        (one("1"), MANDATORY),
        (one("1", region=[]), MANDATORY),
        (one("1", region=["mars"]), {"values": ["value_is_invalid"]}),
        (one("1", region=["eu", "__ALL_FILTER_VALUES__"]), {"values": ["value_is_invalid"]}),
        (
            one("1", planet=["mars"]),
            {"billable_metric_filter": ["relation_must_exist"], "values": ["value_is_invalid"]},
        ),
        ({"values": {"region": ["eu"]}}, {"properties": ["invalid_amount"]}),
    ],
)
def test_what_a_filter_is_refused_for(lago: Calls, given: dict[str, Any], details: dict[str, list[str]]) -> None:
    assert lago.post(PATH, {"filter": given}).details == details
    assert write(lago, given).details == details


def test_a_filter_is_known_by_its_values_in_their_order(lago: Calls) -> None:
    before = filters(lago)
    write(lago, one("9", tier=["hot"]), one("8", region=["us", "eu"]))
    after = filters(lago)
    assert [found["values"] for found in after] == [{"tier": ["hot"]}, {"region": ["us", "eu"]}]
    assert after[0]["lago_id"] == before[1]["lago_id"]
    assert after[1]["lago_id"] not in {found["lago_id"] for found in before}


def test_those_that_stay_come_first_in_the_order_sent(lago: Calls) -> None:
    write(lago, one("3", region=["us"]), one("2", tier=["hot"]), one("1", region=["eu", "us"]))
    assert [found["values"] for found in filters(lago)] == [
        {"tier": ["hot"]},
        {"region": ["eu", "us"]},
        {"region": ["us"]},
    ]


def test_the_same_values_twice_are_two_filters_at_first_and_one_later(lago: Calls) -> None:
    same = one("1", region=["us"])
    write(lago, same, same)
    assert len(filters(lago)) == 2
    write(lago, same, same)
    assert len(filters(lago)) == 1


def test_a_name_left_out_is_taken_away_by_a_whole_write_and_kept_by_one_of_the_filter(lago: Calls) -> None:
    write(lago, {**one("1", tier=["hot"]), "invoice_display_name": "N"})
    [found] = filters(lago)
    shown = lago.put(f"{PATH}/{found['lago_id']}", {"filter": {"properties": {"amount": "5"}}}).body["filter"]
    assert (shown["invoice_display_name"], shown["properties"]) == ("N", {"amount": "5"})
    write(lago, one("1", tier=["hot"]))
    assert filters(lago)[0]["invoice_display_name"] is None


def test_an_update_never_changes_values_and_moves_the_filter_to_the_end(lago: Calls) -> None:
    first, second = filters(lago)
    lago.put(f"{PATH}/{first['lago_id']}", {"filter": {"values": {"tier": ["hot"]}, "invoice_display_name": "N"}})
    assert [found["lago_id"] for found in filters(lago)] == [second["lago_id"], first["lago_id"]]
    assert filters(lago)[1]["values"] == first["values"]


def test_empty_properties_are_no_update(lago: Calls) -> None:
    [first, _] = filters(lago)
    refused = lago.put(f"{PATH}/{first['lago_id']}", {"filter": {"properties": {}}})
    assert refused.details == {"properties": ["invalid_amount"]}


@pytest.mark.parametrize("method", ["GET", "PUT", "DELETE"])
def test_an_unknown_filter_is_not_found(lago: Calls, method: str) -> None:
    path = f"{PATH}/11111111-1111-4111-8111-111111111111"
    assert lago.send(method, path, {"filter": {"invoice_display_name": "x"}}).code == "charge_filter_not_found"


def test_a_deleted_filter_answers_without_values(lago: Calls) -> None:
    [first, second] = filters(lago)
    assert lago.delete(f"{PATH}/{first['lago_id']}").body["filter"]["values"] == {}
    assert filters(lago) == [second]


def test_presentation_keys_never_stay_in_a_filter(lago: Calls) -> None:
    given = one("1", region=["us"])
    given["properties"] |= {"presentation_group_keys": [{"value": "a"}], "pricing_group_keys": ["b"]}
    shown = lago.post(PATH, {"filter": given}).body["filter"]["properties"]
    assert shown == {"amount": "1", "pricing_group_keys": ["b"], "grouped_by": ["b"]}


def test_before_1_39_a_filter_has_no_id() -> None:
    lago = Calls(lago_version="1.38.0")
    metric = lago.metric(filters=[{"key": "k", "values": ["v"]}])
    plan = lago.plan(charges=[charge(metric, filters=[one("1", k=["v"])])])
    assert set(plan["charges"][0]["filters"][0]) == {"invoice_display_name", "properties", "values"}
