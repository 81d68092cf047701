from typing import Any

import pytest

from tests.sandbox.calls import Calls, charge, plan

TAKEN = {"code": ["value_already_exist"]}


@pytest.mark.parametrize(
    ("fields", "details"),
    [
        ({"interval": None}, {"interval": ["value_is_invalid"]}),
        ({"interval": "daily"}, {"interval": ["value_is_invalid"]}),
        ({"name": None}, {"name": ["value_is_mandatory"]}),
        ({"code": ""}, {"code": ["value_is_mandatory"]}),
        ({"amount_cents": "abc"}, {"amount_cents": ["is not a number"]}),
        ({"amount_cents": None}, {"amount_cents": ["value_is_mandatory"]}),
        ({"amount_currency": "usd"}, {"amount_currency": ["value_is_invalid"]}),
        ({"pay_in_advance": None}, {"pay_in_advance": ["value_is_invalid"]}),
    ],
)
def test_what_a_plan_is_refused_for(fields: dict[str, Any], details: dict[str, list[str]]) -> None:
    assert Calls().post("plans", plan(**fields)).details == details


def test_an_unknown_add_on_or_tax_is_not_found_and_the_plan_not_made() -> None:
    lago = Calls()
    fixed = {"add_on_id": "11111111-1111-4111-8111-111111111111", "charge_model": "standard"}
    assert lago.post("plans", plan(fixed_charges=[fixed])).code == "add_ons_not_found"
    assert lago.post("plans", plan(tax_codes=["none"])).code == "tax_not_found"
    assert lago.get("plans").body["plans"] == []


@pytest.mark.parametrize("interval", ["semiannual", "yearly"])
def test_an_update_of_a_long_plan_without_its_interval_resets_the_monthly_flags(interval: str) -> None:
    lago = Calls()
    lago.plan(interval=interval, bill_charges_monthly=True)
    updated = lago.put("plans/basic", {"plan": {"name": "n"}}).body["plan"]
    assert (updated["bill_charges_monthly"], updated["bill_fixed_charges_monthly"]) == (None, None)
    updated = lago.put("plans/basic", {"plan": {"interval": interval}}).body["plan"]
    assert (updated["bill_charges_monthly"], updated["bill_fixed_charges_monthly"]) == (False, False)


def test_a_plan_in_use_keeps_its_monthly_flags() -> None:
    lago = Calls()
    lago.plan(interval="yearly", bill_charges_monthly=True)
    lago.subscription()
    assert lago.put("plans/basic", {"plan": {"name": "n"}}).body["plan"]["bill_charges_monthly"] is True


def test_a_plan_stays_in_use_when_its_subscription_has_ended() -> None:
    lago = Calls()
    lago.plan()
    lago.subscription()
    lago.delete("subscriptions/s1")
    wanted = {"code": "x", "interval": "weekly", "pay_in_advance": True, "amount_currency": "EUR", "trial_period": 3}
    updated = lago.put("plans/basic", {"plan": {**wanted, "amount_cents": 5}}).body["plan"]
    assert updated["amount_cents"] == 5
    assert not {name: value for name, value in wanted.items() if updated[name] == value}


def test_interval_null_in_an_update_is_a_crash_unless_the_plan_is_in_use() -> None:
    lago = Calls()
    lago.plan()
    assert lago.put("plans/basic", {"plan": {"interval": None}}).status == 500
    lago.subscription()
    assert lago.put("plans/basic", {"plan": {"interval": None}}).status == 200


def test_charges_are_synced_by_id_alone() -> None:
    lago = Calls()
    metric = lago.metric()
    [one, two] = lago.plan(charges=[charge(metric, code="a"), charge(metric, code="b")])["charges"]
    wanted = [charge(metric, id=one["lago_id"], properties={"amount": "2"}), charge(metric, code="c", id="unknown")]
    found = lago.put("plans/basic", {"plan": {"charges": wanted}}).body["plan"]["charges"]
    assert [(each["code"], each["properties"]["amount"]) for each in found] == [("a", "2"), ("c", "1")]
    assert found[0]["lago_id"] == one["lago_id"]
    assert found[1]["lago_id"] != two["lago_id"]


@pytest.mark.parametrize("charges", [None, "absent"])
def test_charges_that_are_not_sent_stay(charges: object) -> None:
    lago = Calls()
    lago.plan(charges=[charge(lago.metric())])
    sent = {"name": "n"} if charges == "absent" else {"name": "n", "charges": charges}
    assert len(lago.put("plans/basic", {"plan": sent}).body["plan"]["charges"]) == 1


def test_an_empty_list_deletes_all_charges_of_a_plan_in_use_too() -> None:
    lago = Calls()
    lago.plan(charges=[charge(lago.metric())])
    lago.subscription()
    assert lago.put("plans/basic", {"plan": {"charges": []}}).body["plan"]["charges"] == []


def test_a_code_is_not_free_for_another_charge_within_one_update() -> None:
    lago = Calls()
    metric = lago.metric()
    [one, two] = lago.plan(charges=[charge(metric, code="a"), charge(metric, code="b")])["charges"]
    swapped = [charge(metric, id=one["lago_id"], code="b"), charge(metric, id=two["lago_id"], code="a")]
    assert lago.put("plans/basic", {"plan": {"charges": swapped}}).details == TAKEN
    assert lago.put("plans/basic", {"plan": {"charges": [charge(metric, code="a")]}}).details == TAKEN
    assert [found["lago_id"] for found in lago.read_plan()["charges"]] == [one["lago_id"], two["lago_id"]]


def test_an_update_that_adds_cannot_be_repeated_but_before_1_39_replaces_again() -> None:
    new, old = Calls(), Calls(lago_version="1.38.0")
    for lago in (new, old):
        lago.plan()
        lago.put("plans/basic", {"plan": {"charges": [charge(lago.metric(), code="c")]}})
    first = old.read_plan()["charges"][0]["lago_id"]
    again = [
        lago.put(
            "plans/basic",
            {"plan": {"charges": [charge(lago.get("billable_metrics/calls").body["billable_metric"], code="c")]}},
        )
        for lago in (new, old)
    ]
    assert again[0].details == TAKEN
    assert again[1].status == 200
    assert old.read_plan()["charges"][0]["lago_id"] != first


def test_a_rename_cannot_be_repeated() -> None:
    lago = Calls()
    lago.plan()
    assert lago.put("plans/basic", {"plan": {"code": "x"}}).status == 200
    assert lago.put("plans/basic", {"plan": {"code": "x"}}).code == "plan_not_found"


def test_a_code_taken_by_another_plan_is_refused() -> None:
    lago = Calls()
    lago.plan()
    lago.plan("other")
    assert lago.put("plans/other", {"plan": {"code": "basic"}}).details == TAKEN


def test_taxes_are_kept_unless_sent() -> None:
    lago = Calls()
    lago.tax()
    lago.plan(tax_codes=["vat", "vat"])
    assert [
        tax["code"] for tax in lago.put("plans/basic", {"plan": {"tax_codes": None, "name": "n"}}).body["plan"]["taxes"]
    ] == ["vat"]
    assert lago.put("plans/basic", {"plan": {"tax_codes": []}}).body["plan"]["taxes"] == []


def test_only_the_list_lacks_fixed_charges() -> None:
    lago = Calls()
    lago.plan()
    assert "fixed_charges" in lago.read_plan()
    assert "fixed_charges" not in lago.get("plans").body["plans"][0]


def test_a_deletion_is_pending_until_the_job_has_run() -> None:
    lago = Calls(jobs="manual")
    lago.plan()
    assert lago.delete("plans/basic").body["plan"]["pending_deletion"] is True
    assert lago.delete("plans/basic").status == 200
    assert lago.post("plans", plan()).details == TAKEN
    assert lago.put("plans/basic", {"plan": {"name": "z"}}).body["plan"]["name"] == "z"
    assert [found["pending_deletion"] for found in lago.get("plans").body["plans"]] == [True]
    assert lago.post("/sandbox/drain").body == {"jobs": 1}
    assert lago.get("plans/basic").code == "plan_not_found"
    assert lago.delete("plans/basic").code == "plan_not_found"
    assert lago.plan()["pending_deletion"] is False


def test_a_job_that_runs_by_itself_runs_after_the_answer() -> None:
    lago = Calls(jobs="auto")
    lago.plan()
    assert lago.delete("plans/basic").body["plan"]["pending_deletion"] is True
    assert lago.get("plans/basic").code == "plan_not_found"


def test_waiting_jobs_outlive_the_process(tmp_path: object) -> None:
    database = f"{tmp_path}/lago.sqlite"
    first = Calls(jobs="manual", database=database)
    first.plan()
    first.delete("plans/basic")
    first.sandbox.close()
    again = Calls(jobs="manual", database=database)
    assert again.sandbox.drain() == 1
    assert again.get("plans/basic").status == 404


def test_metadata_is_replaced_merged_and_deleted() -> None:
    lago = Calls()
    lago.plan(metadata={"a": "1", "b": None})
    assert lago.patch("plans/basic/metadata", {"metadata": {"c": "3"}}).body == {
        "metadata": {"a": "1", "b": None, "c": "3"}
    }
    assert lago.patch("plans/basic/metadata", {"metadata": {}}).body["metadata"]["c"] == "3"
    assert lago.post("plans/basic/metadata", {}).body["metadata"]["c"] == "3"
    assert lago.post("plans/basic/metadata", {"metadata": {}}).body == {"metadata": {}}
    assert lago.read_plan()["metadata"] == {}
    assert lago.delete("plans/basic/metadata").body == {"metadata": None}
    assert "metadata" not in lago.read_plan()


def test_a_metadata_key_without_metadata_is_not_found_and_an_unknown_one_is_nothing() -> None:
    lago = Calls()
    lago.plan()
    assert lago.delete("plans/basic/metadata/k").code == "metadata_not_found"
    lago.post("plans/basic/metadata", {"metadata": {"a": "1"}})
    assert lago.delete("plans/basic/metadata/k").body == {"metadata": {"a": "1"}}


@pytest.mark.parametrize(
    ("metadata", "sentence"),
    [
        ({str(number): "v" for number in range(51)}, "cannot have more than 50 keys"),
        ({"k" * 101: "v"}, f"key '{'k' * 101}' must be a String up to 100 characters"),
        ({"k": "v" * 256}, "value for key 'k' must be empty or a String up to 255 characters"),
        ({"k": {}}, "value for key 'k' must be empty or a String up to 255 characters"),
    ],
)
def test_metadata_is_refused_in_sentences(metadata: dict[str, object], sentence: str) -> None:
    assert Calls().post("plans", plan(metadata=metadata)).details == {"value": [sentence]}


def test_a_licence_brings_commitment_and_thresholds() -> None:
    lago = Calls(premium=True)
    lago.tax()
    commitment = {"amount_cents": 500, "invoice_display_name": "M", "tax_codes": ["vat"]}
    made = lago.plan(minimum_commitment=commitment, usage_thresholds=[{"amount_cents": 100, "recurring": True}])
    assert (made["minimum_commitment"]["amount_cents"], made["minimum_commitment"]["interval"]) == (500, "monthly")
    assert [tax["code"] for tax in made["minimum_commitment"]["taxes"]] == ["vat"]
    assert made["applicable_usage_thresholds"] == [
        {"threshold_display_name": None, "amount_cents": 100, "recurring": True}
    ]


def test_a_commitment_changes_by_key_and_goes_with_an_empty_object() -> None:
    lago = Calls(premium=True)
    lago.plan(minimum_commitment={"amount_cents": 500, "invoice_display_name": "M"})
    changed = lago.put("plans/basic", {"plan": {"minimum_commitment": {"amount_cents": 600}}}).body["plan"][
        "minimum_commitment"
    ]
    assert (changed["amount_cents"], changed["invoice_display_name"]) == (600, "M")
    kept = lago.put("plans/basic", {"plan": {"minimum_commitment": None, "name": "n"}}).body["plan"]
    assert "minimum_commitment" in kept
    assert "minimum_commitment" not in lago.put("plans/basic", {"plan": {"minimum_commitment": {}}}).body["plan"]


@pytest.mark.parametrize(
    ("fields", "details"),
    [
        ({"minimum_commitment": {"amount_cents": 0}}, {"amount_cents": ["value_is_out_of_range"]}),
        ({"minimum_commitment": {"invoice_display_name": "x"}}, {"amount_cents": ["is not a number"]}),
        ({"usage_thresholds": [{"recurring": True}]}, {"usage_thresholds": ["missing_amount_cents"]}),
        ({"usage_thresholds": [{"amount_cents": 1}, {"amount_cents": 1}]}, {"usage_thresholds": ["duplicated_values"]}),
        (
            {"usage_thresholds": [{"amount_cents": 1, "recurring": True}, {"amount_cents": 2, "recurring": True}]},
            {"usage_thresholds": ["multiple_recurring_thresholds"]},
        ),
        ({"usage_thresholds": [{"amount_cents": 0}]}, {"amount_cents": ["value_is_out_of_range"]}),
    ],
)
def test_what_a_licence_brings_is_checked(fields: dict[str, Any], details: dict[str, list[str]]) -> None:
    assert Calls(premium=True).post("plans", plan(**fields)).details == details


def test_thresholds_get_new_ids_with_each_write_and_before_1_44_keep_them() -> None:
    def ids(version: str) -> list[str]:
        lago = Calls(premium=True, lago_version=version)
        body = {"usage_thresholds": [{"amount_cents": 1}]}
        first = lago.plan(usage_thresholds=body["usage_thresholds"])["usage_thresholds"]
        second = lago.put("plans/basic", {"plan": body}).body["plan"]["usage_thresholds"]
        return [found["lago_id"] for found in (*first, *second)]

    assert len(set(ids("1.51.0"))) == 2
    assert len(set(ids("1.43.0"))) == 1


def test_a_seed_shuffles_what_lago_leaves_unordered() -> None:
    lago = Calls(shuffle_seed=1)
    metric = lago.metric()
    lago.plan(charges=[charge(metric) for _ in range(5)])
    orders = {tuple(found["code"] for found in lago.read_plan()["charges"]) for _ in range(20)}
    assert len(orders) > 1
    assert len({frozenset(order) for order in orders}) == 1
