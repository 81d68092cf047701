from dataclasses import replace
from typing import Any

from lago_gitops.kinds.plan.timing import field_reach, plan_reach
from tests.kinds.effects import update
from tests.kinds.forms import CHARGE, FIXED, PLAN

PRICED = {**CHARGE, "properties": {"amount": "9"}}


def part(code: str, **more: Any) -> dict[str, Any]:
    return {**CHARGE, "code": code, "billable_metric_code": code, **more}


def test_charges_and_fixed_charges_are_told_apart() -> None:
    change = update({**PLAN, "charges": [CHARGE]}, charges=[PRICED], fixed_charges=[{**FIXED, "code": "c"}])
    assert [(one.part, one.change, one.item) for one in plan_reach(change)] == [
        ("charges.c.amount", "properties", "c"),
        ("fixed_charges.c", "added", "c"),
    ]


def test_a_field_by_itself_is_reached_as_if_it_were_all_that_changes() -> None:
    before = [part("gone"), part("kept"), part("swapped")]
    after = [part("kept", properties={"amount": "9"}), part("swapped", pay_in_advance=True), part("new")]
    change = update({**PLAN, "charges": before}, charges=after, amount_cents=5)
    found = {one.where: [each.change for each in field_reach(change, one)] for one in change.fields}
    assert found == {
        "amount_cents": ["amount_cents"],
        "charges.gone": ["removed"],
        "charges.kept.amount": ["properties"],
        "charges.swapped.pay_in_advance": ["swapped"],
        "charges.new": ["added"],
    }
    for one in change.fields:
        assert list(field_reach(change, one)) == list(plan_reach(replace(change, fields=(one,))))
