"""What a plan reads as, row by row, where that is not what was sent."""

from typing import Any

import pytest

from lago_gitops.core.model.types import Lock
from lago_gitops.kinds.plan.table import PLAN
from tests.kinds.forms import CHARGE, FIXED, as_read, as_written, recorded

BARE = recorded("pl-min")


def same(answer: dict[str, Any], data: dict[str, Any]) -> bool:
    """Whether an answer with these keys means a manifest with those fields."""
    whole = {
        name: BARE[name] for name in ("code", "name", "interval", "amount_cents", "amount_currency", "pay_in_advance")
    }
    return as_read(PLAN, {**BARE, **answer}) == as_written(PLAN, {**whole, **data})


def charge(answer: dict[str, Any], data: dict[str, Any]) -> bool:
    found = {"taxes": [], "filters": [], "lago_id": "1", "properties": {"amount": "1"}, **CHARGE, **answer}
    return same({"charges": [found]}, {"charges": [{"properties": {"amount": "1"}, **CHARGE, **data}]})


def price(answer: dict[str, Any], data: dict[str, Any], model: str = "standard") -> bool:
    return charge({"charge_model": model, "properties": answer}, {"charge_model": model, "properties": data})


def fixed(answer: dict[str, Any], data: dict[str, Any]) -> bool:
    found = {"taxes": [], "properties": {"amount": "0"}, "units": "0.0", **FIXED, **answer}
    return same({"fixed_charges": [found]}, {"fixed_charges": [{**FIXED, **data}]})


def test_nothing_optional() -> None:
    assert same({}, {})


def test_days_of_trial_are_read_as_a_float() -> None:
    assert same({"trial_period": recorded("plan-09")["trial_period"]}, {"trial_period": "1.5"})


@pytest.mark.parametrize("answer", [None, False])
def test_monthly_flags_are_null_or_false_where_they_are_off(answer: Any) -> None:
    flags = ("bill_charges_monthly", "bill_fixed_charges_monthly")
    assert same(dict.fromkeys(flags, answer), {})
    assert same(dict.fromkeys(flags, answer), dict.fromkeys(flags, False))
    assert not same(dict.fromkeys(flags, answer), dict.fromkeys(flags, True))


def test_taxes_are_read_whole_in_any_order() -> None:
    assert same({"taxes": [{"code": "b", "rate": 1}, {"code": "a", "rate": 2}]}, {"tax_codes": ["a", "b", "a"]})


def test_charges_come_in_any_order() -> None:
    a, b = ({"taxes": [], "filters": [], "properties": {"amount": "0"}, **CHARGE, "code": code} for code in "ab")
    assert same({"charges": [b, a]}, {"charges": [{**CHARGE, "code": "a"}, {**CHARGE, "code": "b"}]})


def test_the_metric_of_a_charge_is_read_as_id_and_code() -> None:
    assert charge({"lago_billable_metric_id": "1"}, {"billable_metric_code": "m"})


@pytest.mark.parametrize("written", [{}, {"properties": {}}, {"properties": None}])
def test_no_properties_are_the_defaults_of_the_model(written: Any) -> None:
    tiers = [{"from_value": 0, "to_value": None, "rate": "0", "fixed_amount": "0", "flat_amount": "0"}]
    answer = {"charge_model": "graduated_percentage", "properties": {"graduated_percentage_ranges": tiers}}
    bare = {**CHARGE, "charge_model": "graduated_percentage", **written}
    assert same({"charges": [{"taxes": [], "filters": [], **CHARGE, **answer}]}, {"charges": [bare]})


def test_keys_that_no_model_has_are_not_looked_at() -> None:
    assert price({"amount": "1", "package_size": 3}, {"amount": "1"})


def test_keys_inside_tiers_that_no_model_has_are_not_looked_at() -> None:
    tier = {"from_value": 0, "to_value": None, "per_unit_amount": "1", "flat_amount": "0"}
    answer = {"volume_ranges": [{**tier, "colour": "red"}]}
    assert price(answer, {"volume_ranges": [tier]}, "volume")


@pytest.mark.parametrize("written", ["grouped_by", "pricing_group_keys"])
def test_group_keys_are_read_under_both_of_their_names(written: str) -> None:
    assert price({"amount": "1", "grouped_by": ["a"], "pricing_group_keys": ["a"]}, {"amount": "1", written: ["a"]})


def test_the_order_of_group_keys_counts() -> None:
    assert not price(
        {"amount": "1", "pricing_group_keys": ["a", "b"]}, {"amount": "1", "pricing_group_keys": ["b", "a"]}
    )


@pytest.mark.parametrize("name", ["pricing_group_keys", "presentation_group_keys"])
@pytest.mark.parametrize("written", [[], None])
def test_no_group_keys_are_absent_or_empty(name: str, written: Any) -> None:
    assert price({"amount": "1"}, {"amount": "1", name: written})
    assert price({"amount": "1", name: []}, {"amount": "1", name: written})


@pytest.mark.parametrize("number", ["10.0", " 10 ", "1_0", "+10", "1e1"])
def test_prices_are_read_as_they_were_sent(number: str) -> None:
    assert price({"amount": number}, {"amount": 10})


def test_a_null_in_a_price_is_as_good_as_none() -> None:
    assert price({"rate": "1", "fixed_amount": None}, {"rate": "1"}, "percentage")


def test_bounds_of_tiers_are_numbers_by_value() -> None:
    def tiers(first: Any, last: Any) -> list[dict[str, Any]]:
        prices = {"per_unit_amount": "1", "flat_amount": "0"}
        return [{"from_value": 0, "to_value": first, **prices}, {"from_value": last, "to_value": None, **prices}]

    assert price({"graduated_ranges": tiers(10, 11)}, {"graduated_ranges": tiers("10.0", "11")}, "graduated")


def test_custom_properties_are_compared_as_they_are() -> None:
    assert price({"custom_properties": {"a": 1}}, {"custom_properties": {"a": 1}}, "custom")
    assert not price({"custom_properties": {"a": 1}}, {"custom_properties": {"a": 2}}, "custom")


def test_conversion_rates_are_read_as_text() -> None:
    answer = {"applied_pricing_unit": {"conversion_rate": "1.25", "code": "credits"}}
    assert charge(answer, {"applied_pricing_unit": {"code": "credits", "conversion_rate": "1.250"}})
    assert charge({"applied_pricing_unit": None}, {})


def test_units_are_read_as_text_with_ten_decimals() -> None:
    assert fixed({"units": "10.0"}, {"units": 10})
    assert fixed({"units": "0.3333333333"}, {"units": "0.33333333333"})


def test_the_add_on_of_a_fixed_charge_is_read_as_id_and_code() -> None:
    assert fixed({"lago_add_on_id": "1"}, {"add_on_code": "o"})


def test_how_to_write_is_never_read() -> None:
    assert fixed({}, {"apply_units_immediately": True})
    assert same({}, {"cascade_updates": True})


FILTER = {"values": {"region": ["us", "eu"], "tier": ["hot"]}, "properties": {"amount": "1"}}


def test_the_values_of_filters_are_sets() -> None:
    answer = {**FILTER, "lago_id": "1", "charge_code": "c", "invoice_display_name": None}
    data = {**FILTER, "values": {"tier": ["hot"], "region": ["eu", "us", "eu"]}}
    assert charge({"filters": [answer]}, {"filters": [data]})


def test_filters_come_in_any_order() -> None:
    other = {"values": {"tier": ["cold"]}, "properties": {"amount": "2"}}
    assert charge({"filters": [FILTER, other]}, {"filters": [other, FILTER]})


def test_thresholds_are_a_set() -> None:
    once = {"lago_id": "1", "amount_cents": 5, "recurring": False, "threshold_display_name": None}
    again = {"lago_id": "2", "amount_cents": 9, "recurring": True, "threshold_display_name": "X"}
    written = [{"amount_cents": 9, "recurring": True, "threshold_display_name": "X"}, {"amount_cents": 5}]
    assert same({"usage_thresholds": [once, again]}, {"usage_thresholds": written})


def test_a_minimum_is_read_with_whole_taxes() -> None:
    answer = {"lago_id": "1", "plan_code": "p", "amount_cents": 5, "interval": "monthly", "taxes": [{"code": "a"}]}
    assert same({"minimum_commitment": answer}, {"minimum_commitment": {"amount_cents": 5, "tax_codes": ["a"]}})


@pytest.mark.parametrize("answer", [{}, {"metadata": {}}])
@pytest.mark.parametrize("written", [{}, {"metadata": {}}, {"metadata": None}, {"metadata": {"a": None}}])
def test_no_metadata_is_absent_or_empty(answer: dict[str, Any], written: dict[str, Any]) -> None:
    assert same(answer, written)


def test_entitlements_are_read_with_the_types_of_their_privileges() -> None:
    written = {"sso": {}, "seats_f": {"max": "10", "beta": True, "label": "gold", "mode": "a"}}
    assert same({"entitlements": recorded("en-put")}, {"entitlements": written})


@pytest.mark.parametrize("name", ["description", "invoice_display_name"])
def test_an_empty_text_is_as_good_as_none(name: str) -> None:
    assert same({name: ""}, {name: None})
    assert same({name: None}, {name: ""})


def test_what_lago_keeps_by_itself_is_not_looked_at() -> None:
    assert same({"pending_deletion": True, "active_subscriptions_count": 7, "parent_id": "1", "created_at": "x"}, {})


# Lago answers 200 and keeps the old value. Recorded: iu-plan-put, use-put-all, use-ch-put, fc-update
def test_fields_that_stay_while_a_plan_is_in_use() -> None:
    assert {field.name for field in PLAN.fields if field.lock is Lock.IN_USE} == {
        "code", "interval", "amount_currency", "trial_period", "pay_in_advance",
        "bill_charges_monthly", "bill_fixed_charges_monthly",
    }  # fmt: skip


def test_fields_for_which_a_charge_is_replaced() -> None:
    def replacing(name: str) -> set[str]:
        return {field.name for field in PLAN.keyed(name).item.fields if field.lock is Lock.REPLACE}

    assert replacing("charges") == {
        "billable_metric_code", "charge_model", "pay_in_advance", "prorated", "invoiceable", "regroup_paid_fees",
        "min_amount_cents", "applied_pricing_unit",
    }  # fmt: skip
    assert replacing("fixed_charges") == {"add_on_code", "charge_model", "pay_in_advance", "prorated"}


def labels(name: str, *items: dict[str, Any]) -> list[str]:
    found = as_written(PLAN, {name: list(items)})[name]
    return [PLAN.keyed(name).label(item) for item in found.values()]


def test_charges_are_called_by_their_code_and_thresholds_by_their_amount() -> None:
    assert labels("charges", CHARGE) == ["c"]
    assert labels("usage_thresholds", {"amount_cents": 5}, {"amount_cents": 6, "recurring": True}) == [
        "[5]",
        "[6 recurring]",
    ]


def test_filters_are_called_by_their_values_and_tiers_by_their_bounds() -> None:
    prices = {"per_unit_amount": "1", "flat_amount": "0"}
    tiers = [{"from_value": 0, "to_value": "10.0", **prices}, {"from_value": 10, "to_value": None, **prices}]
    written = {**CHARGE, "charge_model": "graduated", "properties": {"graduated_ranges": tiers}, "filters": [
        {"values": {"b": ["y", "x"], "a": ["z"]}, "properties": {"graduated_ranges": tiers}}
    ]}  # fmt: skip
    charges = PLAN.keyed("charges").item
    found = as_written(PLAN, {"charges": [written]})["charges"]["c"]
    by_name = {field.name: field.type for field in charges.fields}
    assert [by_name["filters"].label(item) for item in found["filters"].values()] == ["[a=z; b=x,y]"]  # type: ignore[union-attr]
    ranges = by_name["properties"].cases["graduated"].fields[0].type  # type: ignore[union-attr]
    assert [ranges.label(item) for item in found["properties"]["graduated_ranges"].values()] == ["[0–10]", "[10–∞]"]
