"""What is a resource of the price list, and what is not."""

from typing import Any

import pytest

from lago_gitops.imports.lago import lago_objects
from lago_gitops.imports.resources import Note, Raw
from lago_gitops.kinds import KINDS

TAX = {"code": "vat", "name": "VAT", "rate": 20}
CHARGE = {"billable_metric_code": "calls", "charge_model": "standard", "properties": {"amount": "1"}}


def found(value: Any) -> list[str]:
    return [
        f"{one.where}: {one.message if isinstance(one, Note) else one.kind}" for one in lago_objects("f", value, KINDS)
    ]


@pytest.mark.parametrize(
    ("more", "message"),
    [
        ({"code": "{{code}}"}, "code '{{code}}' is an expression: write its value, and import it again"),
        ({"name": "${NAME}"}, "name '${NAME}' is an expression: write its value, and import it again"),
        (
            {"parts": [{"name": "<%= name %>"}]},
            "parts[0].name '<%= name %>' is an expression: write its value, and import",
        ),
        (
            {"parent_id": "1a90"},
            "this is a plan with overridden prices, of one subscription: it is not part of the price",
        ),
        ({"pending_deletion": True}, "Lago is deleting it"),
    ],
)
def test_what_is_not_as_it_will_be_is_left_out_and_told(more: dict[str, Any], message: str) -> None:
    assert found({"tax": TAX | more})[0].startswith(f"f: tax: {message}")


@pytest.mark.parametrize("more", [{"parent_id": None}, {"pending_deletion": False}, {"lago_id": "1", "name": "{{a}}"}])
def test_answers_are_taken_as_they_are(more: dict[str, Any]) -> None:
    assert found({"tax": TAX | more}) == ["f: tax: tax"]


@pytest.mark.parametrize(
    ("value", "note"),
    [
        (
            {"charges": [CHARGE], "meta": {}},
            "f: charges: a part of a plan that isn't named here: import the plan itself",
        ),
        ({"charge": CHARGE}, "f: charge: a part of a plan that isn't named here"),
        (
            {"fixed_charge": {"add_on_code": "a", "charge_model": "standard", "units": "1"}},
            "f: fixed_charge: a part of a plan",
        ),
        ({"plan": {"code": "a"}, "usage_thresholds": [{"amount_cents": 1, "recurring": True}]}, "f: plan: plan"),
    ],
)
def test_parts_of_a_plan_without_the_plan_are_told(value: Any, note: str) -> None:
    assert found(value)[0].startswith(note)


def test_what_is_within_a_text_has_the_way_to_it() -> None:
    assert found({"item": [{"raw": '{"tax": {"code": "t", "name": "T", "rate": 1}}'}]}) == ["f: item[0]: raw: tax: tax"]


@pytest.mark.parametrize("text", ['{"tax": 1e9999999999999999999}', "{no JSON", "{}{}"])
def test_a_text_that_only_looks_like_json_is_no_fault(text: str) -> None:
    assert found({"description": text}) == []


def test_every_resource_is_a_raw_one() -> None:
    assert all(isinstance(one, Raw) for one in lago_objects("f", [{"tax": TAX}, TAX], KINDS))
