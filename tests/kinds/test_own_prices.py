"""Names and texts are all that a cosmetic change touches."""

from typing import Any

import pytest

from lago_gitops.kinds.own_prices import is_cosmetic
from tests.kinds.effects import create, delete, update

METRIC = {"kind": "billable_metric", "code": "calls", "name": "Calls", "aggregation_type": "count_agg"}
CHARGE = {"code": "c", "billable_metric_code": "calls", "charge_model": "standard", "properties": {"amount": "1"}}
PLAN = {
    "kind": "plan", "code": "p", "name": "P", "interval": "monthly", "amount_cents": 100, "amount_currency": "EUR",
    "pay_in_advance": False, "charges": [CHARGE],
}  # fmt: skip
FEATURE = {"kind": "feature", "code": "sso", "name": "SSO"}


@pytest.mark.parametrize(
    ("before", "after"),
    [
        (PLAN, {"name": "Q"}),
        (PLAN, {"description": "what it is", "invoice_display_name": "Q"}),
        (PLAN, {"charges": [{**CHARGE, "invoice_display_name": "Calls"}]}),
        (METRIC, {"name": "Requests"}),
        (FEATURE, {"description": "what it is"}),
    ],
)
def test_a_name_is_cosmetic(before: dict[str, Any], after: dict[str, Any]) -> None:
    assert is_cosmetic(update(before, **after))


@pytest.mark.parametrize(
    ("before", "after"),
    [
        (PLAN, {"name": "Q", "amount_cents": 101}),
        (PLAN, {"charges": [{**CHARGE, "properties": {"amount": "2"}}]}),
        (PLAN, {"entitlements": {"sso": {}}}),
        (METRIC, {"rounding_function": "ceil", "rounding_precision": 2}),
    ],
)
def test_what_an_invoice_or_an_entitlement_has_is_not(before: dict[str, Any], after: dict[str, Any]) -> None:
    assert not is_cosmetic(update(before, **after))


def test_a_new_code_of_a_plan_is_not() -> None:
    assert not is_cosmetic(update(PLAN, code="new"))
    assert not is_cosmetic(update(PLAN, code="new", name="Q"))


def test_what_comes_or_goes_is_not() -> None:
    assert not is_cosmetic(create(FEATURE))
    assert not is_cosmetic(delete(FEATURE))
