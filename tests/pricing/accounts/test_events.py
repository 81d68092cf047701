from dataclasses import replace

import pytest
from hypothesis import given, strategies

from lago_gitops.pricing.accounts.account import Account, Held
from lago_gitops.pricing.accounts.changes import uninvoiced_end
from lago_gitops.pricing.accounts.events import received, thresholds_checked
from lago_gitops.pricing.accounts.periodic import billed
from lago_gitops.pricing.accounts.starting import started
from lago_gitops.pricing.accounts.statements import loose_paid, stated
from lago_gitops.pricing.catalog.items import Interval, Plan, UsageThreshold
from lago_gitops.pricing.fees.fee import ItemType
from lago_gitops.pricing.invoicing.coupons import applied
from lago_gitops.pricing.invoicing.credit_notes import progressive_note
from lago_gitops.pricing.invoicing.invoice import invoice
from lago_gitops.pricing.invoicing.progressive import LifetimeUsage, passed
from lago_gitops.pricing.usage.events import Event
from tests.pricing.accounts.books import CLIENT, LINE, fees, first_of, made, of, used
from tests.pricing.invoicing.test_coupons import percent
from tests.pricing.samples import COUNT, SUM, at, charge, event, fee, plan, standard, subscription

TEN, THIRTY = UsageThreshold(1000, name="ten"), UsageThreshold(3000)
AGAIN = UsageThreshold(2000, recurring=True)
METERED = plan(charge(SUM, standard(1)), amount_cents=1000, usage_thresholds=(TEN, THIRTY))


def checked(of_: Plan, *values: int, account: Account = CLIENT, **held: object) -> tuple[Account, tuple[Event, ...]]:
    """An event a day, the thresholds looked at after each."""
    events: tuple[Event, ...] = ()
    account = of(of_, account, 1, **held)
    for day, value in enumerate(values, 2):
        events = (*events, event(SUM, day, str(value)))
        account = thresholds_checked(account, LINE, at(day), used(*events))
    return account, events


@pytest.mark.parametrize(
    ("thresholds", "invoiced", "current", "progressive", "expected"),
    [
        ((TEN, THIRTY), 0, 999, 0, ()),
        ((TEN, THIRTY), 0, 1000, 0, (TEN,)),
        ((THIRTY, TEN), 0, 3500, 0, (TEN, THIRTY)),
        ((TEN, THIRTY), 0, 3500, 1200, (THIRTY,)),
        ((TEN, THIRTY), 700, 300, 0, (TEN,)),
        ((TEN, THIRTY), 0, 9000, 3500, ()),
        ((TEN, AGAIN), 0, 2999, 0, (TEN,)),
        ((TEN, AGAIN), 0, 9500, 0, (TEN, AGAIN)),
        ((TEN, AGAIN), 3100, 1000, 0, (AGAIN,)),
        ((TEN, AGAIN), 3100, 899, 0, ()),
        ((TEN,), 0, 400, 1200, ()),
        ((AGAIN,), 0, 2000, 0, (AGAIN,)),
    ],
)
def test_thresholds_that_are_passed(
    thresholds: tuple[UsageThreshold, ...],
    invoiced: int,
    current: int,
    progressive: int,
    expected: tuple[UsageThreshold, ...],
) -> None:
    assert passed(thresholds, LifetimeUsage(invoiced, current), progressive) == expected


@given(strategies.lists(strategies.integers(1, 5000), min_size=1, max_size=8))
def test_progressive_invoices_and_the_last_one_bill_all_usage_once(values: list[int]) -> None:
    account, events = checked(METERED, *values)
    account = billed(account, first_of(11), used(*events))
    assert sum(each.invoice.total_amount_cents for each in account.invoices) == 1000 + 100 * sum(values)


def test_usage_that_falls_comes_back_as_a_note_on_the_progressive_invoice() -> None:
    account, events = checked(METERED, 12, -8)
    assert made(account) == [("progressive_billing", 1200, 1200)]
    after = billed(account, first_of(11), used(*events))
    assert (after.notes[0].invoice, after.notes[0].split.credit_cents) == (0, 800)
    assert made(after)[-1] == ("subscription_periodic", 1400, 200)


def test_usage_that_falls_under_nothing_leaves_nothing_to_credit() -> None:
    free = replace(CLIENT, coupons=(applied(percent(100)),))
    account, events = checked(METERED, 12, -8, account=free)
    after = billed(account, first_of(11), used(*events))
    assert after.notes == ()


def test_credits_of_two_subscriptions_to_a_plan_are_both_off_the_first_fee() -> None:
    account = of(METERED)
    account = started(account, Held("other", subscription(METERED, 1)), {})
    usage = {line: (event(SUM, 2, "12"),) for line in (LINE, "other")}
    for line in usage:
        account = thresholds_checked(account, line, at(2), usage)
    account = billed(account, first_of(11), usage)
    charges = [fee for fee in account.invoices[-1].invoice.fees if fee.item_type == ItemType.CHARGE]
    assert [fee.precise_coupons_amount_cents for fee in charges] == [1200, 0]
    assert [each.amount_cents for each in account.invoices[-1].invoice.progressive_credits] == [1200, 1200]


def test_a_cent_that_a_coupon_leaves_nothing_of_comes_back_as_no_note() -> None:
    billed_then = invoice((fee(100),), "USD", coupons=(applied(percent(90)),))
    assert progressive_note(billed_then, 0, 1) is None


def test_where_a_year_bills_only_fixed_charges_by_the_month_thresholds_credit_nothing_then() -> None:
    year = replace(METERED, interval=Interval.YEARLY, bill_fixed_charges_monthly=True)
    account, events = checked(year, 12)
    assert made(billed(account, first_of(11), used(*events)))[-1] == ("subscription_periodic", 0, 0)


def test_thresholds_of_the_subscription_take_the_place_of_the_plans() -> None:
    assert made(checked(METERED, 12, thresholds=())[0]) == []
    assert made(checked(METERED, 12, thresholds=(UsageThreshold(1200),))[0]) == [("progressive_billing", 1200, 1200)]


def test_a_server_without_a_licence_knows_no_thresholds() -> None:
    assert made(checked(METERED, 12, account=Account())[0]) == []


def test_a_recurring_threshold_that_a_coupon_paid_makes_no_second_invoice_for_the_same_usage() -> None:
    free = replace(CLIENT, coupons=(applied(percent(100)),))
    again = replace(METERED, usage_thresholds=(AGAIN,))
    assert len(checked(again, 20, 20, account=free)[0].invoices) == 1
    assert len(checked(again, 20, 20)[0].invoices) == 2


IN_ADVANCE = charge(SUM, standard(2), pay_in_advance=True)
ASIDE = charge(COUNT, standard(3), pay_in_advance=True, invoiceable=False, regroups_paid_fees=True)


def test_an_event_has_an_invoice_for_each_charge_in_advance_or_a_fee_without_one() -> None:
    account = of(plan(IN_ADVANCE, ASIDE))
    account = received(account, LINE, used(event(SUM, 5, "4")))
    account = received(account, LINE, used(event(SUM, 5, "4"), event(COUNT, 6)))
    assert made(account) == [("in_advance_charge", 800, 800)]
    assert [each.fee.amount_cents for each in account.loose] == [300]


def test_events_outside_of_a_subscription_have_no_fee() -> None:
    account = of(plan(IN_ADVANCE), CLIENT, 5)
    assert received(account, LINE, used(event(SUM, 2, "4"))) == account
    assert received(account, LINE, {}) == account
    assert received(uninvoiced_end(account, 0, at(9)), LINE, used(event(SUM, 12, "4"))).invoices == ()


def test_events_of_a_charge_in_advance_do_not_count_as_invoiced_until_a_period_is() -> None:
    watched = plan(IN_ADVANCE, charge(SUM, standard(1)), usage_thresholds=(UsageThreshold(1500),))
    watched = replace(watched, charges=(watched.charges[0], replace(watched.charges[1], code="arrears")))
    events = (event(SUM, 5, "4"),)
    account = thresholds_checked(received(of(watched), LINE, used(*events)), LINE, at(5), used(*events))
    assert made(account) == [("in_advance_charge", 800, 800)]  # 12.00 used so far, not 20.00


def test_a_statement_lists_paid_fees_once_those_of_the_running_period_later() -> None:
    account = received(of(plan(ASIDE)), LINE, used(event(COUNT, 5)))
    assert made(billed(account, first_of(11), {}))[1:] == []
    paid = loose_paid(account, at(7))
    assert stated(paid, (0,), at(8)) == paid
    after = billed(paid, first_of(11), {})
    assert made(after)[-1] == ("in_advance_charge_periodic", 300, 300)
    assert made(billed(after, first_of(12), {}))[-1] == ("subscription_periodic", 0, 0)


def test_an_end_lists_all_paid_fees_at_once() -> None:
    paid = loose_paid(received(of(plan(ASIDE)), LINE, used(event(COUNT, 5))), at(7))
    assert fees(stated(uninvoiced_end(paid, 0, at(8)), (0,), at(8))) == [("charge", 300)]


def test_without_a_charge_that_asks_for_it_there_is_no_statement() -> None:
    silent = plan(replace(ASIDE, regroups_paid_fees=False))
    paid = loose_paid(received(of(silent), LINE, used(event(COUNT, 5))), at(7))
    assert len(billed(paid, first_of(11), {}).invoices) == 1
