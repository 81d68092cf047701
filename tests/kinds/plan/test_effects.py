from typing import Any

from lago_gitops.core.model.resources import Address, Change
from tests.kinds.effects import create, delete, desired, effects, update
from tests.kinds.forms import CHARGE, FIXED, PLAN

OTHER = {**CHARGE, "code": "d", "pay_in_advance": True}
WITH_CHARGES = {**PLAN, "charges": [CHARGE, OTHER]}
COUPON = {
    "kind": "coupon", "code": "c", "name": "C", "coupon_type": "percentage", "percentage_rate": 1,
    "frequency": "once", "expiration": "no_expiration", "applies_to": {"plan_codes": ["p"]},
}  # fmt: skip


def of(change: Change, **counts: int) -> list[str]:
    return effects(change, counts={Address("plan", "p"): counts})


def test_a_delete_ends_subscriptions() -> None:
    assert of(delete(PLAN), active=1, pending=1200) == [
        "its subscriptions end: 1 active, which are invoiced, and 1,200 pending"
    ]


def test_nobody_notices_changes_of_a_plan_without_subscribers() -> None:
    assert of(delete(PLAN)) == of(update(PLAN, amount_cents=5)) == of(update(WITH_CHARGES, charges=[])) == []
    assert of(create(PLAN), active=3) == []


def test_a_new_amount_changes_bills_from_the_next_invoice_on() -> None:
    assert of(update(PLAN, amount_cents=5), active=2) == [
        "the bills of 2 subscriptions change: the rest from the next invoice on"
    ]


def test_names_change_no_bill() -> None:
    renamed = [{**CHARGE, "invoice_display_name": "C"}, OTHER]
    assert of(update(WITH_CHARGES, name="N", charges=renamed), active=2) == []


def price(charge: dict[str, Any]) -> dict[str, Any]:
    return {**charge, "properties": {"amount": "9"}}


def test_a_price_in_arrears_is_that_of_this_period_too() -> None:
    assert of(update(WITH_CHARGES, charges=[price(CHARGE), OTHER]), active=2) == [
        "the bills of 2 subscriptions change: usage of this period, too, that is not invoiced yet"
    ]


def test_a_price_in_advance_is_that_of_the_next_event() -> None:
    assert of(update(WITH_CHARGES, charges=[CHARGE, price(OTHER)]), active=2) == [
        "the bills of 2 subscriptions change: usage in advance from the next event on"
    ]


def test_a_charge_that_goes_takes_its_usage_along() -> None:
    assert of(update(WITH_CHARGES, charges=[OTHER]), active=2) == [
        "the bills of 2 subscriptions change: usage of this period, too",
        "charge 'c' goes: what 2 subscriptions used of it this period is never billed",
    ]


def test_so_does_one_that_is_replaced() -> None:
    package = {"amount": "1", "package_size": 1, "free_units": 0}
    changed = {**CHARGE, "charge_model": "package", "properties": package}
    assert of(update(WITH_CHARGES, charges=[changed, OTHER]), active=1)[1:] == [
        "charge 'c' is replaced: what 1 subscription used of it this period is never billed"
    ]


def test_fixed_charges_in_advance_are_invoiced_as_soon_as_they_are_sent() -> None:
    sentence = "fixed charges in advance are invoiced to 1 subscription now"
    assert sentence in of(update(PLAN, fixed_charges=[{**FIXED, "pay_in_advance": True}]), active=1)
    assert sentence not in of(update(PLAN, fixed_charges=[FIXED]), active=1)


def test_a_new_amount_moves_those_who_wait() -> None:
    assert of(update(PLAN, amount_cents=5), pending=3) == [
        "of 3 subscriptions that wait to move here, those for whom the new amount is no longer the lower one move at "
        "once and are invoiced"
    ]
    assert of(update(PLAN, name="N"), pending=3) == []


def test_prices_of_their_own_stay_unless_told_to_follow() -> None:
    change = update(PLAN, name="N")
    assert of(change, overridden=2) == ["2 subscriptions with own prices: not changed (cascade_updates is not set)"]
    told = desired({**PLAN, "name": "N"}, options={("cascade_updates",): True})
    assert of(type(change)(told, change.live, change.fields), overridden=2) == []


def test_a_coupon_that_is_limited_to_it_applies_to_nothing_afterwards() -> None:
    assert effects(delete(PLAN), COUPON) == ["coupon/c stays limited to it, and so no longer applies to anything"]
