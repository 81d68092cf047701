"""The lines of the table that a change is on."""

from typing import Any

import pytest

from lago_gitops.core.model.resources import FieldChange
from lago_gitops.core.model.timing import Timing
from lago_gitops.kinds.timing.line import When
from lago_gitops.kinds.timing.reach import direction, reached
from tests.kinds.effects import create, delete, update
from tests.kinds.forms import ADD_ON

ENTITY = {"kind": "billing_entity", "code": "e", "name": "E"}


def said(change: Any, *holding: When) -> list[tuple[str, str, Timing]]:
    return [(one.part, one.change, one.line.timing) for one in reached(change, holding)]


def test_a_whole_resource_is_added_or_deleted() -> None:
    assert said(create(ADD_ON)) == [("", "added", Timing.NEW_ONLY)]
    assert said(delete(ADD_ON)) == [("", "deleted", Timing.LOST)]
    assert said(delete(ADD_ON), When.BEFORE_1_39) == [("", "deleted", Timing.NEVER)]


def test_each_field_that_changes_has_a_line_a_code_too() -> None:
    assert said(update(ADD_ON, code="p", tax_codes=["t"])) == [
        ("code", "code", Timing.NONE),
        ("tax_codes", "tax_codes", Timing.ALL),
    ]


def test_fields_inside_the_billing_configuration_have_lines_of_their_own() -> None:
    there = {**ENTITY, "billing_configuration": {"invoice_grace_period": 5}}
    part = "billing_configuration.invoice_grace_period"
    for days, timing in ((3, Timing.NEXT_INVOICE), (7, Timing.NEXT)):
        change = update(there, billing_configuration={"invoice_grace_period": days})
        assert said(change) == [(part, "invoice_grace_period", timing)]


def test_the_organization_has_the_lines_of_its_default_billing_entity() -> None:
    change = update({"kind": "organization", "net_payment_term": 0}, net_payment_term=30)
    assert said(change) == [("net_payment_term", "net_payment_term", Timing.NEXT_INVOICE)]


@pytest.mark.parametrize(
    ("before", "after", "lowered"),
    [
        (1, 2, False),
        (2, 1, True),
        (1, None, True),
        (None, 1, False),
        (True, False, False),
        ("b", "a", False),
        (1, "a", False),
        (("a",), None, True),
        (None, ("a",), False),
        (("a",), ("a", "b"), False),
        (("a", "b"), ("b",), True),
        (("a",), ("b",), True),
        (("a", "b"), ("b", "a"), False),
    ],
)
def test_less_is_lowered_and_all_else_is_raised(before: Any, after: Any, lowered: bool) -> None:
    change = FieldChange(("f",), ("f",), before, after)
    assert direction(change) is (When.LOWERED if lowered else When.RAISED)
