"""The facts that policies judge say by how much prices move, and whose fees."""

from dataclasses import replace
from decimal import Decimal
from typing import Any

import pytest

from lago_gitops.core.model.audience import Audience, Subscribers
from lago_gitops.core.model.resources import Address
from lago_gitops.core.policies.rule import FROM_NOTHING, ChangeFacts
from lago_gitops.kinds import KINDS
from lago_gitops.render.plan.policy_facts import policy_facts
from tests.render.plans import METRIC, bent, charge, plan, planned

TAX = {"kind": "tax", "code": "vat", "name": "VAT", "rate": "10"}
COUPON = {
    "kind": "coupon", "code": "ten", "name": "Ten", "coupon_type": "percentage", "percentage_rate": "10",
    "frequency": "once", "expiration": "no_expiration",
}  # fmt: skip
UNKNOWN = (None, None)


def facts(before: dict[str, Any] | None, after: dict[str, Any], hit: int | None = 0) -> ChangeFacts:
    there = [METRIC] if before is None else [METRIC, before]
    audience = Audience(9, {Address(after["kind"], after["code"]): Subscribers(hit)})
    (found,) = policy_facts(replace(planned(there, [METRIC, after]), audience=audience), KINDS)
    return found


def of(properties: dict[str, Any], model: str = "standard", **more: Any) -> dict[str, Any]:
    return plan(charges=[charge(properties, model, **more)])


def fixed(units: int) -> dict[str, Any]:
    item = {"code": "seat", "add_on_code": "seat", "charge_model": "standard", "units": units}
    return plan(fixed_charges=[{**item, "properties": {"amount": "2"}}])


@pytest.mark.parametrize(
    ("before", "after", "percents"),
    [
        (plan(), plan(amount_cents=1100), (10, 0)),
        (plan(), plan(amount_cents=900), (0, 10)),
        (plan(amount_cents=0), plan(), (FROM_NOTHING, 0)),
        (plan(), plan(name="Other"), (0, 0)),
        (plan(), plan(interval="yearly"), UNKNOWN),
        (plan(), plan(amount_currency="USD"), UNKNOWN),
        (plan(), plan(trial_period=7), UNKNOWN),
        (plan(), plan(tax_codes=["vat"]), UNKNOWN),
        (of({"amount": "1"}), of({"amount": "1.25"}), (25, 0)),
        (of(bent("2"), "graduated"), of(bent("1"), "graduated"), (0, 50)),
        (of({"amount": "1"}), plan(), (0, 100)),
        (plan(), of({"amount": "1"}), (FROM_NOTHING, 0)),
        (plan(), of({"amount": "0"}), (0, 0)),
        (of({"amount": "1"}), of({"amount": "1"}, min_amount_cents=100), (FROM_NOTHING, 0)),
        (of({"amount": "1"}), of({"amount": "1"}, pay_in_advance=True), (0, 0)),
        (fixed(2), fixed(3), (50, 0)),
        (None, plan(), (0, 0)),
        (TAX, {**TAX, "rate": "11"}, (10, 0)),
        (COUPON, {**COUPON, "percentage_rate": "5"}, (50, 0)),
        (COUPON, {**COUPON, "frequency": "forever"}, UNKNOWN),
    ],
)
def test_the_largest_rise_and_fall_of_a_price(
    before: dict[str, Any] | None, after: dict[str, Any], percents: tuple[Any, Any]
) -> None:
    found = facts(before, after)
    assert (found.rise, found.fall) == percents


@pytest.mark.parametrize(
    ("before", "after", "hit", "amounts"),
    [
        (plan(), plan(amount_cents=1100), 50, {"EUR": Decimal(50)}),
        (plan(interval="yearly"), plan(interval="yearly", amount_cents=2200), 10, {"EUR": Decimal(10)}),
        (fixed(2), fixed(1), 3, {"EUR": Decimal(-6)}),
        (of({"amount": "1"}), of({"amount": "2"}), 50, {}),
        (plan(), plan(name="Other"), 50, {}),
        (plan(), plan(amount_cents=1100), 0, {"EUR": Decimal(0)}),
        (plan(), plan(amount_cents=1100), None, None),
        (plan(), {**plan(), "state": "absent"}, 2, {"EUR": Decimal(-20)}),
        (None, plan(), 0, {}),
        (TAX, {**TAX, "rate": "11"}, 5, {}),
    ],
)
def test_fees_that_do_not_hang_on_usage_times_those_who_pay_them(
    before: dict[str, Any] | None, after: dict[str, Any], hit: int | None, amounts: dict[str, Decimal] | None
) -> None:
    assert facts(before, after, hit).amounts == amounts


def test_an_update_one_too_many_to_be_compared_may_be_anything(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("lago_gitops.render.plan.classes.PRICES_SHOWN", 0)
    found = facts(plan(), plan(interval="weekly"))
    assert (found.rise, found.fall) == UNKNOWN


def test_amounts_tell_by_how_much_they_move_without_a_comparison(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("lago_gitops.render.plan.classes.PRICES_SHOWN", 0)
    found = facts(plan(), plan(amount_cents=1100))
    assert (found.rise, found.fall) == (Decimal(10), Decimal(0))
    assert facts(plan(amount_cents=0), plan(amount_cents=1)).rise == FROM_NOTHING
