from dataclasses import replace

from lago_gitops.pricing.accounts.account import Account
from lago_gitops.pricing.accounts.changes import SubscriptionMove, changed, uninvoiced_end
from lago_gitops.pricing.accounts.drafts import finalized, refreshed
from lago_gitops.pricing.accounts.periodic import billed
from lago_gitops.pricing.catalog.items import Plan
from lago_gitops.pricing.invoicing.coupons import applied
from tests.pricing.accounts.books import CLIENT, first_of, made, of, used
from tests.pricing.invoicing.test_coupons import percent
from tests.pricing.samples import SEATS, SUM, at, charge, event, plan, standard

PATIENT = replace(CLIENT, grace_days=3)
PLAN = plan(charge(SUM, standard(1)), amount_cents=3100)
IN_ADVANCE = replace(PLAN, pay_in_advance=True)
LATE = used(event(SUM, 5, "4"))


def test_a_draft_has_no_coupons_until_it_is_finalized_on_the_last_day_of_grace() -> None:
    client = replace(PATIENT, coupons=(applied(percent(10)),))
    draft = billed(of(PLAN, client), first_of(11), {})
    assert (made(draft), draft.invoices[0].is_final) == ([("subscription_periodic", 3100, 3100)], False)
    assert finalized(draft, at(3, month=11), {}) == draft
    final = finalized(draft, at(4, month=11), {})
    assert (made(final), final.invoices[0].is_final) == ([("subscription_periodic", 3100, 2790)], True)
    assert str(final.invoices[0].issued_on) == "2026-11-04"
    assert refreshed(final, at(5, month=11), LATE) == final


def test_late_events_come_with_a_refresh_or_at_the_end_of_grace() -> None:
    draft = billed(of(PLAN, PATIENT), first_of(11), {})
    assert made(refreshed(draft, at(2, month=11), LATE)) == [("subscription_periodic", 3500, 3500)]
    assert made(finalized(draft, at(4, month=11), LATE)) == [("subscription_periodic", 3500, 3500)]


def test_units_kept_for_the_next_period_have_one_fee_however_often_a_draft_is_refreshed() -> None:
    aside = charge(SEATS, standard(10), pay_in_advance=True, invoiceable=False)
    seats = used(event(SEATS, 5, "2"))
    draft = billed(of(plan(aside), PATIENT), first_of(11), seats)
    assert [each.fee.amount_cents for each in draft.loose] == [2000]
    assert len(refreshed(draft, at(2, month=11), seats).loose) == 1


def test_a_note_on_a_draft_follows_it_and_pays_only_when_the_draft_is_final() -> None:
    big = replace(IN_ADVANCE, code="big", amount_cents=6200)
    account = changed(of(IN_ADVANCE, PATIENT), 0, SubscriptionMove(big, at(2)), {})
    assert made(account) == [("subscription_starting", 3100, 3100), ("subscription_terminating", 6000, 6000)]
    account = repriced(account, 0, replace(IN_ADVANCE, amount_cents=4650))
    note = refreshed(account, at(3), {}).notes[0]
    assert (note.split.credit_cents, note.finalized) == (4500, False)
    final = finalized(account, at(6), {})
    assert made(final)[-1] == ("subscription_terminating", 6000, 1500)


def repriced(account: Account, number: int, plan: Plan) -> Account:
    held = account.subscriptions[number]
    renewed = replace(held, subscription=replace(held.subscription, plan=plan))
    return replace(account, subscriptions=tuple(renewed if each is held else each for each in account.subscriptions))


def test_a_note_on_a_draft_whose_fee_is_gone_stays_as_it_is() -> None:
    account = changed(of(IN_ADVANCE, PATIENT), 0, SubscriptionMove(replace(IN_ADVANCE, code="big"), at(2)), {})
    assert refreshed(repriced(account, 0, PLAN), at(3), {}).notes == account.notes


def test_a_note_on_a_fee_that_becomes_free_gives_nothing_back_even_if_it_costs_something_again() -> None:
    account = changed(of(IN_ADVANCE, PATIENT), 0, SubscriptionMove(replace(IN_ADVANCE, code="big"), at(2)), {})
    free = refreshed(repriced(account, 0, replace(IN_ADVANCE, amount_cents=0)), at(3), {})
    assert free.notes[0].split.credit_cents == 0
    assert refreshed(repriced(free, 0, IN_ADVANCE), at(3), {}).notes[0].split.credit_cents == 0


def test_a_note_finds_the_fee_of_its_subscription_on_a_draft_of_two() -> None:
    arrears = replace(PLAN, amount_cents=100)
    account = changed(of(arrears, PATIENT), 0, SubscriptionMove(replace(IN_ADVANCE, code="big"), at(2)), {})
    account = uninvoiced_end(account, 1, at(3))
    dearer = repriced(account, 1, replace(IN_ADVANCE, code="big", amount_cents=6200))
    assert [note.split.credit_cents for note in account.notes] == [2800]
    assert [note.split.credit_cents for note in refreshed(dearer, at(3), {}).notes] == [5600]
