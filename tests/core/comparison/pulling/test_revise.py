"""A manifest brought up to what is wanted says everything else as it did."""

from decimal import Decimal
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from lago_gitops.core.comparison.pulling.revise import revised
from lago_gitops.core.model.canonical import canonical
from lago_gitops.kinds import KINDS
from tests.strategies import organizations
from tests.tries import tries

PLAN: Any = {
    "kind": "plan", "code": "p", "protect": True, "name": "P", "interval": "monthly", "amount_cents": 900,
    "amount_currency": "EUR", "pay_in_advance": False, "description": None, "tax_codes": ["b", "a"],
    "metadata": {"z": "1", "a": "2"}, "entitlements": {"seats": {"max": 5}},
    "charges": [
        {"code": "calls", "billable_metric_code": "calls", "prorated": False, "charge_model": "standard",
         "properties": {"amount": Decimal("0.20"), "grouped_by": ["team"]}},
        {"code": "bytes", "billable_metric_code": "bytes", "charge_model": "graduated", "properties": {
            "graduated_ranges": [
                {"from_value": 0, "to_value": 10, "per_unit_amount": "1.0", "flat_amount": "0"},
                {"from_value": 11, "to_value": None, "per_unit_amount": "2", "flat_amount": "0"}]}},
    ],
}  # fmt: skip
OBJECT = KINDS["plan"].object


def after(**fields: Any) -> dict[str, Any]:
    """The plan, where other fields are wanted."""
    return revised(OBJECT, PLAN, canonical(OBJECT, {**PLAN, **fields}))


def test_what_means_the_same_stays_as_it_is_written() -> None:
    same = {"tax_codes": ["a", "b"], "amount_cents": "900", "charges": PLAN["charges"][::-1]}

    assert after(**same) == PLAN
    assert list(after(**same)) == list(PLAN)


def test_a_default_is_taken_out_but_for_a_flag_that_is_spelled_out() -> None:
    data = {**PLAN, "description": "D", "bill_charges_monthly": True}
    found = revised(OBJECT, data, canonical(OBJECT, PLAN))

    assert found == {key: value for key, value in data.items() if key != "description"} | {
        "bill_charges_monthly": False
    }


def test_a_new_field_comes_where_the_table_has_it() -> None:
    assert list(after(invoice_display_name="X"))[3:5] == ["name", "invoice_display_name"]


def test_numbers_are_quoted_or_not_as_they_were() -> None:
    charges = [
        {**PLAN["charges"][0], "properties": {"amount": "0.25", "grouped_by": ["team"]}},
        {**PLAN["charges"][1], "properties": {"graduated_ranges": [
            {"from_value": 0, "to_value": 20, "per_unit_amount": "1.5", "flat_amount": "0"},
            {"from_value": 21, "to_value": None, "per_unit_amount": "2", "flat_amount": "0"}]}},
    ]  # fmt: skip
    first, second = after(charges=charges)["charges"]

    assert first["properties"] == {"amount": Decimal("0.25"), "grouped_by": ["team"]}
    assert second["properties"]["graduated_ranges"] == charges[1]["properties"]["graduated_ranges"]


def test_a_number_that_is_none_is_written_as_it_is() -> None:
    charge = {**PLAN["charges"][0], "properties": {"amount": "1e500", "grouped_by": ["team"]}}

    assert after(charges=[charge, PLAN["charges"][1]])["charges"][0]["properties"]["amount"] == "1e500"


def test_what_is_inside_of_an_object_changes_there() -> None:
    data = {**PLAN, "minimum_commitment": {"amount_cents": 5, "invoice_display_name": "Least"}}
    found = revised(OBJECT, data, canonical(OBJECT, {**data, "minimum_commitment": {"amount_cents": 7}}))

    assert found["minimum_commitment"] == {"amount_cents": 7}


def test_an_older_name_of_a_field_stays() -> None:
    charges = [
        {**PLAN["charges"][0], "properties": {"amount": "0.2", "pricing_group_keys": ["user"]}},
        PLAN["charges"][1],
    ]

    assert after(charges=charges)["charges"][0]["properties"] == {"amount": Decimal("0.20"), "grouped_by": ["user"]}


def test_items_stand_where_they_stood_and_new_ones_come_last() -> None:
    new = {"code": "a", "billable_metric_code": "x", "charge_model": "dynamic"}
    found = after(charges=[new, *PLAN["charges"][1:], PLAN["charges"][0]])

    assert [charge["code"] for charge in found["charges"]] == ["calls", "bytes", "a"]
    assert after(charges=[PLAN["charges"][1]])["charges"] == [PLAN["charges"][1]]
    assert after(tax_codes=["c", "a"])["tax_codes"] == ["a", "c"]
    assert list(after(metadata={"b": "3", "a": "2", "z": "9"})["metadata"].items()) == [
        ("z", "9"),
        ("a", "2"),
        ("b", "3"),
    ]
    assert after(entitlements={"sso": {}, "seats": {"max": 9}})["entitlements"] == {"seats": {"max": 9}, "sso": {}}


def test_another_model_has_its_own_prices() -> None:
    charge = {
        **PLAN["charges"][0],
        "charge_model": "package",
        "properties": {"amount": "1", "package_size": 5, "free_units": 0},
    }
    found = after(charges=[charge, PLAN["charges"][1]])["charges"][0]

    assert found == {**charge, "prorated": False}


def test_what_others_manage_is_not_added() -> None:
    tax = {"kind": "tax", "code": "t", "name": "T", "rate": 1}
    object_ = KINDS["tax"].object

    assert revised(object_, tax, canonical(object_, {**tax, "applied_to_organization": True})) == tax


def test_a_word_that_lago_does_not_have_stays() -> None:
    data = {**PLAN, "cascade_updates": True, "x-notes": [1]}

    assert revised(OBJECT, data, canonical(OBJECT, {**data, "name": "Q"})) == {**data, "name": "Q"}


@settings(max_examples=tries(60))
@given(st.data())
def test_any_manifest_can_be_brought_up_to_any_other(data: st.DataObject) -> None:
    befores, afters = data.draw(organizations(features=True)), data.draw(organizations(features=True))
    for before in befores:
        for other in (one for one in afters if one.kind == before.kind):
            object_ = KINDS[before.kind].object
            wanted = canonical(object_, other.data)
            found = canonical(object_, revised(object_, before.data, wanted))
            left = {field.name for field in object_.fields if field.only_if_given}

            assert {k: v for k, v in found.items() if k not in left} == {
                k: v for k, v in wanted.items() if k not in left
            }
