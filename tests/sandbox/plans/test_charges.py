from typing import Any

import pytest

from tests.sandbox.calls import Calls, charge

IN_ADVANCE = {"pay_in_advance": ["invalid_aggregation_type_or_charge_model"]}
PRORATED = {"prorated": ["invalid_billable_metric_or_charge_model"]}
SUM = {"aggregation_type": "sum_agg", "field_name": "f"}
TIERS = [{"from_value": 0, "to_value": None, "per_unit_amount": "1", "flat_amount": "0"}]


def refusal(metric: dict[str, Any], fields: dict[str, Any], **settings: Any) -> Any:
    lago = Calls(**settings)
    lago.plan()
    return lago.post(
        "plans/basic/charges", {"charge": charge(lago.metric(**metric), **{"code": "c", **fields})}
    ).details


@pytest.mark.parametrize(
    ("metric", "fields", "details"),
    [
        ({"aggregation_type": "max_agg", "field_name": "f"}, {"pay_in_advance": True}, IN_ADVANCE),
        ({"aggregation_type": "latest_agg", "field_name": "f"}, {"pay_in_advance": True}, IN_ADVANCE),
        (SUM, {"pay_in_advance": True, "charge_model": "volume", "properties": {"volume_ranges": TIERS}}, IN_ADVANCE),
        ({}, {"prorated": True}, PRORATED),
        (SUM, {"prorated": True}, PRORATED),
        (
            {**SUM, "recurring": True},
            {
                "prorated": True,
                "charge_model": "package",
                "properties": {"amount": "1", "free_units": 0, "package_size": 1},
            },
            PRORATED,
        ),
        (
            {**SUM, "recurring": True},
            {
                "prorated": True,
                "pay_in_advance": True,
                "charge_model": "graduated",
                "properties": {"graduated_ranges": TIERS},
            },
            PRORATED,
        ),
        ({}, {"charge_model": None}, {"charge_model": ["value_is_invalid", "value_is_mandatory"]}),
        ({}, {"charge_model": "foo"}, {"charge_model": ["value_is_invalid"]}),
        ({}, {"code": ""}, {"code": ["value_is_mandatory"]}),
    ],
)
def test_what_does_not_go_together(
    metric: dict[str, Any], fields: dict[str, Any], details: dict[str, list[str]]
) -> None:
    assert refusal(metric, fields) == details


@pytest.mark.parametrize(
    ("fields", "details"),
    [
        ({"invoiceable": False}, {"invoiceable": ["must_be_true_unless_pay_in_advance"]}),
        (
            {"regroup_paid_fees": "invoice"},
            {"regroup_paid_fees": ["only_compatible_with_pay_in_advance_and_non_invoiceable"]},
        ),
        ({"min_amount_cents": -1}, {"min_amount_cents": ["value_is_out_of_range"]}),
        ({"min_amount_cents": 5, "pay_in_advance": True}, {"min_amount_cents": ["not_compatible_with_pay_in_advance"]}),
        (
            {"applied_pricing_unit": {"code": "none"}},
            {"pricing_unit": ["relation_must_exist"], "conversion_rate": ["value_is_mandatory", "is not a number"]},
        ),
        (
            {"applied_pricing_unit": {"code": "credits", "conversion_rate": "0"}},
            {"conversion_rate": ["value_is_out_of_range"]},
        ),
    ],
)
def test_what_a_licence_adds_is_checked_with_one_and_ignored_without(
    fields: dict[str, Any], details: dict[str, list[str]]
) -> None:
    assert refusal({}, fields, premium=True, pricing_units=("credits",)) == details
    assert refusal({}, fields) is None


def test_what_a_licence_adds_reads_back() -> None:
    lago = Calls(premium=True, pricing_units=("credits",))
    given = {
        "invoiceable": False,
        "pay_in_advance": True,
        "regroup_paid_fees": "invoice",
        "accepts_target_wallet": True,
    }
    priced = {**given, "applied_pricing_unit": {"code": "credits", "conversion_rate": "1.250"}}
    [found] = lago.plan(charges=[charge(lago.metric(), **priced)])["charges"]
    assert {name: found[name] for name in given} == given
    assert found["applied_pricing_unit"] == {"code": "credits", "conversion_rate": "1.25"}


def test_a_pricing_unit_is_chosen_once() -> None:
    lago = Calls(premium=True, pricing_units=("credits", "tokens"))
    with_unit = {"applied_pricing_unit": {"code": "credits", "conversion_rate": 1}}
    lago.plan(charges=[charge(lago.metric(), code="with", **with_unit), charge(lago.metric("b"), code="without")])
    other = {"charge_model": "standard", "applied_pricing_unit": {"code": "tokens", "conversion_rate": 2}}
    shown = [lago.put(f"plans/basic/charges/{code}", {"charge": other}).body["charge"] for code in ("with", "without")]
    assert [found["applied_pricing_unit"] for found in shown] == [{"code": "credits", "conversion_rate": "2.0"}, None]


def test_codes_are_made_up_in_a_plan_only() -> None:
    lago = Calls()
    metric = lago.metric()
    plan = lago.plan(charges=[charge(metric), charge(metric), charge(metric, code="calls_7"), charge(metric)])
    assert [found["code"] for found in plan["charges"]] == ["calls", "calls_2", "calls_7", "calls_8"]


def test_before_1_39_charges_have_no_codes() -> None:
    lago = Calls(lago_version="1.38.0")
    metric = lago.metric()
    plan = lago.plan(charges=[charge(metric, code="same"), charge(metric, code="same")])
    assert len(plan["charges"]) == 2
    assert not {"code", "lago_parent_id", "accepts_target_wallet"} & set(plan["charges"][0])


def test_an_unknown_metric_has_one_name_alone_and_another_in_a_plan() -> None:
    lago = Calls()
    lago.plan()
    nowhere = charge({"lago_id": "11111111-1111-4111-8111-111111111111"}, code="c")
    assert lago.post("plans/basic/charges", {"charge": nowhere}).code == "billable_metric_not_found"
    assert lago.put("plans/basic", {"plan": {"charges": [nowhere]}}).code == "billable_metrics_not_found"
    assert (
        lago.put("plans/basic", {"plan": {"charges": [{"charge_model": "standard"}]}}).code
        == "billable_metric_not_found"
    )


def test_an_unknown_tax_is_not_found_wherever_it_is_named() -> None:
    lago = Calls()
    lago.plan()
    one = charge(lago.metric(), code="c", tax_codes=["none"])
    assert lago.post("plans/basic/charges", {"charge": one}).code == "tax_not_found"
    assert lago.get("plans/basic/charges/c").code == "charge_not_found"
    assert lago.put("plans/basic", {"plan": {"charges": [one]}}).code == "tax_not_found"


def test_an_unknown_plan_on_a_nested_path() -> None:
    for path in ("plans/none/charges", "plans/none/fixed_charges", "plans/none/entitlements"):
        assert Calls().get(path).code == "plan_not_found"


def unused_and_used(**fields: Any) -> list[Calls]:
    """Two plans alike with one charge, `c`, the second with a subscription."""
    both = [Calls(), Calls()]
    for lago in both:
        lago.plan(charges=[charge(lago.metric(), code="c", **fields)])
        lago.metric("other")
    both[1].subscription()
    return both


def test_an_update_sets_back_what_it_leaves_out() -> None:
    for lago in unused_and_used(invoice_display_name="N"):
        shown = lago.put("plans/basic/charges/c", {"charge": {"charge_model": "standard"}}).body["charge"]
        assert (shown["properties"], shown["invoice_display_name"]) == ({"amount": "0"}, None)


def test_without_a_model_an_unused_plan_refuses_and_a_used_one_lacks_the_price() -> None:
    unused, used = (lago.put("plans/basic/charges/c", {"charge": {"code": "c"}}).details for lago in unused_and_used())
    assert unused == {"charge_model": ["value_is_invalid", "value_is_mandatory"]}
    assert used == {"properties": ["invalid_amount"]}


def test_of_a_used_plan_the_new_price_is_kept_under_the_old_model() -> None:
    package = {
        "charge_model": "package",
        "code": "x",
        "properties": {"amount": "5", "free_units": 0, "package_size": 2},
    }
    unused, used = (lago.put("plans/basic/charges/c", {"charge": package}).body["charge"] for lago in unused_and_used())
    assert (unused["charge_model"], unused["code"], unused["properties"]["package_size"]) == ("package", "x", 2)
    assert (used["charge_model"], used["code"], used["properties"]) == ("standard", "c", {"amount": "5"})


def test_of_a_used_plan_metric_and_flags_are_ignored() -> None:
    unused, used = unused_and_used()
    for lago, code in ((unused, "other"), (used, "calls")):
        other = lago.get("billable_metrics/other").body["billable_metric"]
        wanted = charge(other, pay_in_advance=True)
        shown = lago.put("plans/basic/charges/c", {"charge": wanted}).body["charge"]
        assert shown["billable_metric_code"] == code
        assert shown["pay_in_advance"] is (code == "other")


def test_a_new_model_is_checked_against_the_old_flags_first() -> None:
    lago = Calls()
    lago.plan(charges=[charge(lago.metric(), code="c", pay_in_advance=True)])
    volume = {"charge_model": "volume", "pay_in_advance": False, "properties": {"volume_ranges": TIERS}}
    assert lago.put("plans/basic/charges/c", {"charge": volume}).details == IN_ADVANCE


def test_an_update_to_no_metric_is_refused() -> None:
    lago = unused_and_used()[0]
    nowhere = charge({"lago_id": "11111111-1111-4111-8111-111111111111"})
    assert lago.put("plans/basic/charges/c", {"charge": nowhere}).details == {
        "billable_metric": ["relation_must_exist"]
    }


def test_a_deleted_charge_answers_without_filters_and_frees_its_code() -> None:
    lago = Calls()
    metric = lago.metric(filters=[{"key": "k", "values": ["v"]}])
    filters = [{"values": {"k": ["v"]}, "properties": {"amount": "2"}}]
    lago.tax()
    lago.plan(charges=[charge(metric, code="c", filters=filters, tax_codes=["vat"])])
    gone = lago.delete("plans/basic/charges/c").body["charge"]
    assert (gone["filters"], [tax["code"] for tax in gone["taxes"]]) == ([], ["vat"])
    assert lago.delete("plans/basic/charges/c").code == "charge_not_found"
    assert lago.post("plans/basic/charges", {"charge": charge(metric, code="c")}).status == 200
