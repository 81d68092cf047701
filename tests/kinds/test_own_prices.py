"""Names and texts are all that a cosmetic change touches."""

from itertools import compress
from typing import Any

import pytest

from lago_gitops.core.model.resources import Update
from lago_gitops.kinds.own_prices import OF_NAMES, telling
from lago_gitops.kinds.timing.line import ADDED, ANY, REMOVED, SWAPPED, When
from lago_gitops.kinds.timing.table import TABLE
from tests.kinds.effects import create, delete, update

METRIC = {"kind": "billable_metric", "code": "calls", "name": "Calls", "aggregation_type": "count_agg"}
CHARGE = {"code": "c", "billable_metric_code": "calls", "charge_model": "standard", "properties": {"amount": "1"}}
PLAN = {
    "kind": "plan", "code": "p", "name": "P", "interval": "monthly", "amount_cents": 100, "amount_currency": "EUR",
    "pay_in_advance": False, "charges": [CHARGE],
}  # fmt: skip
FEATURE = {"kind": "feature", "code": "sso", "name": "SSO"}


def paths(change: Update) -> list[str]:
    return [one.where for one in compress(change.fields, telling(change) or ())]


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
    assert not any(telling(update(before, **after)) or (True,))


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
    assert any(telling(update(before, **after)) or ())


def test_a_new_code_of_a_plan_is_not() -> None:
    assert paths(update(PLAN, code="new", name="Q")) == ["code"]


def test_what_comes_or_goes_is_not() -> None:
    assert telling(create(FEATURE)) is None
    assert telling(delete(FEATURE)) is None


def test_each_field_counts_by_itself() -> None:
    """Whatever else changes in its item: a charge that is replaced may be renamed, too, and both names are names."""
    charge = {**CHARGE, "charge_model": "package", "properties": {"amount": "1", "package_size": 2}}
    change = update(PLAN, charges=[{**charge, "invoice_display_name": "Calls"}], name="Q", amount_cents=200)

    assert paths(change) == ["amount_cents", "charges.c.charge_model", "charges.c.package_size"]


@pytest.mark.parametrize("part", ["charge", "fixed_charge"])
def test_an_item_that_comes_goes_or_is_swapped_is_more_than_a_name(part: str) -> None:
    """So that an update is cosmetic where each of its fields is."""
    lines = [one for one in TABLE if one.of == part and {ADDED, REMOVED, SWAPPED}.intersection(one.fields)]

    assert lines
    assert not OF_NAMES.intersection(one.timing for one in lines)


@pytest.mark.parametrize("part", ["plan", "charge", "fixed_charge"])
def test_how_something_is_billed_does_not_decide_whether_a_field_of_a_plan_is_a_name(part: str) -> None:
    """So that the field alone tells it."""
    lines = [one for one in TABLE if one.of == part and When.BEFORE_1_39 not in one.when]

    for field in {field for one in lines for field in one.fields}:
        assert field != ANY
        assert len({one.timing in OF_NAMES for one in lines if field in one.fields}) == 1, field
