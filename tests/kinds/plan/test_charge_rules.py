from typing import Any

import pytest

from lago_gitops.kinds.plan.charge_rules import charge_findings
from tests.kinds.forms import CHARGE, METRIC, PLAN, findings

TIERS = [{"from_value": 0, "to_value": None, "per_unit_amount": "1", "flat_amount": "0"}]
RATES = [{"from_value": 0, "to_value": None, "rate": "1", "flat_amount": "0"}]
MODELS = {
    "standard": {"amount": "1"},
    "graduated": {"graduated_ranges": TIERS},
    "graduated_percentage": {"graduated_percentage_ranges": RATES},
    "package": {"amount": "1", "package_size": 1, "free_units": 0},
    "percentage": {"rate": "1"},
    "volume": {"volume_ranges": TIERS},
    "dynamic": {},
    "custom": {},
}


def found(metric: dict[str, Any] | None = None, **fields: Any) -> list[tuple[str, str]]:
    """Of one charge; paths count from it."""
    charge = {**CHARGE, **fields}
    charge.setdefault("properties", MODELS[charge["charge_model"]])
    wrong = findings({**PLAN, "charges": [charge]}, {**METRIC, **(metric or {})})
    assert all(path.startswith("charges.0.") for path, _ in wrong)
    return [(path.removeprefix("charges.0."), message) for path, message in wrong]


def metric(aggregation: str, **fields: Any) -> dict[str, Any]:
    return {"aggregation_type": aggregation, **fields}


# recorded: ch-advance-volume
def test_a_volume_charge_is_in_arrears() -> None:
    assert found(charge_model="volume") == []
    assert found(charge_model="volume", pay_in_advance=True) == [
        ("pay_in_advance", "a volume charge can't be billed in advance")
    ]


def test_a_charge_in_advance_has_no_minimum() -> None:
    assert found(min_amount_cents=5) == found(pay_in_advance=True, min_amount_cents=0) == []
    assert found(pay_in_advance=True, min_amount_cents=5) == [
        ("min_amount_cents", "a charge billed in advance has no minimum")
    ]


def test_only_a_charge_in_advance_is_left_off_invoices() -> None:
    assert found(pay_in_advance=True, invoiceable=False) == []
    assert found(invoiceable=False) == [("invoiceable", "only a charge billed in advance can be kept off invoices")]


@pytest.mark.parametrize("flags", [{"pay_in_advance": True}, {"pay_in_advance": True, "invoiceable": True}, {}])
def test_fees_are_regrouped_where_they_are_in_advance_and_on_no_invoice(flags: dict[str, bool]) -> None:
    assert found(pay_in_advance=True, invoiceable=False, regroup_paid_fees="invoice") == []
    assert found(regroup_paid_fees="invoice", invoiceable=False)[-1][0] == "regroup_paid_fees"
    assert found(regroup_paid_fees="invoice", **flags) == [
        ("regroup_paid_fees", "fees are regrouped only where pay_in_advance is true and invoiceable false")
    ]


@pytest.mark.parametrize("aggregation", ["count_agg", "sum_agg", "unique_count_agg", "custom_agg"])
def test_usage_that_adds_up_can_be_paid_in_advance(aggregation: str) -> None:
    assert found(metric(aggregation), pay_in_advance=True) == []


@pytest.mark.parametrize("aggregation", ["max_agg", "latest_agg", "weighted_sum_agg"])
def test_and_no_other(aggregation: str) -> None:
    assert found(metric(aggregation), pay_in_advance=True) == [
        ("pay_in_advance", f"a charge on a {aggregation} metric can't be billed in advance")
    ]


# recorded: ch-dynamic-count
@pytest.mark.parametrize(("model", "only"), [("dynamic", "sum_agg"), ("custom", "custom_agg")])
def test_some_models_go_with_one_aggregation(model: str, only: str) -> None:
    assert found(metric(only), charge_model=model) == []
    assert found(metric("count_agg"), charge_model=model) == [
        ("charge_model", f"{model} needs a {only} metric; this one is count_agg")
    ]


# recorded: ch-pct-latest
@pytest.mark.parametrize("model", ["percentage", "graduated_percentage"])
def test_a_latest_value_is_not_priced_in_percent(model: str) -> None:
    assert found(metric("max_agg"), charge_model=model) == []
    assert found(metric("latest_agg"), charge_model=model) == [
        ("charge_model", f"{model} can't price a latest_agg metric")
    ]


# recorded: ch-prorated-metered
def test_a_recurring_metric_can_be_prorated() -> None:
    assert found(metric("sum_agg", recurring=True), prorated=True) == []
    assert found(metric("sum_agg"), prorated=True) == [("prorated", "only a recurring metric can be prorated")]


@pytest.mark.parametrize("model", ["standard", "package"])
def test_a_weighted_sum_is_prorated_by_itself(model: str) -> None:
    assert found(metric("weighted_sum_agg", recurring=True), charge_model=model, prorated=True) == [
        ("prorated", "weighted_sum_agg already weights units by time")
    ]


@pytest.mark.parametrize("model", ["standard", "volume", "graduated"])
def test_these_models_are_prorated_in_arrears(model: str) -> None:
    assert found(metric("sum_agg", recurring=True), charge_model=model, prorated=True) == []


def test_others_are_not() -> None:
    recurring = metric("sum_agg", recurring=True)
    assert found(recurring, charge_model="package", prorated=True) == [
        ("prorated", "a package charge in arrears can't be prorated")
    ]
    assert found(recurring, prorated=True, pay_in_advance=True) == []
    assert found(recurring, charge_model="graduated", prorated=True, pay_in_advance=True) == [
        ("prorated", "a graduated charge in advance can't be prorated")
    ]


def test_nothing_is_said_of_a_metric_that_no_manifest_describes() -> None:
    charge = {**CHARGE, "charge_model": "dynamic", "prorated": True, "filters": [
        {"values": {"unheard": ["of"]}}
    ]}  # fmt: skip
    assert findings({**PLAN, "charges": [charge]}) == []


def test_custom_properties_go_with_a_custom_metric() -> None:
    price = {"amount": "1", "custom_properties": {"a": 1}}
    filters = [{"values": {"tier": ["hot"]}, "properties": price}]
    declared = {"filters": [{"key": "tier", "values": ["hot"]}]}
    assert found(metric("custom_agg", **declared), properties=price, filters=filters) == []
    message = "only a charge on a custom_agg metric has custom_properties"
    assert found(declared, properties=price, filters=filters) == [
        ("properties.custom_properties", message),
        ("filters.0.properties.custom_properties", message),
    ]


def percentage(**properties: Any) -> list[tuple[str, str]]:
    return found(charge_model="percentage", properties={"rate": "1", **properties})


def test_the_least_of_an_event_is_not_above_the_most() -> None:
    assert percentage(per_transaction_min_amount="2", per_transaction_max_amount="2.0") == []
    assert percentage(per_transaction_min_amount="2") == percentage(per_transaction_max_amount="2") == []
    assert percentage(per_transaction_min_amount="10", per_transaction_max_amount="9") == [
        ("properties.per_transaction_min_amount", "the minimum 10 is above the maximum 9")
    ]


def standard(**properties: Any) -> list[tuple[str, str]]:
    return found(properties={"amount": "1", **properties})


@pytest.mark.parametrize("name", ["pricing_group_keys", "grouped_by"])
def test_a_group_key_is_there_once(name: str) -> None:
    assert standard(**{name: ["a", "b"]}) == []
    assert standard(**{name: ["a", "a"]}) == [("properties.pricing_group_keys.1", "the group key 'a' appears twice")]


def test_two_properties_are_shown_each_once() -> None:
    a, b, c = ({"value": value} for value in "abc")
    assert standard(presentation_group_keys=[a, b]) == []
    assert standard(presentation_group_keys=[a, b, c]) == [
        ("properties.presentation_group_keys", "at most two properties can be shown on the invoice")
    ]
    assert standard(presentation_group_keys=[a, a]) == [("properties.presentation_group_keys.1", "'a' appears twice")]


REGIONS = [{"key": "region", "values": ["eu", "us"]}, {"key": "tier", "values": ["hot"]}]


def filtered(*values: dict[str, list[str]]) -> list[tuple[str, str]]:
    filters = [{"values": one, "properties": {"amount": "1"}} for one in values]
    return found({"filters": REGIONS}, filters=filters)


def test_a_filter_has_values_of_the_metric() -> None:
    assert filtered({"region": ["eu", "us"], "tier": ["hot"]}, {"region": ["us"]}) == []
    assert filtered({"region": ["eu", "asia"]}) == [
        ("filters.0.values.region", "the metric's filter 'region' has no value 'asia'")
    ]
    assert filtered({"zone": ["eu"]}) == [("filters.0.values.zone", "the metric has no filter 'zone'")]


@pytest.mark.parametrize(("declared", "hint"), [(REGIONS, "its filters: region, tier"), ([], "its filters: none")])
def test_the_filters_that_a_metric_has_are_named(declared: list[dict[str, Any]], hint: str) -> None:
    charge = {**CHARGE, "filters": [{"values": {"zone": ["eu"]}, "properties": {"amount": "1"}}]}
    [found] = charge_findings(charge, (), lambda _: {**METRIC, "filters": declared})
    assert found.hint == hint


def test_every_value_stands_for_all_alone() -> None:
    assert filtered({"region": ["__ALL_FILTER_VALUES__"]}) == []
    assert filtered({"region": ["__ALL_FILTER_VALUES__", "eu"]}) == [
        ("filters.0.values.region", "__ALL_FILTER_VALUES__ stands alone")
    ]


def test_two_filters_of_the_same_values_are_one_too_many() -> None:
    assert filtered({"region": ["eu"]}, {"region": ["us"]}) == []
    twins = {"filters": [{"key": key, "values": ["eu"]} for key in ("from", "to")]}
    alike = [{"values": {key: ["eu"]}, "properties": {"amount": "1"}} for key in ("from", "to")]
    assert found(twins, filters=alike) == []
    assert filtered({"region": ["eu", "us"]}, {"region": ["us", "eu", "us"]}) == [
        ("filters.1.values", "another filter of this charge already has the same values")
    ]


def test_the_price_of_a_filter_is_held_against_the_same_rules() -> None:
    keys = {"amount": "1", "pricing_group_keys": ["a", "a"]}
    assert found({"filters": REGIONS}, filters=[{"values": {"tier": ["hot"]}, "properties": keys}]) == [
        ("filters.0.properties.pricing_group_keys.1", "the group key 'a' appears twice")
    ]
