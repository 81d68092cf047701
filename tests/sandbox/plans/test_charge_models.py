from typing import Any

import pytest

from tests.sandbox.calls import Calls, charge

Properties = dict[str, Any]


def tier(start: object, end: object, price: object = "1", flat: object = "0") -> Properties:
    return {"from_value": start, "to_value": end, "per_unit_amount": price, "flat_amount": flat}


def share(start: object, end: object, rate: object = "1") -> Properties:
    return {"from_value": start, "to_value": end, "rate": rate, "flat_amount": "0"}


def sent(model: str, properties: object, metric: dict[str, Any] | None = None, **settings: Any) -> Any:
    """The reply to a plan with one such charge."""
    lago = Calls(**settings)
    one = charge(lago.metric(**(metric or {})), charge_model=model, properties=properties)
    return lago.post("plans", {"plan": {**PLAN, "charges": [one]}})


PLAN = {
    "name": "n",
    "code": "c",
    "interval": "monthly",
    "amount_cents": 0,
    "amount_currency": "USD",
    "pay_in_advance": False,
}
LATEST = {"aggregation_type": "latest_agg", "field_name": "f"}
GRADUATED_PERCENTAGE = "graduated_percentage_ranges"

REFUSED: list[tuple[str, Properties, list[str]]] = [
    ("standard", {"amount": 10}, ["invalid_amount"]),
    ("standard", {"free_units": 1}, ["invalid_amount"]),
    ("package", {"amount": "1"}, ["invalid_free_units", "invalid_package_size"]),
    ("package", {"amount": "1", "free_units": True, "package_size": 1}, ["invalid_free_units"]),
    ("package", {"amount": "1", "free_units": 0, "package_size": 10.0}, ["invalid_package_size"]),
    ("percentage", {"rate": "1", "free_units_per_events": 1.5}, ["invalid_free_units_per_events"]),
    (
        "percentage",
        {"rate": "1", "free_units_per_total_aggregation": "-1"},
        ["invalid_free_units_per_total_aggregation"],
    ),
    ("graduated", {"graduated_ranges": []}, ["missing_graduated_ranges"]),
    ("graduated", {"amount": "1"}, ["missing_graduated_ranges"]),
    ("graduated", {"graduated_ranges": [tier(2, None)]}, ["invalid_graduated_ranges"]),
    ("graduated", {"graduated_ranges": [tier(0, 10), tier(12, None)]}, ["invalid_graduated_ranges"]),
    ("graduated", {"graduated_ranges": [tier(0, None), tier(1, None)]}, ["invalid_graduated_ranges"]),
    ("volume", {"volume_ranges": []}, ["missing_volume_ranges"]),
    ("volume", {"volume_ranges": [tier(0, 10), tier(10, None)]}, ["invalid_volume_ranges"]),
    ("volume", {"volume_ranges": [tier(0, 10), tier(13, None)]}, ["invalid_volume_ranges"]),
]


@pytest.mark.parametrize(("model", "properties", "codes"), REFUSED)
def test_properties_that_are_refused(model: str, properties: Properties, codes: list[str]) -> None:
    assert sent(model, properties).details == {"properties": codes}


CRASHES: list[tuple[str, Properties]] = [
    ("graduated", {"graduated_ranges": [tier(None, None)]}),
    ("graduated", {"graduated_ranges": [tier("x", None)]}),
    ("graduated", {"graduated_ranges": "x"}),
    ("volume", {"volume_ranges": [tier(0, "10"), tier(11, None)]}),
    ("graduated_percentage", {"amount": "1"}),
    ("standard", {"amount": "1", "pricing_group_keys": "team"}),
    ("standard", {"amount": "1", "grouped_by": [1]}),
]


@pytest.mark.parametrize(("model", "properties"), CRASHES)
def test_properties_that_crash_lago(model: str, properties: Properties) -> None:
    assert sent(model, properties).status == 500


ACCEPTED: list[tuple[str, Properties]] = [
    ("graduated", {"graduated_ranges": [tier(1, 10), tier(10, 10.5), tier(11.5, None)]}),
    ("graduated", {"graduated_ranges": [tier("0", "10"), tier("11", None)]}),
    ("volume", {"volume_ranges": [tier(1, 10), tier(12, 20), tier(21, None)]}),
    ("percentage", {"rate": "101", "per_transaction_max_amount": "x"}),
]


@pytest.mark.parametrize(("model", "properties"), ACCEPTED)
def test_properties_that_pass_though_they_are_odd(model: str, properties: Properties) -> None:
    reply = sent(model, properties)
    assert reply.body["plan"]["charges"][0]["properties"] == properties


@pytest.mark.parametrize(
    "tiers",
    [[tier(1, None)], [tier(0, 10), tier(10, None)], [tier(0, 10), tier(12, None)]],
    ids=["one", "touching", "hole"],
)
@pytest.mark.parametrize("model", ["graduated", "volume"])
def test_before_1_45_tiers_start_at_zero_and_one_above_the_one_before(model: str, tiers: list[Properties]) -> None:
    key = f"{model}_ranges"
    assert sent(model, {key: tiers}, lago_version="1.44.0").details == {"properties": [f"invalid_{key}"]}


DEFAULTS: list[tuple[str, Properties]] = [
    ("standard", {"amount": "0"}),
    ("graduated", {"graduated_ranges": [tier(0, None, "0")]}),
    ("package", {"package_size": 1, "amount": "0", "free_units": 0}),
    ("percentage", {"rate": "0"}),
    ("volume", {"volume_ranges": [tier(0, None, "0")]}),
    (
        "graduated_percentage",
        {
            GRADUATED_PERCENTAGE: [
                {"from_value": 0, "to_value": None, "rate": "0", "fixed_amount": "0", "flat_amount": "0"}
            ]
        },
    ),
]


@pytest.mark.parametrize("nothing", [None, {}])
@pytest.mark.parametrize(("model", "properties"), DEFAULTS)
def test_without_properties_a_charge_costs_nothing(model: str, properties: Properties, nothing: object) -> None:
    reply = sent(model, nothing, premium=True)
    assert reply.body["plan"]["charges"][0]["properties"] == properties


def test_foreign_keys_go_at_the_top_and_stay_within_tiers() -> None:
    noted = {**tier(0, None), "note": "x"}
    reply = sent("graduated", {"graduated_ranges": [noted], "amount": "1", "note": "x"})
    assert reply.body["plan"]["charges"][0]["properties"] == {"graduated_ranges": [noted]}


@pytest.mark.parametrize(
    ("keys", "shown"),
    [
        ({"grouped_by": ["a"]}, {"pricing_group_keys": ["a"], "grouped_by": ["a"]}),
        ({"pricing_group_keys": ["a", "a"]}, {"pricing_group_keys": ["a", "a"], "grouped_by": ["a", "a"]}),
        ({"pricing_group_keys": ["a"], "grouped_by": ["b"]}, {"pricing_group_keys": ["a"], "grouped_by": ["a"]}),
        ({"pricing_group_keys": []}, {}),
        ({"pricing_group_keys": [""]}, {"pricing_group_keys": []}),
        ({"presentation_group_keys": []}, {}),
    ],
)
def test_group_keys_read_back_under_both_names(keys: Properties, shown: Properties) -> None:
    reply = sent("standard", {"amount": "1", **keys})
    assert reply.body["plan"]["charges"][0]["properties"] == {"amount": "1", **shown}


@pytest.mark.parametrize(
    ("keys", "code"),
    [
        (["region"], "invalid_type"),
        ("region", "invalid_type"),
        ([{"value": "a"}, {"value": "a"}], "value_is_duplicated"),
        ([{"value": "a"}, {"value": "b"}, {"value": "c"}], "too_many_keys"),
        ([{"value": "a", "options": {"display_in_invoice": "yes"}}], "invalid_type"),
    ],
)
def test_presentation_group_keys_are_checked(keys: object, code: str) -> None:
    assert sent("standard", {"amount": "1", "presentation_group_keys": keys}).details == {"properties": [code]}


@pytest.mark.parametrize("model", ["percentage", "graduated_percentage"])
def test_shares_of_a_latest_value_are_refused(model: str) -> None:
    properties = {"rate": "1"} if model == "percentage" else {GRADUATED_PERCENTAGE: [share(0, None)]}
    assert sent(model, properties, LATEST, premium=True).details == {"properties": ["invalid_value"]}


def test_graduated_percentage_takes_a_licence() -> None:
    tiers = {GRADUATED_PERCENTAGE: [share(0, None)]}
    refused = sent("graduated_percentage", tiers).details
    assert refused == {"charge_model": ["graduated_percentage_requires_premium_license"]}
    assert sent("graduated_percentage", tiers, premium=True).status == 200


@pytest.mark.parametrize(
    ("bounds", "code"),
    [
        ({"per_transaction_min_amount": "x"}, "invalid_amount"),
        (
            {"per_transaction_min_amount": "2", "per_transaction_max_amount": "1"},
            "per_transaction_max_lower_than_per_transaction_min",
        ),
    ],
)
def test_bounds_of_a_transaction_are_checked_with_a_licence_only(bounds: Properties, code: str) -> None:
    properties = {"rate": "1", **bounds}
    assert sent("percentage", properties).status == 200
    assert sent("percentage", properties, premium=True).details == {"properties": [code]}


@pytest.mark.parametrize(("model", "properties"), [("dynamic", {}), ("custom", {})])
def test_some_models_take_one_kind_of_metric(model: str, properties: Properties) -> None:
    assert sent(model, properties).details == {"charge_model": ["invalid_aggregation_type_or_charge_model"]}
