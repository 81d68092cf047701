from dataclasses import replace
from typing import Any

from lago_gitops.kinds.plan.timing import plan_reach, row_of
from lago_gitops.kinds.timing.line import ADDED, REMOVED, SWAPPED
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


def test_the_row_of_a_field_is_the_one_that_it_is_on_if_it_is_all_that_changes() -> None:
    before = [part("gone"), part("kept"), part("swapped")]
    after = [part("kept", properties={"amount": "9"}), part("swapped", pay_in_advance=True), part("new")]
    change = update({**PLAN, "charges": before}, charges=after, amount_cents=5)
    rows = {one.where: row_of(one.keys, one.lock) for one in change.fields}
    assert rows == {
        "amount_cents": ("plan", "amount_cents"),
        "charges.gone": None,
        "charges.kept.amount": ("charge", "properties"),
        "charges.swapped.pay_in_advance": None,
        "charges.new": None,
    }
    for one in change.fields:
        [reached] = plan_reach(replace(change, fields=(one,)))
        whole = reached.change in {ADDED, REMOVED, SWAPPED}
        assert rows[one.where] == (None if whole else (reached.line.of, reached.change))
