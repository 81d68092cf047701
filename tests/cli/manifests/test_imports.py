"""import: what other tools have, as manifests that validate."""

import json
from pathlib import Path
from random import Random
from typing import Any

import pytest

from lago_gitops.core.validation.manifest import Manifest
from lago_gitops.manifests.reading.reader import read_files
from lago_gitops.manifests.sources.files import manifest_files
from tests.cli.running import Ran, Shell
from tests.fuzz.mutations import mutated
from tests.organizations import recorded
from tests.whole.test_recorded_organizations import pulled

METRIC = {"code": "calls", "name": "Calls", "aggregation_type": "count_agg"}
CHARGE = {"charge_model": "standard", "properties": {"amount": "0.001"}}
PLAN = {"code": "starter", "name": "Starter", "interval": "monthly", "amount_cents": 1000, "amount_currency": "USD",
        "pay_in_advance": False}  # fmt: skip


def put(shell: Shell, value: Any, name: str = "in.json") -> None:
    shell.write(name, value if isinstance(value, str) else json.dumps(value, default=str))


def imported(shell: Shell, value: Any, name: str = "in.json") -> Ran:
    put(shell, value, name)
    return shell.run("import", name)


def manifests(shell: Shell) -> dict[str, Any]:
    """The data of all manifests, by kind and code."""
    folder = shell.folder / "manifests"
    found = read_files(manifest_files([folder], shell.folder).files, {}) if folder.exists() else None
    return {} if found is None else {_address(manifest): dict(manifest.data) for manifest in found.manifests}


def _address(manifest: Manifest) -> str:
    return f"{manifest.kind}/{manifest.data.get('code') or manifest.data.get('name') or ''}"


# Lago's API -------------------------------------------------------------------------------------------------------


def test_saved_answers_of_the_api_give_what_pull_gives(shell: Shell) -> None:
    """A price list as a real Lago answered it, a file a request. Recorded: price_list."""
    for number, answer in enumerate(recorded("price_list").values()):
        shell.write(f"api/{number}.json", json.dumps(answer, default=float))
    ran = shell.run("import", "api")

    assert (ran.code, "37 new" in ran.out) == (0, True), ran.out
    reference = {"webhook_url": {"env": "WEBHOOK_URL_ERP_EXAMPLE_COM"}}  # instead of a URL with a token
    expected = {_address(one): dict(one.data) for one in pulled("price_list").manifests}
    assert manifests(shell) == expected | {"webhook_endpoint/ERP": expected["webhook_endpoint/ERP"] | reference}


def test_bodies_that_scripts_send_are_found_wherever_they_are(shell: Shell) -> None:
    steps = {
        "steps": [
            {"post": "/billable_metrics", "body": {"billable_metric": {**METRIC, "id": "m-1"}}},
            {"post": "/plans", "body": {"plan": {**PLAN, "charges": [{**CHARGE, "billable_metric_id": "m-1"}] * 2}}},
        ],
        "coupon": {"code": "half", "name": "Half", "coupon_type": "percentage", "percentage_rate": "50",
                   "frequency": "once", "expiration": "no_expiration", "plan_codes": ["starter"]},
    }  # fmt: skip
    ran = imported(shell, steps)

    assert ran.code == 0, ran.out
    found = manifests(shell)
    assert found["billable_metric/calls"] == {"kind": "billable_metric", **METRIC}
    charge = {"billable_metric_code": "calls", **CHARGE}
    assert found["plan/starter"]["charges"] == [{"code": "calls", **charge}, {"code": "calls_2", **charge}]
    assert found["coupon/half"]["applies_to"] == {"plan_codes": ["starter"]}
    assert shell.run("validate").code == 0


def test_one_object_a_line_or_in_yaml_is_known_by_its_fields(shell: Shell) -> None:
    put(
        shell,
        json.dumps({"code": "t", "name": "T", "rate": 20}) + "\n\n" + json.dumps({**METRIC, "code": "m"}),
        "a.jsonl",
    )
    shell.write("lago-gitops.yaml", "manifests: [manifests]\n")
    put(shell, "code: a\nname: A\namount_cents: 100\namount_currency: EUR\n", "b.yaml")

    assert shell.run("import", "a.jsonl", "b.yaml").code == 0
    assert set(manifests(shell)) == {"tax/t", "billable_metric/m", "add_on/a"}


def test_an_id_that_nothing_has_leaves_the_plan_out(shell: Shell) -> None:
    ran = imported(shell, {"plan": {**PLAN, "charges": [{**CHARGE, "billable_metric_id": "5f3a"}]}})

    assert ran.code == 3
    assert "plan/starter: there is no billable_metric '5f3a'" in ran.out
    assert manifests(shell) == {}


def test_a_code_that_nothing_has_is_to_be_named_external(shell: Shell) -> None:
    ran = imported(shell, {"plan": {**PLAN, "tax_codes": ["vat"]}})

    assert ran.code == 0
    assert "tax/vat: plan/starter refers to it, and no manifest describes it: name it under `external`" in ran.out
    assert manifests(shell)["plan/starter"]["tax_codes"] == ["vat"]


def test_what_is_described_already_stays_as_it_is(shell: Shell) -> None:
    shell.write("manifests/mine.yaml", "kind: tax\ncode: t\nname: Mine\nrate: 19\n")
    ran = imported(shell, {"tax": {"code": "t", "name": "Theirs", "rate": 20}})

    assert ran.out.endswith("Imported 1 resource: 1 unchanged.\n")
    assert manifests(shell) == {"tax/t": {"kind": "tax", "code": "t", "name": "Mine", "rate": 19}}


def test_two_that_differ_are_told(shell: Shell) -> None:
    tax = {"code": "t", "name": "T", "rate": 20}
    ran = imported(shell, {"taxes": [tax, {**tax, "rate": 21}]})

    assert "in.json:1:52: tax[1]: tax/t appears twice with different content: in.json:1:12: tax[0] is used" in ran.out
    assert manifests(shell)["tax/t"]["rate"] == 20


def test_a_field_that_has_no_place_is_told(shell: Shell) -> None:
    ran = imported(shell, {"tax": {"code": "t", "name": "T", "rate": 20, "colour": "red"}})

    assert "in.json:1:9: tax: colour can't be expressed in a manifest" in ran.out


@pytest.mark.parametrize(
    ("text", "name", "words"),
    [
        ("{", "in.json", "this is not JSON"),
        ('{"rate": NaN}', "in.json", "NaN is not a number"),
        ("{}", "in.json", "nothing from Terraform, Stripe or Lago was recognized here"),
        ("a: [", "in.yaml", "in.yaml:1:"),
    ],
)
def test_what_is_nothing_known_is_told_and_ends_with_3(shell: Shell, text: str, name: str, words: str) -> None:
    ran = imported(shell, text, name)

    assert (ran.code, words in ran.out) == (3, True), ran.out


def test_a_file_that_is_no_text_is_told(shell: Shell) -> None:
    (shell.folder / "in.json").write_bytes(b"\xff")

    assert "the file is not UTF-8" in shell.run("import", "in.json").out


def test_the_same_for_programs(shell: Shell) -> None:
    put(shell, {"tax": {"code": "t", "name": "T", "rate": 20, "colour": "red"}})
    found = json.loads(shell.run("import", "in.json", "--format", "json").out)

    assert [(one["address"], one["status"]) for one in found["resources"]] == [("tax/t", "new")]
    assert found["notes"] == [{"where": "in.json:1:9: tax", "message": "colour can't be expressed in a manifest"}]


def test_exact_numbers_stay_exact(shell: Shell) -> None:
    assert imported(shell, '{"tax": {"code": "t", "name": "T", "rate": 8.875000000001}}').code == 0
    assert "rate: 8.875000000001\n" in (shell.folder / "manifests/taxes/t.yaml").read_text()


def test_the_organization_is_a_file_of_that_name(shell: Shell) -> None:
    assert imported(shell, {"organization": {"country": "FR", "email": "a@example.com"}}).code == 0
    assert "country: FR" in (shell.folder / "manifests/organizations/organization.yaml").read_text()


def test_what_has_no_code_is_told(shell: Shell) -> None:
    value = {"resource": {"lago_tax": {"vat": {"name": "VAT", "rate": 20}}}}

    assert "lago_tax.vat: it has no code to identify it by" in imported(shell, value, "a.tf.json").out


def test_one_of_a_list_that_has_no_code_is_told(shell: Shell) -> None:
    ran = imported(shell, {"taxes": [{"code": "t", "name": "T", "rate": 20}, {"name": "U", "rate": 7}]})

    assert "in.json:1:52: tax[1]: it has no code to identify it by" in ran.out
    assert set(manifests(shell)) == {"tax/t"}


@pytest.mark.parametrize(
    ("more", "words"),
    [
        ({"charges": [{**CHARGE, "billable_metric_code": "calls", "colour": "red"}]}, "colour can't be expressed"),
        ({"charges": [{**CHARGE, "billable_metric_code": "calls", "properties": {"amount": "1", "package_size": 5}}]},
         "charges.properties.package_size can't be expressed"),
        ({"entitlements": [{"code": "sso", "name": "SSO", "privileges": []}]}, "entitlements.name can't be expressed"),
        ({"charges": ["calls"]}, "charges[0]"),
    ],
)  # fmt: skip
def test_what_has_no_place_inside_of_a_resource_is_told(shell: Shell, more: dict[str, Any], words: str) -> None:
    assert words in imported(shell, {"billable_metric": METRIC, "plan": {**PLAN, **more}}).out


@pytest.mark.parametrize("more", [{"charge_model": []}, {"charge_model": {}}, {"billable_metric_id": ["a"]}])
def test_a_value_of_another_kind_leaves_the_plan_out(shell: Shell, more: dict[str, Any]) -> None:
    ran = imported(shell, {"billable_metric": METRIC, "plan": {**PLAN, "charges": [{**CHARGE, **more}]}})

    assert (ran.code, set(manifests(shell))) == (3, {"billable_metric/calls"})


def test_a_code_that_is_an_expression_names_nothing(shell: Shell) -> None:
    """Fixtures of Lago's command line have variables, as configuration of Terraform's has."""
    ran = imported(shell, {"steps": [{"body": {"tax": {"code": "${prefix}-vat", "name": "VAT", "rate": 20}}}]})

    assert (ran.code, manifests(shell)) == (3, {})
    assert "code '${prefix}-vat' is an expression: write its value, and import it again" in ran.out


def test_a_page_of_several_is_told(shell: Shell) -> None:
    value = {"taxes": [{"code": "t", "name": "T", "rate": 20}], "meta": {"current_page": 1, "next_page": 2,
                                                                        "total_pages": 2}}  # fmt: skip
    assert "in.json:1:1: this is page 1 of 2: import all of them" in imported(shell, value).out


def test_bodies_in_collections_of_requests_are_read(shell: Shell) -> None:
    body = {"mode": "raw", "raw": json.dumps({"tax": {"code": "t", "name": "T", "rate": 20}})}

    assert imported(shell, {"item": [{"request": {"body": body}}, {"description": "{no JSON"}]}).code == 0
    assert set(manifests(shell)) == {"tax/t"}


def test_bodies_in_scripts_are_read_and_those_that_only_running_completes_are_told(shell: Shell) -> None:
    script = """\
curl -d '{"tax": {"code": "t", "name": "T", "rate": 20}}' "$URL/taxes"
curl -d @- "$URL/plans" <<EOF
{"plan": {"code": "p", "amount_cents": ${CENTS}, "tax": {"code": "no", "name": "No", "rate": 1}}}
EOF
curl -d '{"tax": {"code": "u", "name": "U", "rate": 5}'
"""
    ran = imported(shell, script, "seed.sh")

    assert set(manifests(shell)) == {"tax/t"}
    assert "seed.sh:3:1: this is not JSON until the script runs, which sets ${CENTS}" in ran.out
    assert "seed.sh:5:55: this is not JSON: a comma or a closing bracket is missing here" in ran.out


def test_what_power_shell_writes_is_read(shell: Shell) -> None:
    value = json.dumps({"tax": {"code": "t", "name": "Tàx", "rate": 20}})
    (shell.folder / "in.json").write_bytes(value.encode("utf-16"))
    (shell.folder / "half.json").write_bytes(value.encode("utf-16")[:-1])
    ran = shell.run("import", "in.json", "half.json")

    assert manifests(shell)["tax/t"]["name"] == "Tàx"
    assert "half.json:1:1: the file is not UTF-8" in ran.out


def test_what_is_no_part_of_a_price_list_is_told(shell: Shell) -> None:
    plan = {"code": "child", "name": "C", "interval": "monthly", "amount_cents": 1, "amount_currency": "USD",
            "pay_in_advance": True}  # fmt: skip
    value = {
        "tax": {"code": "t", "name": "T", "rate": 20},
        "subscriptions": [{"external_id": "s", "plan": plan}],
        "customers": [],
    }
    ran = imported(shell, value)

    assert "in.json:1:67: subscriptions: only resources of the price list are imported" in ran.out
    assert "customers" not in ran.out
    assert set(manifests(shell)) == {"tax/t"}


def test_an_endpoint_with_a_secret_is_imported_once(shell: Shell) -> None:
    """The manifest names a variable instead of the URL, which isn't set when the file is imported again."""
    value = {"webhook_endpoint": {"webhook_url": "https://example.com/hook?token=abc", "signature_algo": "hmac"}}
    imported(shell, value)
    ran = shell.run("import", "in.json")

    assert ran.out == "Imported 1 resource: 1 unchanged.\n"
    assert len(manifests(shell)) == 1


def test_what_a_source_marks_as_sensitive_is_no_text_of_git(shell: Shell) -> None:
    hook = {"mode": "managed", "type": "lago_webhook_endpoint", "name": "h", "instances": [{
        "attributes": {"webhook_url": "https://example.com/plain"},
        "sensitive_attributes": [[{"type": "get_attr", "value": "webhook_url"}]]}]}  # fmt: skip
    ran = imported(shell, {"version": 4, "terraform_version": "1.9.0", "resources": [hook]}, "terraform.tfstate")

    assert "set WEBHOOK_URL_EXAMPLE_COM to its webhook_url, which must not be in Git" in ran.err
    assert [one["webhook_url"] for one in manifests(shell).values()] == [{"env": "WEBHOOK_URL_EXAMPLE_COM"}]


def test_what_is_left_out_is_told_with_its_place_and_what_helps(shell: Shell) -> None:
    value = '{"taxes": [\n  {"code": "t", "name": "T", "rate": "20,5"}\n]}'
    ran = imported(shell, value)

    assert ran.code == 3
    assert ran.out.startswith("in.json:2:3: tax: tax/t: rate can't be '20,5'\n    a plain decimal number such as 0.25")
    (left,) = json.loads(shell.run("import", "in.json", "--format", "json").out)["left_out"]
    assert (left["address"], left["where"], left["fix"][:15]) == ("tax/t", "in.json:2:3: tax", "a plain decimal")


def test_an_id_that_nothing_explains_is_not_proposed_as_external(shell: Shell) -> None:
    ran = imported(shell, {"plan": {**PLAN, "charges": [{**CHARGE, "billable_metric_id": "5f3a"}]}})

    assert "there is no billable_metric '5f3a'\n    this is an id: import what has it, too\n" in ran.out


def test_what_lago_says_of_its_organization_is_told(shell: Shell) -> None:
    ran = imported(shell, {"organization": {"lago_id": "1", "name": "Acme", "created_at": "2026-01-01T00:00:00Z"}})

    assert "what Lago says of its organization isn't imported: `pull` writes a manifest of it" in ran.out


def test_rows_of_a_table_are_resources(shell: Shell) -> None:
    table = "code,name,interval,amount_cents,amount_currency,pay_in_advance,description\np,P,monthly,1000,USD,false,\n"

    assert imported(shell, table, "plans.csv").code == 0
    assert manifests(shell)["plan/p"] == {"kind": "plan", **PLAN, "code": "p", "name": "P"}


# Terraform --------------------------------------------------------------------------------------------------------

STATE = {
    "version": 4,
    "terraform_version": "1.9.0",
    "resources": [
        {"mode": "managed", "type": "lago_tax", "name": "vat", "instances": [
            {"attributes": {"id": "vat", "lago_id": "t-1", "code": "vat", "name": "VAT", "rate": 20,
                            "applied_to_organization": False, "created_at": "2026-01-01T00:00:00Z"}}]},
        {"mode": "managed", "type": "lago_billable_metric", "name": "calls", "instances": [
            {"index_key": "a", "attributes": {"id": "m-1", "description": None, "filters": None, **METRIC}}]},
        {"mode": "managed", "type": "lago_plan", "name": "starter", "instances": [{"attributes": {
            **PLAN, "id": "starter", "trial_period": 0, "tax_codes": ["vat"], "metadata": None,
            "minimum_commitment": {"amount_cents": 500, "invoice_display_name": None, "tax_codes": ["vat"]},
            "charges": [{"billable_metric_id": "m-1", "charge_model": "standard", "regroup_paid_fees": False,
                         "properties_json": '{"amount":"0.001"}', "tax_codes": None}],
            "entitlements": [{"code": "sso", "privileges_json": '{"max": 5}'}]}}]},
        {"mode": "managed", "type": "lago_coupon", "name": "c", "instances": [{"attributes": {
            "code": "c", "name": "C", "coupon_type": "percentage", "percentage_rate": 10, "frequency": "once",
            "expiration": "no_expiration", "plan_codes": ["starter"]}}]},
        {"mode": "managed", "type": "lago_customer", "name": "acme", "instances": [{"attributes": {"id": "x"}}]},
        {"mode": "data", "type": "lago_tax", "name": "other", "instances": [{"attributes": {"code": "o"}}]},
        {"mode": "managed", "type": "aws_s3_bucket", "name": "b", "instances": []},
    ],
}  # fmt: skip
FROM_TERRAFORM = {
    "tax/vat": {"kind": "tax", "code": "vat", "name": "VAT", "rate": 20, "applied_to_organization": False},
    "billable_metric/calls": {"kind": "billable_metric", **METRIC},
    "plan/starter": {
        "kind": "plan", **PLAN, "trial_period": 0, "tax_codes": ["vat"],
        "minimum_commitment": {"amount_cents": 500, "tax_codes": ["vat"]},
        "charges": [{"code": "calls", "billable_metric_code": "calls", **CHARGE}],
        "entitlements": {"sso": {"max": 5}},
    },
    "coupon/c": {
        "kind": "coupon", "code": "c", "name": "C", "coupon_type": "percentage", "percentage_rate": "10",
        "frequency": "once", "expiration": "no_expiration", "applies_to": {"plan_codes": ["starter"]},
    },
}  # fmt: skip


def shown(part: str) -> Any:
    """As `terraform show -json` has it: what lies in modules, too."""
    resources = [
        {"mode": one["mode"], "type": one["type"], "name": one["name"], "values": each["attributes"]}
        for one in STATE["resources"]  # type: ignore[attr-defined]
        for each in one["instances"]
    ]
    return {part: {"root_module": {"resources": resources[:1], "child_modules": [{"resources": resources[1:]}]}}}


@pytest.mark.parametrize("value", [STATE, shown("values"), shown("planned_values")], ids=["state", "show", "plan"])
def test_terraform_s_resources_are_imported(shell: Shell, value: Any) -> None:
    ran = imported(shell, value, "terraform.tfstate")

    assert ran.code == 0, ran.out
    assert manifests(shell) == FROM_TERRAFORM
    assert "lago_customer.acme: there is no kind 'customer': only resources of the price list are imported" in ran.out
    assert "feature/sso: plan/starter refers to it" in ran.out


def test_resources_that_are_named_in_the_plural_are_imported(shell: Shell) -> None:
    """As a provider that is generated from Lago's API has them."""
    attributes = {"code": "starter", "plan": {**PLAN, "tax_codes": []}}
    plans = {"mode": "managed", "type": "lago_plans", "name": "p", "instances": [{"attributes": attributes}]}

    assert imported(shell, {"version": 4, "resources": [plans]}, "terraform.tfstate").code == 0
    assert manifests(shell) == {"plan/starter": {"kind": "plan", **PLAN}}


def test_configuration_whose_expressions_need_terraform_is_left_out_and_told(shell: Shell) -> None:
    charge = {"billable_metric_id": "${lago_billable_metric.calls.id}", "charge_model": "standard"}
    value = {"resource": {
        "lago_billable_metric": {"calls": METRIC},
        "lago_plan": {"starter": [{**PLAN, "tax_codes": ["${lago_tax.vat.code}", "${var.tax}"],
                                   "charges": [{**charge, "properties_json": "${jsonencode({amount = 1})}"}]}]},
        "lago_tax": {"vat": {"code": "vat", "name": "VAT", "rate": 20}},
    }}  # fmt: skip
    ran = imported(shell, value, "main.tf.json")

    assert "lago_plan.starter: tax_codes[1] '${var.tax}' is an expression: import a state" in ran.out
    assert "lago_plan.starter: charges[0].properties '${jsonencode({amount = 1})}' is an expression" in ran.out
    assert set(manifests(shell)) == {"tax/vat", "billable_metric/calls"}


@pytest.mark.parametrize("word", ["count", "for_each"])
def test_configuration_that_says_once_what_there_is_several_times_is_told(shell: Shell, word: str) -> None:
    tax = {"code": "${each.key}", "name": "T", "rate": 20, word: "${var.taxes}"}
    ran = imported(shell, {"resource": {"lago_tax": {"all": tax}}}, "main.tf.json")

    assert (ran.code, manifests(shell)) == (3, {})
    assert f"lago_tax.all: {word} is not resolved: import a state" in ran.out


def test_terraform_s_language_is_told(shell: Shell) -> None:
    shell.write("infra/main.tf", 'resource "lago_tax" "vat" {}\n')

    for ran in (shell.run("import", "infra/main.tf"), shell.run("import", "infra")):
        assert (ran.code, "infra/main.tf: this is Terraform's HCL: import its state" in ran.out) == (3, True)


@pytest.mark.parametrize(
    "value",
    [
        {"resources": [{"type": "lago_tax", "instances": 5}]},
        {"resources": [{"type": "lago_tax", "instances": [None, {"attributes": []}]}]},
        {"resources": [{"type": "lago_tax", "instances": [{"deposed": "a", "attributes": {"code": "t"}}]}]},
        {"values": {"root_module": {"resources": {}, "child_modules": [1]}}},
        {"values": {"root_module": {"resources": [{"type": "lago_tax", "values": "x"}]}}},
        {"resource": {"lago_tax": {"vat": 5}}},
    ],
)
def test_a_damaged_state_is_no_crash(shell: Shell, value: Any) -> None:
    assert (imported(shell, value).code, manifests(shell)) == (3, {})


@pytest.mark.parametrize("seed", range(20))
def test_damaged_input_is_imported_in_part_or_told(shell: Shell, seed: int) -> None:
    random = Random(seed)
    stripe = listed(PRODUCT, price("p"), price("q", billing_scheme="tiered", tiers=TIERS, tiers_mode="volume"))
    lago = {"billable_metric": METRIC, "plan": {**PLAN, "charges": [{**CHARGE, "billable_metric_code": "calls"}]}}
    for value in (STATE, stripe, lago):
        ran = imported(shell, mutated(mutated(value, random), random))

        assert ran.code in {0, 3}, ran.err


# Stripe -----------------------------------------------------------------------------------------------------------


def price(id_: str, **more: Any) -> dict[str, Any]:
    monthly = {"interval": "month", "interval_count": 1, "usage_type": "licensed"}
    fixed = {"active": True, "billing_scheme": "per_unit", "currency": "usd", "product": "prod_1"}
    amount = {"unit_amount": 1000, "unit_amount_decimal": "1000"}
    return {"id": id_, "object": "price", **fixed, "recurring": monthly, **amount, **more}


def listed(*items: Any) -> Any:
    return {"object": "list", "data": list(items), "has_more": False}


def metered(**more: Any) -> dict[str, Any]:
    return {"interval": "month", "interval_count": 1, "usage_type": "metered", **more}


PRODUCT = {"id": "prod_1", "object": "product", "name": "Growth", "metadata": {"team": "a"}}
TIERS = [
    {"up_to": 100, "unit_amount_decimal": "1.5", "flat_amount": None, "flat_amount_decimal": None},
    {"up_to": None, "unit_amount_decimal": "0.5", "flat_amount": 500, "flat_amount_decimal": "500"},
]


def test_a_product_with_a_fee_and_usage_is_a_plan(shell: Shell) -> None:
    meter = {"id": "mtr_1", "object": "billing.meter", "event_name": "api.calls", "display_name": "API calls",
             "default_aggregation": {"formula": "sum"}, "value_settings": {"event_payload_key": "n"}}  # fmt: skip
    usage = price("price_2", unit_amount_decimal=None, unit_amount=None, billing_scheme="tiered", tiers=TIERS,
                  tiers_mode="graduated", recurring=metered(meter="mtr_1"))  # fmt: skip
    put(shell, listed(PRODUCT), "products.json")
    put(shell, listed(meter), "meters.json")
    put(shell, listed(price("price_1"), usage), "prices.json")
    ran = shell.run("import", "products.json", "prices.json", "meters.json")

    assert ran.code == 0, ran.out
    assert manifests(shell) == {
        "billable_metric/api_calls": {
            "kind": "billable_metric", "code": "api_calls", "name": "API calls", "aggregation_type": "sum_agg",
            "field_name": "n",
        },
        "plan/growth": {
            "kind": "plan", "code": "growth", "name": "Growth", "interval": "monthly", "amount_cents": 1000,
            "amount_currency": "USD", "pay_in_advance": True, "metadata": {"team": "a"},
            "charges": [{
                "code": "api_calls", "billable_metric_code": "api_calls", "charge_model": "graduated", "properties": {
                    "graduated_ranges": [
                        {"from_value": 0, "to_value": 100, "per_unit_amount": "0.015", "flat_amount": "0"},
                        {"from_value": 101, "to_value": None, "per_unit_amount": "0.005", "flat_amount": "5"},
                    ]}}],
        },
    }  # fmt: skip
    assert shell.run("validate").code == 0


def test_other_prices_of_stripe_s(shell: Shell) -> None:
    yearly = {"interval": "year", "interval_count": 1, "usage_type": "licensed", "trial_period_days": 14}
    package = {"divide_by": 1000, "round": "up"}
    prices = (
        price("p1", product=PRODUCT, recurring=None, currency="jpy", unit_amount_decimal="500"),
        price("p2", recurring=yearly, lookup_key="growth_yearly", unit_amount_decimal="10000"),
        price("p3", recurring=metered(aggregate_usage="max"), transform_quantity=package, nickname="Peak"),
        price("p4", recurring=metered(), billing_scheme="tiered", tiers_mode="volume", tiers=TIERS, nickname="Bytes"),
        price("p5", billing_scheme="tiered", tiers_mode="volume", tiers=TIERS, nickname="Seats"),
        price("p6", recurring=metered(), currency="eur", unit_amount_decimal="0.12"),
    )
    ran = imported(shell, list(prices))

    assert ran.code == 0, ran.out
    found = manifests(shell)
    assert found["add_on/growth"]["amount_cents"] == 500
    assert (found["plan/growth_yearly"]["interval"], found["plan/growth_yearly"]["trial_period"]) == ("yearly", 14)
    charges = {one["code"]: one for one in found["plan/growth"]["charges"]}
    assert charges["peak"]["properties"] == {"amount": "10", "package_size": 1000, "free_units": 0}
    assert charges["bytes"]["charge_model"] == charges["seats"]["charge_model"] == "volume"
    assert found["billable_metric/peak"]["aggregation_type"] == "max_agg"
    assert found["billable_metric/seats"]["recurring"] is True
    assert "p5: Stripe bills this quantity in advance" in ran.out
    assert found["plan/growth_eur"]["charges"][0]["properties"] == {"amount": "0.0012"}
    assert (found["plan/growth_eur"]["amount_cents"], found["plan/growth_eur"]["amount_currency"]) == (0, "EUR")
    assert shell.run("validate").code == 0


@pytest.mark.parametrize(
    ("more", "words"),
    [
        ({"active": False}, "the price is archived"),
        ({"custom_unit_amount": {"minimum": 1}}, "the customer chooses the amount"),
        ({"currency": "xyz"}, "Lago has no currency 'XYZ'"),
        ({"recurring": {"interval": "day"}}, "Lago has no interval of 1 day"),
        ({"billing_scheme": "tiered"}, "its tiers are not in the file"),
        ({"transform_quantity": {"divide_by": 5, "round": "down"}}, "it rounds packages down"),
        ({"unit_amount": None, "unit_amount_decimal": None}, "it has no amount"),
        (
            {"unit_amount_decimal": "ten"},
            "unit_amount_decimal is not in Stripe's format ('ten'): the price is left out",
        ),
        ({"billing_scheme": "tiered", "tiers": [{"up_to": "all"}]}, "tiers[0].up_to is not in Stripe's format"),
        ({"billing_scheme": "tiered", "tiers": TIERS}, "it doesn't say whether its tiers are graduated or volume"),
        ({"recurring": "month"}, "recurring is not in Stripe's format"),
        ({"recurring": metered(interval_count="x")}, "recurring.interval_count is not in Stripe's format"),
        ({"transform_quantity": {}}, "transform_quantity.divide_by is missing: the price is left out"),
        ({"product": None}, "product is missing: the price is left out"),
        ({"product": {**PRODUCT, "active": False}}, "its product is archived"),
        ({"product": {**PRODUCT, "tax_code": "txcd_1"}}, "Stripe's tax code txcd_1 is not imported"),
        ({"recurring": None, "billing_scheme": "tiered", "tiers": TIERS}, "a one-time price with tiers or packages"),
        ({"recurring": None, "transform_quantity": {"divide_by": 5}}, "a one-time price with tiers or packages"),
        ({"recurring": metered(meter="mtr_1")}, "its meter mtr_1 is not in the files"),
        ({"recurring": metered(), "metadata": {"a": "b"}}, "its metadata is not imported"),
        ({}, "its product prod_1 is not in the files"),
        ({}, "Stripe multiplies it by the quantity subscribed; Lago bills a plan's fee once"),
        ({"transform_quantity": {"divide_by": 5, "round": "up"}}, "Stripe bills this quantity in advance"),
        ({"tax_behavior": "inclusive"}, "its amount includes tax"),
        ({"nickname": "Monthly"}, "its name 'Monthly' is not imported: its product names it"),
        ({"nickname": "Once", "recurring": None}, "its name 'Once' is not imported: its product names it"),
        ({"recurring": metered(trial_period_days=30)}, "its trial of 30 days is not imported"),
        ({"recurring": None, "product": PRODUCT}, "the metadata of its product is not imported"),
        ({"currency_options": {"eur": {"unit_amount": "ten"}}}, "currency_options.eur.unit_amount is not in Stripe"),
        ({"unit_amount_decimal": "999.5"}, "its amount is 9.995 USD: Lago's fees are whole cents"),
        ({"recurring": metered(aggregate_usage="last_ever")}, "Stripe bills the last value ever reported"),
    ],
)
def test_what_stripe_can_say_and_lago_can_not_is_told(shell: Shell, more: dict[str, Any], words: str) -> None:
    assert f"in.json:1:2: p: {words}" in imported(shell, [price("p", **more)]).out


def test_a_second_fee_of_a_product_is_a_plan_of_its_own(shell: Shell) -> None:
    """Stripe sells one product at several prices; a plan of Lago's has one fee."""
    second = price("p2", nickname="Grandfathered", unit_amount_decimal="500")
    ran = imported(shell, [PRODUCT, price("p1"), second, price("p3", recurring=metered(), nickname="Calls")])

    assert "p2: a plan has one fee per period: this one becomes a plan of its own, with the same charges" in ran.out
    found = manifests(shell)
    plans = {name: (one["amount_cents"], one["charges"]) for name, one in found.items() if name.startswith("plan/")}
    calls = found["plan/growth"]["charges"]
    assert plans == {"plan/growth": (1000, calls), "plan/growth_grandfathered": (500, calls)}


def test_amounts_in_other_currencies_are_plans_of_their_own(shell: Shell) -> None:
    options = {"usd": {"unit_amount": 1000}, "jpy": {"unit_amount": 900}, "eur": {"unit_amount": None, "tiers": TIERS}}
    tiered = price("q", currency_options={"eur": {"tiers": TIERS}}, billing_scheme="tiered", tiers_mode="volume",
                   tiers=TIERS, recurring=metered(), nickname="Calls")  # fmt: skip
    ran = imported(shell, [PRODUCT, price("p", currency_options={**options, "eur": {"unit_amount": 800}}), tiered])

    assert ran.code == 0, ran.out
    found = manifests(shell)
    fees = {name: one["amount_cents"] for name, one in found.items() if name.startswith("plan/")}
    assert fees == {"plan/growth": 1000, "plan/growth_eur": 800, "plan/growth_jpy": 900}
    assert [len(found[name].get("charges", ())) for name in fees] == [1, 1, 0]


@pytest.mark.parametrize("order", [1, -1])
def test_codes_do_not_depend_on_the_order_of_an_export(shell: Shell, order: int) -> None:
    """Stripe lists what is new first, so each export has another order."""
    yearly = {"interval": "year", "interval_count": 1, "usage_type": "licensed"}
    prices = [price("p1", created=1), price("p2", created=2, recurring=yearly), price("p3", created=3, currency="eur")]
    imported(shell, [PRODUCT, *prices[::order]])

    codes = {name: (one["interval"], one["amount_currency"]) for name, one in manifests(shell).items()}
    assert codes == {
        "plan/growth": ("monthly", "USD"),
        "plan/growth_yearly": ("yearly", "USD"),
        "plan/growth_eur": ("monthly", "EUR"),
    }


@pytest.mark.parametrize(
    ("name", "code"), [("Crédit Éco", "credit_eco"), ("成長プラン", "prod_1"), ("Plan 2+", "plan_2")]
)
def test_a_code_is_made_of_the_latin_letters_of_a_name_or_of_the_id(shell: Shell, name: str, code: str) -> None:
    imported(shell, [{**PRODUCT, "name": name}, price("p")])

    assert set(manifests(shell)) == {f"plan/{code}"}


def test_a_sub_cent_price_is_exact(shell: Shell) -> None:
    imported(shell, [PRODUCT, price("p", recurring=metered(), unit_amount=None, unit_amount_decimal="0.0005")])

    assert manifests(shell)["plan/growth"]["charges"][0]["properties"] == {"amount": "0.000005"}


@pytest.mark.parametrize(
    ("value", "words"),
    [
        ({**PRODUCT, "id": "prod_2"}, ": prod_2: no price of this product is in the files"),
        (
            {"id": "SUMMER", "object": "coupon", "percent_off": 10},
            "in.json: 1 × coupon: only products, prices",
        ),
        ({"object": "billing.meter", "id": "m"}, ": m: event_name is missing: the billing.meter is left out"),
        (
            {"object": "billing.meter", "id": "m", "event_name": "m", "status": "inactive"},
            ": m: the meter is inactive in Stripe",
        ),
        (
            {**PRODUCT, "unit_label": "seat", "marketing_features": [{"name": "10 seats"}]},
            "in.json:1:29: prod_1: these can't be expressed in a manifest: marketing_features, unit_label",
        ),
    ],
)
def test_what_of_stripe_s_is_not_imported_is_told(shell: Shell, value: Any, words: str) -> None:
    assert words in imported(shell, listed(PRODUCT, price("p"), value)).out


def test_a_list_that_goes_on_is_told(shell: Shell) -> None:
    value = {**listed(PRODUCT, price("p")), "has_more": True}

    assert "in.json: the list goes on (has_more): export all of its pages" in imported(shell, value).out


def test_prices_that_count_in_different_ways_have_metrics_of_their_own(shell: Shell) -> None:
    boxes = {"product": {**PRODUCT, "id": "prod_2", "name": "Boxes"}, "nickname": "Storage"}
    prices = [
        price("p1", product=PRODUCT, nickname="Storage", recurring=metered(aggregate_usage="max")),
        price("p2", **boxes, recurring=metered()),
        price("p3", **boxes, recurring=metered(), currency="eur"),
    ]

    assert imported(shell, prices).code == 0
    found = manifests(shell)
    kinds = {name: one["aggregation_type"] for name, one in found.items() if name.startswith("billable_metric")}
    assert kinds == {"billable_metric/storage": "max_agg", "billable_metric/storage_boxes": "sum_agg"}
    assert found["plan/boxes"]["charges"][0]["billable_metric_code"] == "storage_boxes"


def test_a_meter_without_a_price_is_a_metric(shell: Shell) -> None:
    meter = {"id": "m", "object": "billing.meter", "event_name": "calls", "default_aggregation": {"formula": "count"}}

    assert imported(shell, [meter]).code == 0
    assert manifests(shell)["billable_metric/calls"]["aggregation_type"] == "count_agg"


def test_the_same_price_in_several_places_is_one(shell: Shell) -> None:
    """Items of subscriptions have their price, and the plan that it was, in each."""
    legacy = {"id": "p", "object": "plan", "amount": 1000, "interval": "month", "product": "prod_1", "currency": "usd"}
    item = {"object": "subscription_item", "id": "si", "price": price("p"), "plan": legacy}
    ran = imported(shell, [item, item, PRODUCT])

    assert (ran.code, manifests(shell)["plan/growth"]["amount_cents"]) == (0, 1000)
    assert "one fee a period" not in ran.out
    assert imported(shell, [{**legacy, "id": "q", "amount": 900}, PRODUCT], "plans.json").code == 0


@pytest.mark.parametrize(
    ("amount", "words"),
    [
        ("1e3", "is not a number"),
        ("-5", "is not a number"),
        ("$5.00", "is not a number"),
        ("1,099", "can mean 1.099 or"),
    ],
)
def test_an_amount_that_can_mean_two_things_or_nothing_is_not_guessed_at(shell: Shell, amount: str, words: str) -> None:
    row = f'Price ID,Product ID,Product Name,Amount,Currency,Interval\np1,prod_1,Growth,"{amount}",eur,month\n'

    assert f"prices.csv:2:1: p1: amount '{amount}' {words}" in imported(shell, row, "prices.csv").out


def test_the_dashboard_s_columns_are_read(shell: Shell) -> None:
    columns = "Price ID,Product ID,Product Name,Description,Amount,Currency,Interval,Usage Type,Aggregate Usage"
    ran = imported(shell, f"{columns}\np1,prod_1,Growth,Peak,5.00,eur,month,metered,max\n", "prices.csv")

    assert ran.code == 0, ran.out
    assert manifests(shell)["billable_metric/peak"]["aggregation_type"] == "max_agg"


REAL_COLUMNS = (
    "Price ID,Product ID,Product Name,Product Statement Descriptor,Product Tax Code,Description,Created (UTC),Amount,"
    "Currency,Interval,Interval Count,Usage Type,Aggregate Usage,Billing Scheme,Trial Period Days,Tax Behavior"
)


@pytest.mark.parametrize("separator", [",", ";", "\t"])
def test_nothing_in_the_dashboard_s_columns_is_lost_silently(shell: Shell, separator: str) -> None:
    rows = (
        "price_1,prod_1,Social Pro,SOCIAL,txcd_1,Monthly,2025-03-19 05:57,29.90,aud,month,1,licensed,,per_unit,14,,red",
        'price_2,prod_1,Social Pro,,,"Calls\nmade",2025-03-19 05:57,0.05,aud,month,1,metered,sum,per_unit,7,,',
    )
    table = "\n".join([f"{REAL_COLUMNS},team (metadata)", *rows, ""]).replace(",", separator)
    ran = imported(shell, table, "prices.csv")

    plan = manifests(shell)["plan/social_pro"]
    assert (plan["amount_cents"], plan["trial_period"], plan["metadata"]) == (2990, 14, {"team": "red"})
    assert manifests(shell)["billable_metric/calls_made"]["name"] == "Calls\nmade"
    for words in (
        "price_1: Stripe's tax code txcd_1 is not imported",
        "price_1: its name 'Monthly' is not imported",
        "price_2: its trial of 7 days is not imported",
        "prod_1: these can't be expressed in a manifest: statement_descriptor",
    ):
        assert words in ran.out


@pytest.mark.parametrize(
    ("rows", "words"),
    [
        ("p1,prod_1,Growth,5.00,eur,month,licensed,,too,many\n", "Imported 1 resource"),
        ("p1,prod_1\n", "p1: currency is missing"),
        (f"p1,prod_1,{'x' * 140_000},5.00,eur,month\n", "this is not a table"),
    ],
)
def test_a_damaged_table_is_imported_in_part_or_told(shell: Shell, rows: str, words: str) -> None:
    columns = "Price ID,Product ID,Product Name,Amount,Currency,Interval,Usage Type\n"

    assert words in imported(shell, columns + rows, "prices.csv").out


def test_tables_of_products_and_of_plans_as_they_once_were_are_read_together(shell: Shell) -> None:
    plans = (
        "Plan ID,Product ID,Product Name,Product Statement Descriptor,Nickname,Created (UTC),Amount,Currency,Interval,"
        "Interval Count,Usage Type,Aggregate Usage,Billing Scheme,Trial Period Days\n"
        "plan_1,prod_1,Basic,,,2019-01-01 00:00,9.00,eur,month,1,licensed,,per_unit,\n"
    )
    products = "id,Name,Type,Date (UTC),Description,Statement Descriptor,Unit Label,Url,tier (metadata)\n"
    put(shell, plans, "exports/plans.csv")
    put(shell, f"{products}prod_1,Basic,service,2019-01-01 00:00,Our plan,,seat,,a\n", "exports/products.csv")
    ran = shell.run("import", "exports")

    plan = manifests(shell)["plan/basic"]
    assert (plan["amount_cents"], plan["description"], plan["metadata"]) == (900, "Our plan", {"tier": "a"})
    assert "prod_1: these can't be expressed in a manifest: unit_label" in ran.out


def test_codes_of_one_time_prices_are_told_apart(shell: Shell) -> None:
    once = {"recurring": None, "product": PRODUCT}
    prices = [price("p1", **once), price("p2", **once, currency="eur"), price("p3", **once, currency="eur")]

    assert imported(shell, prices).code == 0
    assert set(manifests(shell)) == {"add_on/growth", "add_on/growth_eur", "add_on/growth_eur_2"}


def test_prices_that_the_dashboard_exports_are_imported(shell: Shell) -> None:
    columns = "Price ID,Product ID,Product Name,Amount,Currency,Interval,Interval Count,Usage Type,Billing Scheme"
    rows = ("p1,prod_1,Growth,\"1,099.00\",eur,month,1,licensed,per_unit", "p2,prod_2,Setup,500.00,eur,,,,per_unit",
            "p3,prod_1,Growth,,eur,month,1,metered,tiered")  # fmt: skip
    ran = imported(shell, "\n".join([columns, *rows, ""]), "prices.csv")

    assert "prices.csv:4:1: p3: its tiers are not in the file" in ran.out
    assert manifests(shell)["plan/growth"]["amount_cents"] == 109900
    assert manifests(shell)["add_on/setup"]["amount_cents"] == 50000


def test_manifests_are_written_for_editors_and_where_they_are_asked_for(shell: Shell, tmp_path: Path) -> None:
    shell.run("schema", "--out", "schemas")
    shell.write("lago-gitops.yaml", "manifests: [prices]\n")
    put(shell, {"tax": {"code": "t", "name": "T", "rate": 20}})

    assert shell.run("import", "in.json").code == 0
    text = (tmp_path / "prices/taxes/t.yaml").read_text()
    assert text.startswith("# yaml-language-server: $schema=../../schemas/tax.schema.json\n")
