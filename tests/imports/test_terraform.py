"""What providers of different authors make of the same resources."""

import json
from typing import Any

import pytest

from lago_gitops.imports.resources import Note, Raw
from lago_gitops.imports.shape import Shaped, shaped_all
from lago_gitops.imports.terraform import is_terraform, terraform_objects
from lago_gitops.kinds import KINDS

TAX = {"code": "vat", "name": "VAT", "rate": 20}
METRIC = {"id": "m-1", "code": "calls", "name": "Calls", "aggregation_type": "count_agg"}
CHARGE = {"billable_metric_id": "m-1", "charge_model": "standard", "properties": {"amount": "0.1"}}
PLAN = {"code": "p", "name": "P", "interval": "monthly", "amount_cents": 1000, "amount_currency": "USD",
        "pay_in_advance": True}  # fmt: skip
WITH_CHARGE = {
    "kind": "plan", **PLAN,
    "charges": [{"code": "calls", "billable_metric_code": "calls", "charge_model": "standard",
                 "properties": {"amount": "0.1"}}],
}  # fmt: skip


def resource(type_: str, attributes: dict[str, Any], **more: Any) -> dict[str, Any]:
    parts = {name: more.pop(name) for name in ("index_key", "sensitive_attributes") if name in more}
    return {"mode": "managed", "type": type_, "name": "x", "instances": [{"attributes": attributes, **parts}], **more}


def state(*resources: dict[str, Any]) -> dict[str, Any]:
    return {"version": 4, "terraform_version": "1.9.0", "resources": list(resources)}


def found(value: dict[str, Any]) -> tuple[dict[str, Any], list[str]]:
    """The manifests by code, and the notes."""
    assert is_terraform(value)
    raws = tuple(terraform_objects("f", value, KINDS))
    shaped = tuple(shaped_all((one for one in raws if isinstance(one, Raw)), KINDS))
    notes = [f"{one.where}: {one.message}" for one in (*raws, *shaped) if isinstance(one, Note)]
    return {one.data["code"]: dict(one.data) for one in shaped if isinstance(one, Shaped)}, notes


@pytest.mark.parametrize("type_", ["lago_tax", "lago_taxes", "getlago_tax"])
def test_a_type_names_its_kind_whatever_the_provider_is_called(type_: str) -> None:
    manifests, _ = found(state(resource(type_, TAX)))

    assert manifests == {"vat": {"kind": "tax", **TAX}}


@pytest.mark.parametrize(
    ("type_", "kind"), [("lago_addon", "add_on"), ("lago_metric", "billable_metric"), ("lago_feature", "feature")]
)
def test_a_kind_is_known_by_a_word_of_its_own(type_: str, kind: str) -> None:
    every = {**METRIC, "amount_cents": 1, "amount_currency": "EUR"}
    manifests, _ = found(state(resource(type_, every)))

    assert manifests["calls"]["kind"] == kind


def test_a_type_of_any_name_is_ours_if_its_provider_is() -> None:
    provider = 'provider["registry.opentofu.org/someone/lago"].eu'
    manifests, _ = found(state(resource("billing_tax", TAX, provider=provider)))

    assert set(manifests) == {"vat"}


@pytest.mark.parametrize(
    "charges",
    [
        {"charges": [CHARGE]},
        {"charge": [CHARGE]},
        {"charge": CHARGE},
        {"charges": {"calls": CHARGE}},
        {"charges": json.dumps([CHARGE])},
        {"charges_json": json.dumps([CHARGE])},
        {"charges": [{**CHARGE, "properties": [{"amount": "0.1"}]}]},
        {"charges": [{**CHARGE, "properties": '{"amount": 0.1}'}]},
        {"charges": [{**CHARGE, "prorated": "false", "invoiceable": "true"}]},
    ],
)
def test_charges_are_read_from_lists_blocks_maps_and_texts(charges: dict[str, Any]) -> None:
    manifests, notes = found(state(resource("lago_billable_metric", METRIC), resource("lago_plan", PLAN | charges)))

    assert (manifests["p"], notes) == (WITH_CHARGE, [])


@pytest.mark.parametrize("parent", [{"plan_code": "p"}, {"plan_id": "p-1"}, {"lago_plan_id": "p-1"}])
def test_charges_that_are_resources_of_their_own_join_their_plan(parent: dict[str, str]) -> None:
    value = state(
        resource("lago_charge", CHARGE | parent),
        resource("lago_plan", {**PLAN, "id": "p-1"}),
        resource("lago_billable_metric", METRIC),
    )

    assert found(value)[0]["p"] == WITH_CHARGE


def test_a_charge_without_its_plan_is_told() -> None:
    _, notes = found(state(resource("lago_plan_charge", {**CHARGE, "plan_code": "q"})))

    assert notes == ["f: lago_plan_charge.x: it belongs to a plan that isn't in the files: import that, too"]


def test_a_block_that_is_absent_says_nothing() -> None:
    manifests, _ = found(state(resource("lago_plan", {**PLAN, "minimum_commitment": [], "charges": []})))

    assert manifests == {"p": {"kind": "plan", **PLAN}}


def test_a_data_source_tells_the_code_of_an_id_and_is_not_imported() -> None:
    value = state(
        resource("lago_billable_metric", METRIC, mode="data"), resource("lago_plan", PLAN | {"charges": [CHARGE]})
    )

    assert found(value) == ({"p": WITH_CHARGE}, [])


def test_a_plan_s_json_knows_data_sources_from_before() -> None:
    metric = {"mode": "data", "type": "lago_billable_metric", "name": "x", "values": METRIC}
    plan = {"mode": "managed", "type": "lago_plan", "name": "x", "values": PLAN | {"charges": [CHARGE]}}
    value = {"planned_values": {"root_module": {"resources": [plan]}},
             "prior_state": {"values": {"root_module": {"resources": [metric]}}}}  # fmt: skip

    assert found(value)[0] == {"p": WITH_CHARGE}


def test_what_is_known_after_apply_only_is_told() -> None:
    plan = {"address": "lago_plan.x", "mode": "managed", "type": "lago_plan", "name": "x", "values": PLAN}
    change = {"address": "lago_plan.x",
              "change": {"after_unknown": {"id": True, "charges": [{"billable_metric_id": True}]}}}  # fmt: skip
    _, notes = found({"planned_values": {"root_module": {"resources": [plan]}}, "resource_changes": [change]})

    assert notes == [
        "f: lago_plan.x: charges[0].billable_metric_id is known after apply only: apply, then import a state, or the "
        "output of `terraform show -json`"
    ]


def test_an_instance_is_named_with_its_module_and_index() -> None:
    value = state(resource("lago_tax", {**TAX, "colour": "red"}, module='module.eu["a"]', index_key="b"))

    assert found(value)[1] == ['f: module.eu["a"].lago_tax.x["b"]: colour can\'t be expressed in a manifest']


def test_constants_of_a_configuration_are_known() -> None:
    value = {
        "variable": {"rate": {"default": 20}, "region": {}},
        "locals": {"suffix": "eu"},
        "resource": {"lago_tax": {
            "a": {"code": "vat_${local.suffix}", "name": "VAT", "rate": "${var.rate}"},
            "b": {"code": "vat_${var.region}", "name": "VAT", "rate": 20},
        }},
    }  # fmt: skip
    manifests, notes = found(value)

    assert manifests == {"vat_eu": {"kind": "tax", "code": "vat_eu", "name": "VAT", "rate": 20}}
    assert "lago_tax.b: code 'vat_${var.region}' is an expression" in notes[0]


@pytest.mark.parametrize(
    "value",
    [
        state(resource("lago_webhook", {"webhook_url": "https://h.example.com/a"},
                       sensitive_attributes=[[{"type": "get_attr", "value": "webhook_url"}]])),
        {"values": {"root_module": {"resources": [
            {"type": "lago_webhook_endpoint", "name": "x", "values": {"webhook_url": "https://h.example.com/a"},
             "sensitive_values": {"webhook_url": True}}]}}},
    ],
)  # fmt: skip
def test_what_terraform_marks_as_sensitive_is_secret(value: dict[str, Any]) -> None:
    raw = next(one for one in terraform_objects("f", value, KINDS) if isinstance(one, Raw))

    assert raw.secret == {"webhook_url"}


@pytest.mark.parametrize(
    ("value", "note"),
    [
        (state(), "f: no resource of a provider for Lago is in here"),
        (state(resource("aws_s3_bucket", {})), "f: no resource of a provider for Lago is in here"),
        ({"encrypted_data": "x"}, "f: this state is encrypted: import the output of `tofu show -json`"),
    ],
)
def test_a_state_without_anything_of_lago_s_is_told(value: dict[str, Any], note: str) -> None:
    assert found(value) == ({}, [note])


def test_bodies_that_a_general_provider_sends_are_read() -> None:
    manifests, _ = found(state(resource("restapi_object", {"path": "/plans", "data": json.dumps({"plan": PLAN})})))

    assert manifests == {"p": {"kind": "plan", **PLAN}}
