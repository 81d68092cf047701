from typing import Any
from urllib.parse import quote

import pytest

from tests.sandbox.calls import Calls


def test_a_tax_starts_without_description_and_not_applied() -> None:
    tax = Calls().tax()
    assert (tax["rate"], tax["description"], tax["applied_to_organization"]) == (20.0, None, False)
    assert tax["applied_to_billing_entities_codes"] == []


@pytest.mark.parametrize("code", ["a/b", "a.b", " lead", "ünï", "a%2Fb", "?q=1", "new\nline", "x" * 256, "emoji😀"])
def test_any_text_is_a_code(code: str) -> None:
    lago = Calls()
    lago.tax(code)
    assert lago.get(f"taxes/{quote(code, safe='')}").body["tax"]["code"] == code


def test_codes_differ_by_case() -> None:
    lago = Calls()
    lago.tax("vat")
    lago.tax("VAT")
    assert lago.get("taxes/Vat").code == "tax_not_found"


def test_a_deleted_code_is_never_free_again() -> None:
    lago = Calls()
    lago.tax()
    assert lago.delete("taxes/vat").status == 200
    assert lago.get("taxes/vat").code == "tax_not_found"
    again = lago.post("taxes", {"tax": {"name": "n", "code": "vat", "rate": "1"}})
    assert again.details == {"code": ["value_already_exist"]}


def test_a_code_renamed_away_before_the_deletion_is_free() -> None:
    lago = Calls()
    lago.tax()
    lago.put("taxes/vat", {"tax": {"code": "old"}})
    lago.delete("taxes/old")
    assert lago.tax()["code"] == "vat"


def test_the_text_false_applies_a_new_tax_all_the_same() -> None:
    tax = Calls().tax(applied_to_organization="false")
    assert tax["applied_to_organization"] is True


def test_null_for_the_flag_is_a_crash() -> None:
    lago = Calls()
    lago.tax()
    assert lago.put("taxes/vat", {"tax": {"applied_to_organization": None}}).status == 500


def test_the_flag_has_two_faces() -> None:
    lago = Calls()
    lago.tax()
    lago.put("billing_entities/sandbox", {"billing_entity": {"tax_codes": ["vat"]}})
    alone = lago.get("taxes/vat").body["tax"]
    [nested] = lago.get("billing_entities/sandbox").body["billing_entity"]["taxes"]
    assert (alone["applied_to_organization"], nested["applied_to_organization"]) == (True, False)


def test_before_1_51_the_flag_is_the_column() -> None:
    lago = Calls(lago_version="1.38.0")
    lago.tax()
    lago.put("billing_entities/sandbox", {"billing_entity": {"tax_codes": ["vat"]}})
    tax = lago.get("taxes/vat").body["tax"]
    assert tax["applied_to_organization"] is False
    assert "applied_to_billing_entities_codes" not in tax


def test_a_deleted_tax_is_gone_from_everything_that_had_it() -> None:
    lago = Calls()
    lago.tax()
    metric = lago.metric()
    standard = {"billable_metric_id": metric["lago_id"], "charge_model": "standard", "properties": {"amount": "1"}}
    add_on = lago.add_on(tax_codes=["vat"])
    fixed = {"add_on_id": add_on["lago_id"], "charge_model": "standard", "units": 1, "tax_codes": ["vat"]}
    lago.plan(tax_codes=["vat"], charges=[{**standard, "tax_codes": ["vat"]}], fixed_charges=[fixed])
    lago.put("billing_entities/sandbox", {"billing_entity": {"tax_codes": ["vat"]}})
    answer = lago.delete("taxes/vat").body["tax"]
    assert answer["applied_to_billing_entities_codes"] == ["sandbox"]
    plan = lago.read_plan()
    entity = lago.get("billing_entities/sandbox").body["billing_entity"]
    holders: list[dict[str, Any]] = [plan, *plan["charges"], *plan["fixed_charges"], entity]
    assert [holder["taxes"] for holder in holders] == [[]] * 4
    assert lago.get("add_ons/setup").body["add_on"]["taxes"] == []


def test_the_list_goes_by_name_in_the_order_of_bytes_and_then_newest_first() -> None:
    lago = Calls()
    for code, name in (("a", "n"), ("b", "VAT"), ("c", "n")):
        lago.tax(code, name=name)
    assert [tax["code"] for tax in lago.get("taxes").body["taxes"]] == ["b", "c", "a"]
