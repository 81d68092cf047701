from dataclasses import replace

import pytest

from lago_gitops.pricing.accounts.account import Held, serving
from lago_gitops.pricing.accounts.changes import SubscriptionMove, changed, uninvoiced_end
from lago_gitops.pricing.accounts.periodic import billed, succeeding
from lago_gitops.pricing.accounts.starting import started
from lago_gitops.pricing.catalog.items import Frequency
from lago_gitops.pricing.fees.fee import ItemType
from lago_gitops.pricing.invoicing.coupons import applied
from lago_gitops.pricing.periods.subscription import Change
from tests.pricing.accounts.books import CLIENT, LINE, first_of, made, of, used
from tests.pricing.invoicing.test_coupons import percent
from tests.pricing.samples import COUNT, D, at, charge, event, fixed_charge, plan, standard, subscription

SMALL = plan(amount_cents=3100)
IN_ADVANCE = replace(SMALL, pay_in_advance=True)


@pytest.mark.parametrize(("prepaid", "total", "left"), [(1000, 2100, 0), (3100, 0, 0), (5000, 0, 1900), (0, 3100, 0)])
def test_prepaid_credits_pay_an_invoice_as_far_as_they_go(prepaid: int, total: int, left: int) -> None:
    account = of(IN_ADVANCE, replace(CLIENT, prepaid_cents=prepaid))
    assert (made(account), account.prepaid_cents) == ([("subscription_starting", 3100, total)], left)


def test_notes_pay_before_prepaid_credits_and_nothing_pays_a_draft() -> None:
    big = replace(IN_ADVANCE, code="big", amount_cents=6200)
    account = changed(replace(of(IN_ADVANCE), prepaid_cents=5000), 0, SubscriptionMove(big, at(11)), {})
    assert (account.invoices[1].invoice.prepaid_credit_amount_cents, account.prepaid_cents) == (2100, 2900)
    draft = of(IN_ADVANCE, replace(CLIENT, prepaid_cents=1000, grace_days=3))
    assert (made(draft)[0][2], draft.prepaid_cents) == (3100, 1000)


def test_an_invoice_of_nothing_leaves_coupons_alone() -> None:
    coupons = (applied(percent(10, Frequency.ONCE)),)
    free = billed(of(plan(), replace(CLIENT, coupons=coupons)), first_of(11), {})
    assert free.coupons == coupons


def test_the_instant_of_a_change_belongs_to_the_plan_that_follows() -> None:
    account = changed(of(SMALL, CLIENT, 5), 0, SubscriptionMove(replace(SMALL, amount_cents=6200), at(11)), {})
    assert [serving(account, LINE, at(day)) for day in (4, 10, 11, 12)] == [None, 0, 1, 1]
    ended = uninvoiced_end(of(SMALL, CLIENT, 5), 0, at(11))
    instants = at(5, 0), at(11), at(11, 13)
    assert [serving(ended, LINE, instant) for instant in instants] == [0, 0, None]


def test_plans_that_follow_keep_the_first_anniversary_and_the_first_day_of_the_trial() -> None:
    held = Held(LINE, subscription(SMALL, 5))
    second = succeeding(held, SMALL, at(11), Change.UPGRADE, 0)
    third = succeeding(second, SMALL, at(20), Change.UPGRADE, 1)
    first = held.subscription.started_at
    assert [(each.subscription.anchored_at, each.subscription.first_started_at) for each in (second, third)] == [
        (first, first),
        (first, first),
    ]


def test_a_second_note_on_an_invoice_is_of_another_fee() -> None:
    """Two subscriptions that a day bills together, of which each gives back its own rest."""
    account = started(of(IN_ADVANCE), Held("other", subscription(IN_ADVANCE)), {})
    account = billed(account, first_of(11), {})
    for number in (0, 1):
        account = uninvoiced_end(account, number, at(10, month=11))
    assert [(note.invoice, note.items[0].fee, note.split.credit_cents) for note in account.notes] == [
        (2, 0, 2067),
        (2, 1, 2067),
    ]


def test_a_downgrade_to_units_in_advance_bills_them_with_the_last_invoice() -> None:
    seats = replace(fixed_charge(standard(10), 1), pay_in_advance=True)
    small = plan(amount_cents=100, fixed_charges=(seats,))
    account = billed(changed(of(SMALL), 0, SubscriptionMove(small, at(11)), {}), first_of(11), {})
    assert [fee.item_type for fee in account.invoices[-1].invoice.fees] == [
        ItemType.SUBSCRIPTION,
        ItemType.FIXED_CHARGE,
    ]


def test_units_of_two_lines_are_counted_apart() -> None:
    calls = plan(charge(COUNT, standard(1)))
    account = started(of(calls), Held("other", subscription(calls)), {})
    usage = {**used(event(COUNT, 5)), "other": (event(COUNT, 5), event(COUNT, 6))}
    fees = billed(account, first_of(11), usage).invoices[-1].invoice.fees
    assert [fee.units for fee in fees if fee.item_type == ItemType.CHARGE] == [D(1), D(2)]
