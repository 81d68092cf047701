from dataclasses import replace
from decimal import Decimal

import pytest
from hypothesis import given, strategies

from lago_gitops.pricing.accounts.account import Account
from lago_gitops.pricing.accounts.changes import SubscriptionMove, changed, is_upgrade, terminated, uninvoiced_end
from lago_gitops.pricing.accounts.events import received
from lago_gitops.pricing.accounts.periodic import billed
from lago_gitops.pricing.catalog.items import Interval, MinimumCommitment, Plan, Tax
from lago_gitops.pricing.invoicing.coupons import applied
from lago_gitops.pricing.invoicing.taxes import TaxLevels
from lago_gitops.pricing.invoicing.termination_notes import OnTermination
from tests.pricing.accounts.books import CLIENT, LINE, fees, first_of, made, of, used
from tests.pricing.invoicing.test_coupons import percent
from tests.pricing.samples import SEATS, SUM, D, at, charge, event, fixed_charge, plan, standard

SMALL = plan(charge(SUM, standard(1)), amount_cents=3100)
BIG = replace(SMALL, code="big", amount_cents=6200)


def in_advance(of_: Plan) -> Plan:
    return replace(of_, pay_in_advance=True)


def moved(account: Account, to: Plan, day: int = 11, *events: object) -> Account:
    return changed(account, 0, SubscriptionMove(to, at(day)), used(*events))  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("old", "new", "expected"),
    [
        ((Interval.MONTHLY, 100), (Interval.YEARLY, 1200), True),
        ((Interval.MONTHLY, 100), (Interval.YEARLY, 1199), False),
        ((Interval.WEEKLY, 100), (Interval.QUARTERLY, 1300), True),
        ((Interval.SEMIANNUAL, 100), (Interval.MONTHLY, 16), False),
    ],
)
def test_a_plan_dearer_by_the_year_or_as_dear_is_an_upgrade(
    old: tuple[Interval, int], new: tuple[Interval, int], expected: bool
) -> None:
    plans = [plan(interval=interval, amount_cents=cents) for interval, cents in (old, new)]
    assert is_upgrade(*plans) is expected


def test_an_upgrade_pays_the_days_before_it_and_the_rest_of_the_period_later() -> None:
    account = moved(of(SMALL), BIG, 11, event(SUM, 5, "4"))
    assert made(account) == [("subscription_terminating", 1400, 1400)]
    after = billed(account, first_of(11), used(event(SUM, 5, "4"), event(SUM, 20, "8")))
    assert fees(after) == [("subscription", 4200), ("charge", 800)]


def test_an_upgrade_in_advance_gives_the_rest_back_with_the_day_itself_and_pays_with_it() -> None:
    account = moved(of(in_advance(SMALL)), in_advance(BIG))
    assert made(account) == [("subscription_starting", 3100, 3100), ("subscription_terminating", 4200, 2100)]
    (note,) = account.notes
    assert (note.split.credit_cents, note.balance_cents, note.credit_status) == (2100, 0, "consumed")


def test_a_second_upgrade_gives_back_only_what_the_first_one_left_to_pay() -> None:
    account = moved(of(in_advance(SMALL)), in_advance(BIG))
    again = changed(account, 1, SubscriptionMove(replace(in_advance(BIG), code="huge", amount_cents=9300), at(21)), {})
    assert [note.split.credit_cents for note in again.notes] == [2100, 2200]
    assert made(again)[-1] == ("subscription_terminating", 3300, 1100)


def test_a_downgrade_waits_for_the_end_of_the_period() -> None:
    account = moved(of(BIG), in_advance(SMALL))
    assert made(account) == []
    after = billed(account, first_of(11), {})
    assert fees(after) == [("subscription", 6200), ("subscription", 3100)]
    assert [held.subscription.plan.code for held in after.subscriptions] == ["big", "plan"]
    assert made(billed(after, first_of(11), {})) == made(after)


def test_units_that_stay_are_left_to_the_plan_that_follows() -> None:
    seats = charge(SEATS, standard(10))
    account = moved(of(plan(seats)), replace(plan(seats), code="big"), 11, event(SEATS, 5, "2"))
    assert fees(account) == [("subscription", 0)]
    other = moved(of(plan(seats)), BIG, 11, event(SEATS, 5, "2"))
    assert ("charge", 2000) in fees(other)


def test_a_prorated_fixed_charge_in_advance_is_less_what_the_old_plan_paid_for_its_add_on() -> None:
    seat = replace(fixed_charge(standard(31), 1, prorated=True), pay_in_advance=True)
    old, new = plan(fixed_charges=(seat,)), replace(BIG, fixed_charges=(replace(seat, price=standard(62)),))
    account = moved(of(old), new)
    assert fees(account, 0) == [("fixed_charge", 3100)]
    assert fees(account, 1) == [("subscription", 0), ("fixed_charge", 2100)]  # 21 days of 62.00, less 21 of 31.00
    unpaid = moved(of(SMALL), new)
    assert ("fixed_charge", 4200) in fees(unpaid)


def test_an_upgrade_into_a_trial_bills_nothing_in_advance_yet() -> None:
    account = moved(of(SMALL), replace(in_advance(BIG), trial_days=D(20)))
    assert made(account) == [("subscription_terminating", 1000, 1000)]


def test_an_end_in_advance_keeps_the_day_and_credits_the_rest() -> None:
    account = terminated(of(in_advance(SMALL)), 0, at(11), {})
    assert [note.split.credit_cents for note in account.notes] == [2000]
    assert made(account)[-1] == ("subscription_terminating", 0, 0)
    assert account.notes[0].credit_status == "available"


def test_the_last_subscription_fee_is_found_behind_other_invoices() -> None:
    account = of(in_advance(plan(charge(SUM, standard(1), pay_in_advance=True), amount_cents=3100)))
    account = received(account, LINE, used(event(SUM, 5, "4")))
    assert uninvoiced_end(account, 0, at(11)).notes[0].invoice == 0


def test_an_end_can_go_without_note_or_without_invoice() -> None:
    assert terminated(of(in_advance(SMALL)), 0, at(11), {}, OnTermination.SKIP).notes == ()
    silent = uninvoiced_end(of(in_advance(SMALL)), 0, at(11))
    assert (len(silent.invoices), len(silent.notes)) == (1, 1)
    assert uninvoiced_end(of(SMALL), 0, at(11)).notes == ()


def test_an_end_within_a_trial_gives_nothing_back() -> None:
    assert uninvoiced_end(of(replace(in_advance(SMALL), trial_days=D(20))), 0, at(11)).notes == ()


def test_a_period_that_was_not_billed_yet_gives_nothing_back() -> None:
    account = uninvoiced_end(of(in_advance(SMALL)), 0, at(1, 8, 11))
    assert account.notes == ()


def paid(account: Account, cents: int) -> Account:
    return replace(account, invoices=tuple(replace(each, paid_cents=cents) for each in account.invoices))


@pytest.mark.parametrize(
    ("how", "paid_cents", "expected"),
    [
        (OnTermination.REFUND, 0, (2000, 0, 0)),
        (OnTermination.REFUND, 3100, (0, 2000, 0)),
        (OnTermination.REFUND, 2100, (1000, 1000, 0)),
        (OnTermination.OFFSET, 0, (0, 0, 2000)),
        (OnTermination.OFFSET, 2100, (0, 1000, 1000)),
    ],
)
def test_what_was_paid_beyond_the_days_used_is_refunded(
    how: OnTermination, paid_cents: int, expected: tuple[int, int, int]
) -> None:
    account = uninvoiced_end(paid(of(in_advance(SMALL)), paid_cents), 0, at(11), how)
    split = account.notes[0].split
    assert (split.credit_cents, split.refund_cents, split.offset_cents) == expected
    assert account.notes[0].refund_status == ("pending" if split.refund_cents else None)


def test_a_note_gives_back_coupons_and_taxes_in_proportion_and_rounds_to_a_whole() -> None:
    taxes = TaxLevels({"vat": Tax("vat", 33.333)}, customer=("vat",))
    client = replace(CLIENT, taxes=taxes, coupons=(applied(percent("33.33")),))
    (note,) = terminated(of(in_advance(replace(SMALL, amount_cents=999)), client), 0, at(14), {}).notes
    assert (note.split.credit_cents, note.taxes_cents, note.sub_total_cents) == (487, 122, 365)
    assert note.coupons_adjustment_cents == 183
    assert note.taxes_rate == 33.333


def test_a_note_on_an_invoice_without_amount_is_not_made() -> None:
    free = replace(CLIENT, coupons=(applied(percent(100)),))
    assert terminated(of(in_advance(SMALL), free), 0, at(11), {}).notes == ()
    assert uninvoiced_end(of(in_advance(SMALL), free), 0, at(11), OnTermination.REFUND).notes == ()


@given(strategies.integers(1, 10**6), strategies.integers(1, 31), strategies.floats(0.001, 50), strategies.booleans())
def test_the_rounded_parts_of_a_note_add_up_to_its_total(cents: int, day: int, rate: float, refund: bool) -> None:
    client = replace(CLIENT, taxes=TaxLevels({"vat": Tax("vat", round(rate, 3))}, customer=("vat",)))
    account = paid(of(in_advance(replace(SMALL, amount_cents=cents)), client), 2 * cents)
    how = OnTermination.REFUND if refund else OnTermination.CREDIT
    for note in uninvoiced_end(account, 0, at(day), how).notes:
        assert note.split.total_cents == note.sub_total_cents + note.taxes_cents
        assert 0 <= note.balance_cents == note.split.credit_cents


@pytest.mark.parametrize(("trial", "day", "cents"), [(5, 3, 2600), (5, 11, 2000), (40, 11, 0)])
def test_days_of_a_trial_are_not_given_back(trial: int, day: int, cents: int) -> None:
    account = of(in_advance(SMALL))
    held = account.subscriptions[0]
    trying = replace(held.subscription, plan=replace(held.subscription.plan, trial_days=Decimal(trial)))
    account = replace(account, subscriptions=(replace(held, subscription=trying),))
    notes = uninvoiced_end(account, 0, at(day), OnTermination.REFUND).notes
    assert sum(note.split.total_cents for note in notes) == cents


def test_the_day_of_an_upgrade_is_paid_once_for_units_carried_over_and_for_a_minimum() -> None:
    """Of 31 days the old plan pays ten; a plain end pays its last day too."""
    seats = charge(SEATS, standard(31), prorated=True)
    least = charge(SUM, standard(1), min_amount_cents=9300)
    account, events = of(plan(seats, least, amount_cents=100)), (event(SEATS, 1, "2", month=9), event(SUM, 5, "1"))
    ended = [("subscription", 35), ("charge", 2200), ("charge", 100), ("charge", 3200)]
    assert fees(terminated(account, 0, at(11), used(*events))) == ended
    upgraded = [("subscription", 32), ("charge", 2000), ("charge", 100), ("charge", 2900)]
    assert fees(moved(account, BIG, 11, *events)) == upgraded


def test_a_commitment_counts_the_day_of_an_upgrade_that_the_fee_does_not() -> None:
    account = moved(of(replace(SMALL, minimum_commitment=MinimumCommitment(6200))), BIG)
    assert fees(account) == [("subscription", 1000), ("commitment", 1200)]
