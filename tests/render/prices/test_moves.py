"""What becomes dearer and what cheaper, by the prices before and after."""

from typing import Any

import pytest

from lago_gitops.render.prices.changes import price_changes
from lago_gitops.render.prices.moves import own_price_moves, price_moves
from tests.kinds.effects import create, desired, update
from tests.render.plans import METRIC, bent, charge, plan

UP, DOWN, BOTH, NEITHER = "dearer", "cheaper", "dearer and cheaper", "the same"
ADD_ON = {"kind": "add_on", "code": "seat", "name": "Seat", "amount_cents": 100, "amount_currency": "EUR"}
EVERYBODY = "applied_to_organization"
TAX = {"kind": "tax", "code": "vat", "name": "VAT", "rate": "10"}
COUPON = {
    "kind": "coupon", "code": "ten", "name": "Ten", "coupon_type": "percentage", "percentage_rate": "10",
    "frequency": "once", "expiration": "no_expiration",
}  # fmt: skip


def way(move: Any) -> str:
    ways = [word for word, holds in ((UP, move.is_dearer), (DOWN, move.is_cheaper)) if holds]
    return " and ".join(ways) or NEITHER


def told(before: dict[str, Any], after: dict[str, Any]) -> list[tuple[str, str]]:
    metrics = {"calls": desired(METRIC).fields}
    change = price_changes(desired(before).fields, desired(after).fields, metrics)
    return [] if change is None else [(way(move), move.words) for move in price_moves(change)]


def of(properties: dict[str, Any], model: str = "standard", **more: Any) -> dict[str, Any]:
    return plan(charges=[charge(properties, model, **more)])


def fixed(units: int, amount: str = "2") -> dict[str, Any]:
    item = {"code": "seat", "add_on_code": "seat", "charge_model": "standard", "units": units}
    return plan(fixed_charges=[{**item, "properties": {"amount": amount}}])


PACKAGE = {"amount": "1", "package_size": 10, "free_units": 5}


@pytest.mark.parametrize(
    ("before", "after", "ways"),
    [
        (of({"amount": "1"}), of({"amount": "2"}), [UP]),
        (of({"amount": "2"}), of({"amount": "1"}), [DOWN]),
        (of(bent("2"), "graduated"), of(bent("1"), "graduated"), [DOWN]),
        (of(bent("2"), "graduated"), of({"amount": "1.5"}), [BOTH]),
        (of(PACKAGE, "package"), of({**PACKAGE, "free_units": 6}, "package"), [DOWN]),
        (of({"amount": "1"}), of({"amount": "1"}, min_amount_cents=100), [UP]),
        (of({"amount": "1"}, min_amount_cents=200), of({"amount": "1"}, min_amount_cents=100), [DOWN]),
        (of({"amount": "1"}), of({"amount": "1"}, pay_in_advance=True), []),
        (of({"amount": "1"}), of({"amount": "1"}, tax_codes=["vat"]), []),
        (of({"amount": "1"}), of({"amount": "1"}, invoice_display_name="Calls"), []),
        (plan(), of({"amount": "1"}), [UP]),
        (plan(), of({"amount": "0"}), [NEITHER]),
        (of({"amount": "1"}), plan(), [DOWN]),
        (plan(), plan(amount_cents=900), [DOWN]),
        (plan(), plan(trial_period=3), [DOWN]),
        (plan(trial_period=3), plan(), [UP]),
        (plan(), plan(interval="yearly"), [UP, NEITHER]),
        (plan(), plan(minimum_commitment={"amount_cents": 100}), [UP]),
        (fixed(1), fixed(2), [UP]),
        (fixed(2), fixed(1), [DOWN]),
        (fixed(2), fixed(2, "1"), [DOWN]),
        (of({}, "custom"), of({"custom_properties": {"a": "b"}}, "custom"), []),
    ],
)
def test_a_price_that_changes_is_dearer_or_cheaper(before: Any, after: Any, ways: list[str]) -> None:
    assert [way for way, _ in told(before, after)] == ways


def test_a_plan_that_is_new_has_nothing_to_compare_with() -> None:
    change = price_changes(None, desired(of({"amount": "1"})).fields, {})
    assert change is not None
    assert price_moves(change) == ()


@pytest.mark.parametrize(
    ("before", "field", "ways"),
    [
        (TAX, {"rate": "12"}, [(UP, "rate 10% → 12%")]),
        (TAX, {"rate": "9"}, [(DOWN, "rate 10% → 9%")]),
        (TAX, {EVERYBODY: True}, [(UP, f"{EVERYBODY} null → true")]),
        ({**TAX, EVERYBODY: True}, {EVERYBODY: False}, [(DOWN, f"{EVERYBODY} true → false")]),
        (TAX, {"name": "Other"}, []),
        (COUPON, {"percentage_rate": "20"}, [(DOWN, "percentage_rate 10% → 20%")]),
        (COUPON, {"percentage_rate": "5"}, [(UP, "percentage_rate 10% → 5%")]),
        (ADD_ON, {"amount_cents": 200_000}, [(UP, "amount €1.00 → €2,000.00")]),
        (ADD_ON, {"amount_currency": "USD"}, [(BOTH, 'amount_currency "EUR" → "USD"')]),
        (ADD_ON, {"tax_codes": ["vat"]}, [(UP, 'tax_codes [] → ["vat"]')]),
        ({**ADD_ON, "tax_codes": ["vat"]}, {"tax_codes": []}, [(DOWN, 'tax_codes ["vat"] → []')]),
        ({**ADD_ON, "tax_codes": ["a"]}, {"tax_codes": ["b"]}, [(BOTH, 'tax_codes ["a"] → ["b"]')]),
    ],
)
def test_so_is_the_price_of_another_kind(before: Any, field: Any, ways: Any) -> None:
    assert [(way(move), move.words) for move in own_price_moves(update(before, **field))] == ways


def test_what_is_new_is_neither() -> None:
    assert not list(own_price_moves(create(TAX)))
