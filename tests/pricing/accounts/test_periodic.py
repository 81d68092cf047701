from dataclasses import replace

from lago_gitops.pricing.accounts.account import Held, active, serving
from lago_gitops.pricing.accounts.changes import uninvoiced_end
from lago_gitops.pricing.accounts.drafts import refreshed
from lago_gitops.pricing.accounts.periodic import billed
from lago_gitops.pricing.accounts.starting import started, trials_ended, units_billed
from lago_gitops.pricing.catalog.items import Interval, MinimumCommitment
from lago_gitops.pricing.periods.subscription import UnitsFrom
from tests.pricing.accounts.books import CLIENT, LINE, fees, first_of, made, of, used
from tests.pricing.samples import SEATS, SUM, D, at, charge, event, fixed_charge, plan, standard, subscription

MONTHLY = plan(charge(SUM, standard(1)), amount_cents=3100)
SEAT = replace(fixed_charge(standard(10), 1), pay_in_advance=True)


def test_subscriptions_due_on_a_day_share_an_invoice_a_currency() -> None:
    account = of(MONTHLY)
    for code, currency in (("other", "USD"), ("euro", "EUR")):
        account = started(account, Held(code, subscription(replace(MONTHLY, code=code, currency=currency))), {})
    after = billed(account, first_of(11), {})
    assert [(each.invoice.currency, len(each.parts)) for each in after.invoices] == [("USD", 2), ("EUR", 1)]


def test_a_day_is_billed_once_and_only_where_a_period_starts() -> None:
    account = of(MONTHLY)
    assert billed(account, at(15), {}) == account
    once = billed(account, first_of(11), {})
    assert billed(once, at(1, 9, 11), {}) == once


def test_what_has_ended_or_starts_today_is_not_billed() -> None:
    assert billed(uninvoiced_end(of(MONTHLY), 0, at(11)), first_of(11), {}).invoices == ()
    today = started(CLIENT, Held(LINE, subscription(MONTHLY, 1, 11)), {})
    assert billed(today, at(1, 9, 11), {}).invoices == ()


def test_the_running_subscription_of_a_line_and_the_one_that_an_event_belongs_to() -> None:
    account = uninvoiced_end(of(MONTHLY, CLIENT, 5), 0, at(11))
    assert active(account, LINE) is None
    assert [serving(account, LINE, at(day)) for day in (4, 8, 12)] == [None, 0, None]


def test_units_in_advance_of_a_plan_in_arrears_are_billed_at_the_start_with_an_invoice_of_their_own() -> None:
    account = of(replace(MONTHLY, fixed_charges=(SEAT,)))
    assert made(account) == [("in_advance_charge", 1000, 1000)]
    assert fees(billed(account, first_of(11), {})) == [("subscription", 3100), ("fixed_charge", 1000)]


def test_units_that_are_added_at_once_are_billed_beyond_those_paid() -> None:
    account = of(replace(MONTHLY, fixed_charges=(SEAT, fixed_charge(standard(1), 1))))
    held = account.subscriptions[0]
    for units, cents in ((3, 2000), (0, 0)):
        more = replace(held.subscription, units=(UnitsFrom(at(16).date(), D(units), "seat"),))
        after = units_billed(replace(account, subscriptions=(replace(held, subscription=more),)), 0, at(16))
        assert fees(after) == [("fixed_charge", cents)]


def test_units_of_a_year_are_not_billed_in_the_middle_of_it_where_usage_is_billed_by_the_month() -> None:
    year = replace(MONTHLY, interval=Interval.YEARLY, bill_charges_monthly=True, fixed_charges=(SEAT,))
    assert fees(units_billed(of(year), 0, at(16))) == []


def test_units_change_with_the_next_period() -> None:
    account = of(plan(fixed_charges=(fixed_charge(standard(10), 1),)))
    held = account.subscriptions[0]
    later = replace(held.subscription, units=(UnitsFrom(at(1, 0, 11).date(), D(5), "seat"),))
    account = billed(replace(account, subscriptions=(replace(held, subscription=later),)), first_of(11), {})
    assert ("fixed_charge", 1000) in fees(account)
    assert ("fixed_charge", 5000) in fees(billed(account, first_of(12), {}))


def test_a_plan_in_advance_is_billed_when_its_trial_ends_and_only_then() -> None:
    free = replace(MONTHLY, pay_in_advance=True, trial_days=D(10))
    account = of(free, CLIENT, 5)
    assert account.invoices == ()
    assert trials_ended(account, at(14), {}) == account
    after = trials_ended(account, at(15), {})
    assert made(after) == [("subscription_starting", 1700, 1700)]
    assert trials_ended(after, at(16), {}) == after


def test_a_trial_in_arrears_ends_without_an_invoice() -> None:
    after = trials_ended(of(replace(MONTHLY, trial_days=D(10))), at(15), {})
    assert (after.invoices, after.subscriptions[0].subscription.trial_ended) == ((), True)


def test_units_paid_before_the_period_count_towards_its_commitment() -> None:
    seats = charge(SEATS, standard(10), pay_in_advance=True)
    account = of(plan(seats, minimum_commitment=MinimumCommitment(5000)))
    events = used(event(SEATS, 5, "2"))
    october = billed(account, first_of(11), events)
    assert fees(october) == [("subscription", 0), ("charge", 2000), ("commitment", 5000)]
    november = billed(october, first_of(12), events)
    assert fees(november) == [("subscription", 0), ("charge", 2000), ("commitment", 3000)]


def test_months_of_a_year_count_units_paid_a_month_before() -> None:
    seats = charge(SEATS, standard(10), pay_in_advance=True)
    year = plan(seats, interval=Interval.YEARLY, bill_charges_monthly=True, minimum_commitment=MinimumCommitment(36500))
    account, events = of(year), used(event(SEATS, 5, "2"))
    for month in (11, 12):
        account = billed(account, first_of(month), events)
    new_year = billed(account, first_of(12).replace(year=2027, month=1), events)
    assert fees(new_year) == [("subscription", 0), ("charge", 2000), ("commitment", 9200 - 2 * 2000)]


def test_a_fixed_charge_is_billed_once_an_invoice_however_many_subscriptions_have_its_plan() -> None:
    """Recorded: inv-minimal, where four subscriptions to one plan fell due on the same day."""
    with_seats = replace(MONTHLY, fixed_charges=(SEAT, replace(fixed_charge(standard(1), 2), code="desk")))
    account = of(with_seats, replace(CLIENT, grace_days=3))
    for code, held in (("second", with_seats), ("other plan", replace(with_seats, code="other"))):
        account = started(account, Held(code, subscription(held)), {})
    draft = billed(account, first_of(11), {})
    once = [("subscription", 3100), ("fixed_charge", 200), ("fixed_charge", 1000)]
    expected = [*once, ("subscription", 3100), *once]
    assert fees(draft) == expected
    assert fees(refreshed(draft, at(2, month=11), {})) == expected
