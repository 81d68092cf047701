from dataclasses import replace
from datetime import date
from typing import Any

import pytest

from lago_gitops.core.model.audience import HIDDEN, Move, OwnPlan
from lago_gitops.core.model.effects import Effect, EffectClass
from lago_gitops.core.model.resources import Address, Change, Refusal, Update
from lago_gitops.core.model.timing import Timing
from tests.kinds.effects import create, delete, desired, effects, found, on, update
from tests.kinds.forms import ADD_ON, CHARGE, FIXED, METRIC, PLAN

TAX = {"kind": "tax", "code": "t", "name": "T", "rate": 20}

IN_ADVANCE = {**CHARGE, "code": "d", "pay_in_advance": True}
WITH_CHARGES = {**PLAN, "charges": [CHARGE, IN_ADVANCE]}
OTHER = {**PLAN, "code": "q"}
COUPON = {
    "kind": "coupon", "code": "c", "name": "C", "coupon_type": "percentage", "percentage_rate": 1,
    "frequency": "once", "expiration": "no_expiration", "applies_to": {"plan_codes": ["p"]},
}  # fmt: skip
OCTOBER = date(2027, 10, 31)
P, Q = Address("plan", "p"), Address("plan", "q")


def of(change: Change, active: int | None = 0, pending: int | None = 0, own: int | None = 0, **more: Any) -> list[str]:
    return effects(change, audience=on("p", active, pending, own, **more))


def told(change: Update, *way: str) -> Update:
    """The same change, told how to be written."""
    return replace(change, desired=replace(change.desired, options={**change.desired.options, way: True}))


def classes(change: Change, active: int = 2) -> list[tuple[EffectClass, Timing | None]]:
    return [(one.class_, one.timing) for one in found(change, audience=on("p", active)) if isinstance(one, Effect)]


# Subscriptions that end ---------------------------------------------------------------------------------------------


def test_a_delete_ends_subscriptions_the_overridden_too() -> None:
    assert of(delete(PLAN), 1, 1200) == [
        "deleting it ends 1,201 subscriptions: 1 active, with an invoice at once, and 1,200 pending, before their start"
    ]
    assert of(delete(PLAN), 3, 0, 2) == ["deleting it ends 3 subscriptions (2 overridden): with an invoice at once"]
    assert of(delete(PLAN), 0, 2) == ["deleting it ends 2 pending subscriptions before their start"]


def test_nobody_notices_changes_of_a_plan_without_subscribers() -> None:
    assert of(delete(PLAN)) == of(update(PLAN, amount_cents=5)) == of(update(WITH_CHARGES, charges=[])) == []
    assert of(create(PLAN), 3) == []


def test_what_lago_does_not_tell_may_be_anybody() -> None:
    [said] = effects(delete(PLAN), audience=HIDDEN)
    assert said.startswith("deleting it ends an unknown number of subscriptions: active ones with an invoice at once, ")
    assert effects(update(PLAN, amount_cents=5), audience=HIDDEN)[0].startswith(
        "the bills of an unknown number of subscriptions change"
    )


# Bills --------------------------------------------------------------------------------------------------------------


def test_a_fee_in_arrears_is_that_of_the_running_period_too() -> None:
    assert of(update(PLAN, amount_cents=5), 2, period_ends=OCTOBER) == [
        "the bills of 2 subscriptions change: October is billed at the new price from its first day, and so "
        "are drafts of September"
    ]


def test_a_fee_in_advance_is_that_of_the_next_period() -> None:
    ahead = {**PLAN, "pay_in_advance": True}
    assert of(update(ahead, amount_cents=5), 2, period_ends=OCTOBER) == [
        "the bills of 2 subscriptions change: from the invoices of 1 November, and on drafts"
    ]


def test_where_periods_differ_no_date_is_said() -> None:
    assert of(update(PLAN, amount_cents=5), 2) == [
        "the bills of 2 subscriptions change: the running period is billed at the new price from its first day, and so "
        "are drafts of the one before"
    ]
    yearly = {**PLAN, "interval": "yearly"}
    assert "the period until 31 October is billed" in of(update(yearly, amount_cents=5), 2, period_ends=OCTOBER)[0]


def test_names_change_no_bill() -> None:
    renamed = [{**CHARGE, "invoice_display_name": "C"}, IN_ADVANCE]
    assert of(update(WITH_CHARGES, name="N", charges=renamed), 2, own=1) == []
    there = {**PLAN, "usage_thresholds": [{"amount_cents": 1}], "minimum_commitment": {"amount_cents": 1}}
    threshold, minimum = {"threshold_display_name": "T"}, {"invoice_display_name": "M"}
    named = {
        "usage_thresholds": [{"amount_cents": 1, **threshold}],
        "minimum_commitment": {"amount_cents": 1, **minimum},
    }
    assert of(update(there, **named), 2, own=1) == []


def price(charge: dict[str, Any]) -> dict[str, Any]:
    return {**charge, "properties": {"amount": "9"}}


def test_a_price_in_advance_is_that_of_the_next_event() -> None:
    assert of(update(WITH_CHARGES, charges=[CHARGE, price(IN_ADVANCE)]), 2) == [
        "the bills of 2 subscriptions change: events from now on are billed at the new price"
    ]


def test_parts_that_change_at_different_times_are_told_apart() -> None:
    both = update(WITH_CHARGES, charges=[price(CHARGE), price(IN_ADVANCE)])
    [said] = of(both, 1, period_ends=OCTOBER)
    assert (
        "and so are drafts of September (charge 'c'); events from now on are billed at the new price (charge 'd')"
        in said
    )


def test_fields_of_the_plan_are_told_apart_from_charges_and_the_first_time_is_that_of_the_effect() -> None:
    both = update(WITH_CHARGES, amount_cents=5, charges=[CHARGE, price(IN_ADVANCE)])
    [said] = of(both, 2)
    assert "(plan fee); events from now on are billed at the new price (charge 'd')" in said
    assert classes(both) == [(EffectClass.CHANGES_BILLS, Timing.ALL)]
    prorated = {**FIXED, "properties": {"amount": "10"}, "units": 3, "prorated": True}
    split = update({**PLAN, "fixed_charges": [prorated]}, tax_codes=["t"], fixed_charges=[{**prorated, "units": 5}])
    assert classes(told(split, "fixed_charges", "f", "apply_units_immediately")) == [
        (EffectClass.CHANGES_BILLS, Timing.SPLIT)
    ]


def test_what_is_hardest_to_undo_of_several_changes_is_that_of_the_effect() -> None:
    def undo(**fields: Any) -> list[str]:
        ahead = {**PLAN, "pay_in_advance": True}
        return [one.undo for one in found(update(ahead, **fields), audience=on("p", 2)) if isinstance(one, Effect)]

    assert undo(tax_codes=["t"]) == ["reversible"]
    assert undo(amount_cents=5) == undo(tax_codes=["t"], amount_cents=5) == ["lossy"]


def test_a_filter_is_told_by_its_charge_and_its_values() -> None:
    filtered = [{"values": {"region": ["eu"]}, "properties": {"amount": "9"}}]
    both = update(WITH_CHARGES, charges=[{**CHARGE, "filters": filtered}, price(IN_ADVANCE)])
    [said] = of(both, 1)
    assert "(charge 'c' filter region=eu" in said


def test_of_many_parts_three_are_named() -> None:
    many = [{**CHARGE, "code": f"c{number}"} for number in range(5)]
    changed = [*map(price, many), price(IN_ADVANCE)]
    [said] = of(update({**PLAN, "charges": [*many, IN_ADVANCE]}, charges=changed), 1)
    assert "(charge 'c0', charge 'c1', charge 'c2' and 2 more)" in said
    [said] = of(update({**PLAN, "charges": [*many, IN_ADVANCE]}, charges=[*changed[:3], *many[3:], changed[-1]]), 1)
    assert "(charge 'c0', charge 'c1', charge 'c2');" in said


def test_a_minimum_and_a_tax_count_for_the_whole_period() -> None:
    assert classes(update(PLAN, minimum_commitment={"amount_cents": 5})) == [(EffectClass.CHANGES_BILLS, Timing.ALL)]
    assert classes(update(PLAN, tax_codes=["t"])) == [(EffectClass.CHANGES_BILLS, Timing.ALL)]


# Usage that is lost, or billed twice --------------------------------------------------------------------------------


def test_a_charge_that_is_removed_takes_its_usage_along() -> None:
    assert of(update(WITH_CHARGES, charges=[IN_ADVANCE]), 2, period_ends=OCTOBER) == [
        "what 2 subscriptions used of charge 'c' in October, and what is on drafts, is never billed: the charge is "
        "removed"
    ]


# recorded: charges/mod_swap
def test_a_charge_that_is_replaced_in_arrears_takes_over_the_usage() -> None:
    package = {"amount": "1", "package_size": 1, "free_units": 0}
    changed = {**CHARGE, "charge_model": "package", "properties": package}
    assert classes(update(WITH_CHARGES, charges=[changed, IN_ADVANCE])) == [(EffectClass.CHANGES_BILLS, Timing.ALL)]


def test_a_new_code_for_a_charge_changes_no_bill() -> None:
    assert classes(update(WITH_CHARGES, charges=[{**CHARGE, "code": "e"}, IN_ADVANCE])) == []
    assert classes(update(WITH_CHARGES, charges=[{**price(CHARGE), "code": "e"}, IN_ADVANCE])) == [
        (EffectClass.CHANGES_BILLS, Timing.ALL)
    ]


def test_a_new_name_with_the_new_code_changes_none_either() -> None:
    assert (
        classes(update(WITH_CHARGES, charges=[{**CHARGE, "code": "e", "invoice_display_name": "E"}, IN_ADVANCE])) == []
    )


def test_a_charge_under_a_new_code_is_what_the_charge_of_the_same_metric_is_now() -> None:
    """Whichever other charges are new: what the old one billed in arrears is lost where the new one bills at once."""
    other, ahead = {**CHARGE, "code": "a", "billable_metric_code": "n"}, {**CHARGE, "code": "e", "pay_in_advance": True}
    one = {**PLAN, "charges": [CHARGE]}
    assert classes(update(one, charges=[other, {**CHARGE, "code": "e"}])) == [(EffectClass.CHANGES_BILLS, Timing.ALL)]
    assert classes(update(one, charges=[ahead])) == [(EffectClass.LOSES_USAGE, Timing.LOST)]


def test_a_value_that_is_taken_from_a_charge_does_not_remove_the_charge() -> None:
    named = {**CHARGE, "invoice_display_name": "N"}
    assert classes(update({**PLAN, "charges": [named]}, charges=[CHARGE])) == []


def test_what_lago_does_not_show_of_a_charge_makes_it_no_dearer() -> None:
    targeted = {**CHARGE, "accepts_target_wallet": True}
    assert classes(update(WITH_CHARGES, charges=[{**targeted, "code": "e"}, IN_ADVANCE])) == []
    with_targets = {**WITH_CHARGES, "charges": [targeted, IN_ADVANCE]}
    assert classes(update(with_targets, charges=[{**CHARGE, "code": "e"}, IN_ADVANCE])) == []


# recorded: charges/arr_adv
def test_a_swap_to_in_advance_loses_the_usage_before_it() -> None:
    assert of(update(WITH_CHARGES, charges=[{**CHARGE, "pay_in_advance": True}, IN_ADVANCE]), 1) == [
        "what 1 subscription used of charge 'c' in the running period before the change is never billed: it is now "
        "billed in advance"
    ]


# recorded: charges/a_arr
def test_a_swap_to_arrears_bills_twice() -> None:
    assert of(update(WITH_CHARGES, charges=[CHARGE, {**IN_ADVANCE, "pay_in_advance": False}]), 1) == [
        "what 1 subscription paid in advance for charge 'd' in the running period is billed again: it is now billed "
        "in arrears"
    ]


def test_another_metric_loses_the_usage_of_the_old_one() -> None:
    [said] = of(update(WITH_CHARGES, charges=[{**CHARGE, "billable_metric_code": "n"}, IN_ADVANCE]), 1)
    assert said == (
        "what 1 subscription used of charge 'c' in the running period before the change is never billed: it now prices "
        "n"
    )
    ahead = {**IN_ADVANCE, "billable_metric_code": "n"}
    assert classes(update(WITH_CHARGES, charges=[CHARGE, ahead])) == [(EffectClass.CHANGES_BILLS, Timing.NEW_EVENTS)]
    both = {**ahead, "pay_in_advance": False}
    assert classes(update(WITH_CHARGES, charges=[CHARGE, both])) == [(EffectClass.CHANGES_BILLS, Timing.ALL)]


# Fixed charges ------------------------------------------------------------------------------------------------------


ARREARS = {**FIXED, "properties": {"amount": "10"}, "units": 3}
AHEAD = {**ARREARS, "pay_in_advance": True}


def fixed(before: dict[str, Any] | None, after: dict[str, Any] | None, *, at_once: bool = False) -> Update:
    was, is_ = ([] if one is None else [one] for one in (before, after))
    change = update({**PLAN, "fixed_charges": was}, fixed_charges=is_)
    return told(change, "fixed_charges", "f", "apply_units_immediately") if at_once else change


# recorded: fixed/ua_now, pa_now, na_now
def test_units_in_advance_are_invoiced_now_only_when_told_so() -> None:
    more = {**AHEAD, "units": 5}
    assert of(fixed(AHEAD, more, at_once=True), 1) == [
        "2 more units of fixed charge 'f' are invoiced to 1 subscription on apply: €20.00 each"
    ]
    assert of(fixed(None, AHEAD, at_once=True), 1) == [
        "3 units of fixed charge 'f' are invoiced to 1 subscription on apply: €30.00 each"
    ]
    assert classes(fixed(AHEAD, more)) == classes(fixed(None, AHEAD)) == [(EffectClass.CHANGES_BILLS, Timing.NEXT)]


def test_units_and_prices_of_many_digits_are_told_exactly() -> None:
    units, amount = "999999999999999.0000000001", "99999999999999.123456789012345"
    more = {**AHEAD, "units": units, "properties": {"amount": amount}}
    [said] = of(fixed({**more, "units": 0}, more, at_once=True), 1)
    assert said == (
        "999999999999999.0000000001 more units of fixed charge 'f' are invoiced to 1 subscription on apply: "
        "€99,999,999,999,999,023,456,789,022,345.88 each"
    )


def test_units_for_the_days_left_have_no_amount_yet() -> None:
    prorated = {**AHEAD, "prorated": True}
    [said] = of(fixed(prorated, {**prorated, "units": 5}, at_once=True), 1, period_ends=OCTOBER)
    assert said.endswith("on apply: €20.00 each, for the days left of October")


def test_units_of_a_model_with_tiers_have_no_amount() -> None:
    tiers = {"volume_ranges": [{"from_value": 0, "to_value": None, "per_unit_amount": "1", "flat_amount": "0"}]}
    volume = {**AHEAD, "charge_model": "volume", "properties": tiers}
    [said] = of(fixed(volume, {**volume, "units": 5}, at_once=True), 1)
    assert said.endswith("are invoiced to 1 subscription on apply")


def test_a_new_fixed_charge_without_units_has_none_rather_than_fewer() -> None:
    said = "an invoice with a zero total is created for 1 subscription on apply: fixed charge 'f' has no units"
    assert of(fixed(None, {**AHEAD, "units": 0}, at_once=True), 1) == [said]
    assert of(fixed(ARREARS, {**AHEAD, "units": 0}, at_once=True), 1) == [said]


def test_one_unit_more_is_invoiced_and_all_units_of_a_fixed_charge_that_is_replaced() -> None:
    [more] = of(fixed(AHEAD, {**AHEAD, "units": 4}, at_once=True), 1)
    assert more.startswith("1 more unit of fixed charge 'f' is invoiced")
    [all_] = of(fixed(ARREARS, {**AHEAD, "units": 4}, at_once=True), 1)
    assert all_.startswith("4 units of fixed charge 'f' are invoiced")


def test_a_fixed_charge_that_is_replaced_is_told_once_whatever_else_of_it_changes_and_under_whatever_code() -> None:
    dearer = fixed(ARREARS, {**AHEAD, "units": 9, "properties": {"amount": "11"}}, at_once=True)
    assert classes(dearer) == [(EffectClass.INVOICES_NOW, Timing.NOW_BILL)]
    recoded = update({**PLAN, "fixed_charges": [ARREARS]}, fixed_charges=[{**AHEAD, "code": "g"}])
    assert classes(recoded) == [(EffectClass.LOSES_USAGE, Timing.LOST)]
    now = told(recoded, "fixed_charges", "g", "apply_units_immediately")
    assert classes(now) == [(EffectClass.INVOICES_NOW, Timing.NOW_BILL)]


# recorded: fixed/ua_dn
def test_fewer_units_in_advance_are_not_credited() -> None:
    assert of(fixed(AHEAD, {**AHEAD, "units": 1}, at_once=True), 1) == [
        "an invoice with a zero total is created for 1 subscription on apply: "
        "fixed charge 'f' has fewer units, not credited"
    ]


@pytest.mark.parametrize(
    ("change", "expected"),
    [
        (fixed(ARREARS, {**ARREARS, "units": 5}), (EffectClass.CHANGES_BILLS, Timing.NEXT)),
        (fixed(ARREARS, {**ARREARS, "units": 5}, at_once=True), (EffectClass.CHANGES_BILLS, Timing.ALL)),
        (fixed(ARREARS, price(ARREARS)), (EffectClass.CHANGES_BILLS, Timing.ALL)),
        (fixed(AHEAD, price(AHEAD)), (EffectClass.CHANGES_BILLS, Timing.NEXT)),
        (fixed(AHEAD, None), (EffectClass.CHANGES_BILLS, Timing.NEXT)),
        (fixed(ARREARS, None), (EffectClass.LOSES_USAGE, Timing.LOST)),
        (fixed(ARREARS, {**ARREARS, "prorated": True}), (EffectClass.LOSES_USAGE, Timing.LOST)),
        (fixed(ARREARS, {**ARREARS, "prorated": True}, at_once=True), (EffectClass.CHANGES_BILLS, Timing.ALL)),
        (fixed(AHEAD, ARREARS), (EffectClass.CHANGES_BILLS, Timing.NEXT)),
        (fixed(AHEAD, ARREARS, at_once=True), (EffectClass.BILLS_TWICE, Timing.DOUBLE)),
        (fixed(ARREARS, AHEAD, at_once=True), (EffectClass.INVOICES_NOW, Timing.NOW_BILL)),
    ],
)
def test_fixed_charges_reach_invoices_as_measured(change: Update, expected: tuple[EffectClass, Timing]) -> None:
    assert classes(change) == [expected]


def test_units_that_are_prorated_split_the_period() -> None:
    prorated = {**ARREARS, "prorated": True}
    assert of(fixed(prorated, {**prorated, "units": 5}, at_once=True), 1, period_ends=OCTOBER) == [
        "the bill of 1 subscription changes: October is split at the day of the change"
    ]


def test_a_fixed_charge_that_is_removed_is_not_billed_for_the_running_period() -> None:
    assert of(fixed(ARREARS, None), 2, period_ends=OCTOBER) == [
        "the fee of fixed charge 'f' for October is never billed to 2 subscriptions: it is removed"
    ]
    assert of(fixed(ARREARS, {**ARREARS, "prorated": True}), 2)[0].endswith(
        "is never billed to 2 subscriptions: it is replaced, and the new one counts from the next period"
    )


def test_before_1_39_fixed_charges_are_never_billed() -> None:
    change = fixed(ARREARS, price(ARREARS))
    said = ["fixed charges f are stored but never billed: Lago bills them from 1.39 on"]
    assert effects(change, audience=on("p", 2), version=(1, 38)) == effects(change, version=(1, 38)) == said
    charged = {**PLAN, "fixed_charges": [FIXED]}
    assert (
        effects(create(charged), version=(1, 38))
        == effects(update(PLAN, fixed_charges=[FIXED], name="Q"), version=(1, 38))
        == said
    )
    assert effects(create(charged)) == effects(update(charged, name="Q"), version=(1, 38)) == []
    [billed] = effects(change, audience=on("p", 2), version=(1, 39))
    assert billed.startswith("the bills of 2 subscriptions change")
    assert effects(create(PLAN), version=(1, 38)) == effects(delete(charged), version=(1, 38)) == []


# Thresholds ---------------------------------------------------------------------------------------------------------


# recorded: thresholds/th-low
def test_a_lower_threshold_may_invoice_at_once() -> None:
    before = {**PLAN, "usage_thresholds": [{"amount_cents": 1000000}]}
    said = of(update(before, usage_thresholds=[{"amount_cents": 2000}]), 3)
    assert said[-1] == (
        "an invoice soon after apply for up to 3 subscriptions: those whose usage is already above €20.00"
    )
    assert said[0] == "the bills of 3 subscriptions change: invoices from now on"


def test_a_threshold_that_is_removed_changes_when_usage_is_invoiced() -> None:
    before = {**PLAN, "usage_thresholds": [{"amount_cents": 2000}]}
    assert classes(update(before, usage_thresholds=[])) == [(EffectClass.CHANGES_BILLS, Timing.FROM_THEN)]


# Entitlements -------------------------------------------------------------------------------------------------------


def test_entitlements_change_at_once() -> None:
    before = {**PLAN, "entitlements": {"seats": {"max": 5, "kind": "a"}, "sso": {}}}
    change = update(before, entitlements={"seats": {"max": 1, "kind": "b"}, "audit": {}})
    assert of(change, 3) == [
        "the entitlements of 3 subscriptions change immediately: audit is added, seats.kind a → b, seats.max 5 → 1, "
        "sso is removed"
    ]
    flags = update({**PLAN, "entitlements": {"s": {"on": True}}}, entitlements={"s": {"on": False, "mode": "Gold"}})
    assert of(flags, 1)[0].endswith(": s.mode none → Gold, s.on true → false")


SEATS = {
    "kind": "feature", "code": "seats", "name": "S",
    "privileges": [{"code": "max", "value_type": "integer"}, {"code": "mode"}],
}  # fmt: skip


def test_a_value_that_is_set_again_has_to_fit_the_privilege_as_it_will_be() -> None:
    def refused(values: dict[str, Any], *others: dict[str, Any], **more: Any) -> list[str]:
        before = {**PLAN, "entitlements": {"audit": {}, "seats": {"mode": "b"}}}
        change = update(before, entitlements={"seats": {"mode": "a", **values}}, name="N")
        return [one for one in effects(change, *others, **more) if one.startswith("refused")]

    unfit = ["refused: entitlements.seats.max is gold in Lago, but the privilege will only accept a whole number"]
    assert refused({"max": "gold"}, SEATS) == unfit
    assert refused({"max": 5}, SEATS) == refused({"other": "gold"}, SEATS) == refused({"max": "gold"}) == []
    as_text = {**SEATS, "privileges": [{"code": "max"}, {"code": "mode"}]}
    assert refused({"max": "gold"}, with_=[update(as_text, privileges=SEATS["privileges"])]) == unfit
    assert refused({"max": "gold"}, with_=[update(SEATS, privileges=as_text["privileges"])]) == []
    change = update(PLAN, entitlements={"seats": {"max": "gold"}})
    assert [one for one in effects(change, SEATS) if one.startswith("refused")] == []


def test_only_values_of_entitlements_that_stay_have_to_fit_a_privilege() -> None:
    feature = {**SEATS, "privileges": [{"code": "invoice_display_name", "value_type": "integer"}]}
    named = {**CHARGE, "code": "seats", "invoice_display_name": "N"}
    assert effects(update({**PLAN, "charges": [CHARGE | {"code": "seats"}]}, charges=[named]), feature) == []
    assert effects(update({**PLAN, "entitlements": {"seats": {"max": 5}}}, entitlements={"seats": {}}), SEATS) == []


def test_a_value_that_no_longer_fits_is_written_or_its_privilege_stays() -> None:
    change = update({**PLAN, "entitlements": {"seats": {}}}, entitlements={"seats": {"max": "gold"}})
    [one] = found(change, SEATS)
    assert isinstance(one, Refusal)
    assert one.ways_out == ("remove its path from `ignore`, and write the value", "keep the privilege as it is")


@pytest.mark.parametrize(
    ("before", "after", "weight"),
    [
        ({"max": 5}, {"max": 6}, "note"),
        ({"max": 6}, {"max": 5}, "warning"),
        ({"max": 6}, {}, "warning"),
        ({}, {"max": 6}, "note"),
        ({"kind": "a"}, {"kind": "b"}, "warning"),
        ({"max": 6, "min": 1}, {"max": 5, "min": 2}, "warning"),
        ({"max": 6, "on": True}, {"max": 6, "on": False}, "warning"),
    ],
)
def test_less_than_before_weighs_more(before: dict[str, Any], after: dict[str, Any], weight: str) -> None:
    change = update({**PLAN, "entitlements": {"seats": before}}, entitlements={"seats": after})
    [one] = found(change, audience=on("p", 1))
    assert isinstance(one, Effect)
    assert (one.weight, one.class_) == (weight, EffectClass.CHANGES_ENTITLEMENTS)


def test_of_many_entitlements_five_are_named() -> None:
    change = update(PLAN, entitlements={f"f{number}": {} for number in range(7)})
    assert of(change, 1)[0].endswith("f4 is added and 2 more")
    assert of(update(PLAN, entitlements={f"f{number}": {} for number in range(5)}), 1)[0].endswith("f4 is added")
    assert of(change) == []


# Moves --------------------------------------------------------------------------------------------------------------


def moved(change: Change, *moves: Move, **more: Any) -> list[str]:
    dear = {**OTHER, "amount_cents": 5000}
    return [one for one in effects(change, dear, audience=on("p", 1, 1, moves=moves, **more)) if "pending moves" in one]


def test_those_who_wait_move_at_once_only_when_their_fee_is_no_longer_the_higher_one() -> None:
    here = Move(Q, P)
    assert moved(update(PLAN, amount_cents=4999), here) == []
    assert moved(update(PLAN, amount_cents=5000), here) == [
        "pending moves of 1 subscription to this plan happen immediately, and are invoiced: the new fee is not lower "
        "than what they pay"
    ]
    assert len(moved(update(PLAN, amount_cents=5000, name="N"), here)) == 1
    assert moved(update({**PLAN, "amount_cents": 6000}, name="N"), here) == []


@pytest.mark.parametrize(
    ("interval", "cents"), [("weekly", 1154), ("monthly", 5000), ("quarterly", 15000), ("semiannual", 30000),
                            ("yearly", 60000)]
)  # fmt: skip
def test_fees_of_different_intervals_are_compared_by_the_year(interval: str, cents: int) -> None:
    plan = {**PLAN, "interval": interval}
    assert moved(update(plan, amount_cents=cents - 1), Move(Q, P)) == []
    assert len(moved(update(plan, amount_cents=cents), Move(Q, P))) == 1


def test_a_fee_of_their_own_is_what_counts() -> None:
    assert moved(update(PLAN, amount_cents=5000), Move(Q, P, 6000)) == []
    assert len(moved(update(PLAN, amount_cents=5000), Move(Q, P, 4000))) == 1


def test_a_plan_of_the_product_catalogue_costs_nothing() -> None:
    without = {**OTHER, "amount_cents": None, "interval": None}
    said = effects(update(PLAN, amount_cents=1), without, audience=on("p", 1, 1, moves=[Move(Q, P)]))
    assert any("pending moves of 1 subscription to this plan" in one for one in said)


# measured on a server: e2e 7
def test_a_lower_fee_cancels_moves_to_what_is_now_the_dearer_plan() -> None:
    before, away = {**PLAN, "amount_cents": 9000}, Move(P, Q)
    assert moved(update(before, amount_cents=5000), away) == []
    assert moved(update(before, amount_cents=4999), away) == [
        "pending moves of 1 subscription to a cheaper plan are canceled: with the new fee, that plan is the more "
        "expensive one"
    ]
    assert moved(update(before, amount_cents=0), Move(P, Address("plan", "gone"))) == []


def test_moves_hit_those_who_wait() -> None:
    dear, waiting = {**OTHER, "amount_cents": 5000}, [Move(Q, P, 4000), Move(Q, P, 6000), Move(P, Q), Move(P, Q)]
    change = update({**PLAN, "amount_cents": 9000}, amount_cents=4500)
    said = found(change, dear, audience=on("p", 5, 5, moves=waiting))
    assert {one.class_: one.hit for one in said if isinstance(one, Effect) and one.timing is Timing.MOVES_NOW} == {
        EffectClass.MOVES_SUBSCRIBERS: ((P, 1),),
        EffectClass.CANCELS_DOWNGRADES: ((P, 2),),
    }


def test_where_it_is_not_known_who_waits_both_are_said() -> None:
    change = update(PLAN, amount_cents=5)
    said = [one for one in effects(change, audience=on("p", 1, 1, moves=None)) if "pending moves" in one]
    assert [one.split(" to ")[0] for one in said] == ["pending moves of an unknown number of subscriptions"] * 2
    assert effects(change, audience=on("p", moves=None)) == []


# Overridden ones ----------------------------------------------------------------------------------------------------


def test_overridden_subscriptions_keep_their_prices_unless_told_to_follow() -> None:
    change = update(PLAN, amount_cents=5)
    said = of(change, 3, own=2)
    assert said == [
        "the bill of 1 subscription changes: the running period is billed at the new price from its first day, and so "
        "are drafts of the one before",
        "the prices of 2 overridden subscriptions stay: cascade_updates is not set",
    ]
    assert [one.hit for one in found(change, audience=on("p", 3, 0, 2)) if isinstance(one, Effect)] == [
        ((P, 1),),
        ((P, 2),),
    ]
    [followed] = of(told(change, "cascade_updates"), 3, own=2)
    assert followed.startswith("the bills of 3 subscriptions (2 overridden, if their prices still equal the plan's)")
    [nobody] = of(told(change, "cascade_updates"), 3, own=0)
    assert nobody.startswith("the bills of 3 subscriptions change")


# measured on a server: e2e 2
def test_with_cascade_updates_overridden_subscribers_are_subscribers() -> None:
    change = told(update(WITH_CHARGES, charges=[IN_ADVANCE]), "cascade_updates")
    assert len(of(change, 1, own=1)) == 1
    assert of(update(WITH_CHARGES, charges=[IN_ADVANCE]), 1, own=1) == []


OVERRIDDEN_TOO = (EffectClass.ENDS_SUBSCRIPTIONS, EffectClass.CHANGES_ENTITLEMENTS)


@pytest.mark.parametrize(
    ("change", "class_"),
    [
        (update(PLAN, amount_cents=5), EffectClass.CHANGES_BILLS),
        (update(WITH_CHARGES, charges=[IN_ADVANCE]), EffectClass.LOSES_USAGE),
        (update(WITH_CHARGES, charges=[CHARGE, {**IN_ADVANCE, "pay_in_advance": False}]), EffectClass.BILLS_TWICE),
        (fixed(None, AHEAD, at_once=True), EffectClass.INVOICES_NOW),
        (update(PLAN, usage_thresholds=[{"amount_cents": 1}]), EffectClass.INVOICES_NOW),
        (update(PLAN, entitlements={"seats": {}}), EffectClass.CHANGES_ENTITLEMENTS),
        (delete(PLAN), EffectClass.ENDS_SUBSCRIPTIONS),
    ],
)
def test_an_effect_hits_the_subscriptions_that_it_is_about(change: Change, class_: EffectClass) -> None:
    def hit(change: Change) -> list[int | None]:
        said = found(change, audience=on("p", 5, 0, 2))
        return [one.subscriptions for one in said if isinstance(one, Effect) and one.class_ is class_]

    assert hit(change) == ([5] if class_ in OVERRIDDEN_TOO else [3])
    if isinstance(change, Update):
        assert hit(told(change, "cascade_updates")) == [5]


# measured on a server: e2e 9
def test_before_1_39_it_is_not_known_who_is_overridden() -> None:
    said = effects(update(PLAN, amount_cents=5), audience=on("p", 2, 0, None), version=(1, 38))
    assert said[0].startswith("the bills of 2 subscriptions change")
    assert said[1] == (
        "the prices of overridden subscriptions, which Lago before 1.39 can't tell apart, stay: cascade_updates is "
        "not set"
    )
    assert effects(update(PLAN, amount_cents=5), audience=on("p", 0, 1, None), version=(1, 38)) == []


# measured on a server: e2e 8a
@pytest.mark.parametrize(
    ("taker", "there"),
    [
        (update({**METRIC, "filters": [{"key": "r", "values": ["eu"]}]}, filters=[]), METRIC),
        (delete(METRIC), METRIC),
        (delete(ADD_ON), ADD_ON),
        (delete(TAX), TAX),
    ],
)
def test_what_other_changes_take_from_overridden_plans_is_not_kept(taker: Change, there: dict[str, Any]) -> None:
    before = {**PLAN, "charges": [CHARGE], "fixed_charges": [ARREARS], "tax_codes": ["t"]}
    change = update(before, tax_codes=[], charges=[], fixed_charges=[], amount_cents=5)
    own = OwnPlan(P, desired(before).fields)
    for audience in (on("p", 2, own=1, own_plans=(own,)), on("p", 2, own=1, own_plans=None)):
        said = effects(change, with_=[taker], audience=audience)
        assert said[-1] == (
            f"the prices of 1 overridden subscription stay, except for what the change of {taker.address} takes from "
            "them: cascade_updates is not set"
        )
    elsewhere = on("p", 2, own=1, own_plans=(OwnPlan(Q, own.fields),))
    assert effects(change, with_=[taker, create(OTHER)], audience=elsewhere)[-1].endswith(
        "the prices of 1 overridden subscription stay: cascade_updates is not set"
    )


@pytest.mark.parametrize(
    "where",
    [
        {"minimum_commitment": {"amount_cents": 100, "tax_codes": ["t"]}},
        {"charges": [{**CHARGE, "tax_codes": ["t"]}]},
        {"fixed_charges": [{**FIXED, "tax_codes": ["t"]}]},
    ],
)
def test_a_tax_is_taken_from_wherever_an_overridden_plan_has_it(where: dict[str, Any]) -> None:
    own = OwnPlan(P, desired({**PLAN, **where}).fields)
    taken = effects(update(PLAN, amount_cents=5), with_=[delete(TAX)], audience=on("p", 2, own=1, own_plans=(own,)))
    assert "except for what the change of tax/t takes from them" in taken[-1]


@pytest.mark.parametrize(
    ("other", "takes"),
    [
        (update(METRIC, name="N"), False),
        (update({**METRIC, "filters": [{"key": "r", "values": ["eu"]}]}, filters=[], name="N"), True),
        (update(TAX, rate=5), False),
        (update(ADD_ON, name="N"), False),
    ],
)
def test_only_filters_and_what_is_deleted_are_taken_from_overridden_plans(other: Change, takes: bool) -> None:
    before = {**PLAN, "charges": [CHARGE], "fixed_charges": [FIXED], "tax_codes": ["t"]}
    own = OwnPlan(P, desired(before).fields)
    said = effects(update(before, amount_cents=5), with_=[other], audience=on("p", 2, own=1, own_plans=(own,)))
    assert ("except for" in said[-1]) is takes


def test_nothing_is_left_out_where_nothing_could_follow() -> None:
    assert of(update(PLAN, name="N"), 2, own=1) == []
    assert of(update(PLAN, amount_cents=5), own=0) == []


def test_a_coupon_that_is_limited_to_it_applies_to_nothing_afterwards() -> None:
    assert effects(delete(PLAN), COUPON) == ["coupon/c remains limited to it, so it no longer applies to anything"]
