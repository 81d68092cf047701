from typing import Any

import pytest

from tests.sandbox.calls import Calls

PATH = "plans/basic/fixed_charges"
TIERS = [{"from_value": 0, "to_value": None, "per_unit_amount": "1", "flat_amount": "0"}]


@pytest.fixture
def lago() -> Calls:
    calls = Calls()
    calls.add_on()
    calls.plan()
    return calls


def made(lago: Calls, **fields: Any) -> Any:
    return lago.post(
        PATH, {"fixed_charge": {"add_on_code": "setup", "code": "f", "charge_model": "standard", **fields}}
    )


@pytest.mark.parametrize(
    ("fields", "details"),
    [
        ({"units": -1}, {"units": ["value_is_out_of_range"]}),
        ({"units": "abc"}, {"units": ["is not a number"]}),
        ({"charge_model": None}, {"charge_model": ["value_is_mandatory"]}),
        ({"code": None}, {"code": ["value_is_mandatory"]}),
        ({"charge_model": "volume", "pay_in_advance": True}, {"pay_in_advance": ["invalid_charge_model"]}),
        (
            {"charge_model": "graduated", "pay_in_advance": True, "prorated": True},
            {"prorated": ["invalid_charge_model"]},
        ),
        ({"properties": {"rate": "1"}}, {"properties": ["value_is_mandatory"]}),
        ({"properties": {"amount": 1}}, {"properties": ["invalid_amount"]}),
    ],
)
def test_what_a_fixed_charge_is_refused_for(lago: Calls, fields: dict[str, Any], details: dict[str, list[str]]) -> None:
    assert made(lago, **fields).details == details


@pytest.mark.parametrize("fields", [{"charge_model": "package"}, {"add_on_code": None}])
def test_another_model_and_no_add_on_crash_lago(lago: Calls, fields: dict[str, Any]) -> None:
    assert made(lago, **fields).status == 500


def test_an_unknown_add_on_is_not_found(lago: Calls) -> None:
    assert made(lago, add_on_code="none").code == "add_on_not_found"


def test_within_a_plan_the_code_of_an_add_on_is_dropped(lago: Calls) -> None:
    fixed = {"add_on_code": "setup", "charge_model": "standard"}
    assert lago.put("plans/basic", {"plan": {"fixed_charges": [fixed]}}).status == 500


@pytest.mark.parametrize(("sent", "shown"), [(10, "10.0"), ("1.250", "1.25"), (None, "0.0"), (0.1, "0.1")])
def test_units_are_text_with_one_decimal_at_least(lago: Calls, sent: object, shown: str) -> None:
    assert made(lago, units=sent).body["fixed_charge"]["units"] == shown


def test_codes_are_made_up_from_the_add_on(lago: Calls) -> None:
    add_on = lago.get("add_ons/setup").body["add_on"]
    fixed = {"add_on_id": add_on["lago_id"], "charge_model": "standard"}
    plan = lago.put("plans/basic", {"plan": {"fixed_charges": [fixed, fixed]}}).body["plan"]
    assert [found["code"] for found in plan["fixed_charges"]] == ["setup", "setup_2"]


def test_an_update_never_changes_add_on_and_flags_and_sets_back_the_price(lago: Calls) -> None:
    lago.add_on("other")
    made(lago, units=1, properties={"amount": "5"}, invoice_display_name="N")
    wanted = {"charge_model": "standard", "units": 2, "add_on_code": "other", "pay_in_advance": True, "prorated": True}
    shown = lago.put(f"{PATH}/f", {"fixed_charge": wanted}).body["fixed_charge"]
    assert (shown["add_on_code"], shown["pay_in_advance"], shown["prorated"]) == ("setup", False, False)
    assert (shown["units"], shown["properties"], shown["invoice_display_name"]) == ("2.0", {"amount": "0"}, None)


def test_units_left_out_of_an_update_are_no_number(lago: Calls) -> None:
    made(lago, units=1)
    refused = lago.put(f"{PATH}/f", {"fixed_charge": {"charge_model": "standard"}})
    assert refused.details == {"units": ["is not a number"]}


def test_of_a_used_plan_another_model_leaves_no_properties(lago: Calls) -> None:
    made(lago, units=1)
    lago.subscription()
    wanted = {"charge_model": "volume", "code": "x", "units": 2, "properties": {"volume_ranges": TIERS}}
    assert lago.put(f"{PATH}/f", {"fixed_charge": wanted}).details == {"properties": ["value_is_mandatory"]}
    shown = lago.put(f"{PATH}/f", {"fixed_charge": {**wanted, "properties": {"amount": "7"}}}).body["fixed_charge"]
    assert (shown["charge_model"], shown["code"], shown["units"]) == ("standard", "f", "2.0")


def test_a_deleted_fixed_charge_is_not_found_and_its_code_free(lago: Calls) -> None:
    made(lago)
    assert lago.delete(f"{PATH}/f").status == 200
    assert lago.get(f"{PATH}/f").code == "fixed_charge_not_found"
    assert made(lago).status == 200


def test_a_deleted_add_on_takes_its_fixed_charges_along_since_1_40() -> None:
    def left(version: str) -> int:
        lago = Calls(lago_version=version)
        lago.plan(fixed_charges=[{"add_on_id": lago.add_on()["lago_id"], "charge_model": "standard"}])
        lago.delete("add_ons/setup")
        return len(lago.read_plan()["fixed_charges"])

    assert (left("1.39.0"), left("1.40.0")) == (1, 0)


def test_the_list_has_the_newest_first(lago: Calls) -> None:
    made(lago, code="a")
    made(lago, code="b")
    assert [found["code"] for found in lago.get(PATH).body["fixed_charges"]] == ["b", "a"]
