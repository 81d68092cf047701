"""Days of 5.09 in a month of 31 add up to a little less than a whole one in floats."""

from dataclasses import replace
from datetime import date, datetime
from decimal import Decimal
from zoneinfo import ZoneInfo

from lago_gitops.pricing.catalog.items import Interval
from lago_gitops.pricing.fees.fee import ItemType
from lago_gitops.pricing.invoicing.billing import Periodic, Start, Termination, bill
from lago_gitops.pricing.invoicing.history import NEW, History
from lago_gitops.pricing.periods.subscription import BillingTime, Change, Subscription, Successor
from tests.pricing.samples import UTC, D, at, plan, subscription

MONTHLY = plan(amount_cents=509)
IN_ADVANCE = replace(MONTHLY, pay_in_advance=True)
WHOLE, BY_DAYS = D(509), D("508.9999999999999")


def first(month: int, year: int = 2026) -> Periodic:
    return Periodic(date(year, month, 1))


def precise(of: Subscription, occasion: object, history: History = NEW) -> Decimal | None:
    """The precise subscription fee, if the invoice has one."""
    fees = bill(of, occasion, history=history).invoice.fees  # type: ignore[arg-type]
    return next((each.precise_amount_cents for each in fees if each.item_type == ItemType.SUBSCRIPTION), None)


def test_the_first_period_is_billed_by_days_and_those_that_follow_whole() -> None:
    of = subscription(MONTHLY, month=7)
    august = bill(of, first(8))
    assert august.invoice.fees[0].precise_amount_cents == BY_DAYS
    assert precise(of, first(9), august.history) == WHOLE


def test_in_advance_the_first_period_is_whole_by_anniversary_and_by_days_by_the_calendar() -> None:
    of = subscription(IN_ADVANCE)
    assert precise(of, Start()) == BY_DAYS
    anniversary = replace(of, billing_time=BillingTime.ANNIVERSARY)
    assert precise(anniversary, Start()) == WHOLE
    assert precise(replace(anniversary, follows=Change.DOWNGRADE), Start()) == BY_DAYS


def test_what_an_upgrade_leaves_of_the_period_is_billed_by_days_once() -> None:
    of = replace(subscription(IN_ADVANCE), follows=Change.UPGRADE)
    october = bill(of, Start())
    assert october.invoice.fees[0].precise_amount_cents == BY_DAYS
    december = Periodic(date(2026, 12, 1))
    assert precise(of, december, october.history) == WHOLE


def test_a_subscription_entered_as_past_is_billed_whole_where_it_ran_before_the_period() -> None:
    entered = at(20, month=12)
    assert precise(replace(subscription(MONTHLY, month=10), entered_at=entered), first(1, 2027)) == WHOLE
    assert precise(replace(subscription(MONTHLY, month=12), entered_at=entered), first(1, 2027)) == BY_DAYS
    assert precise(replace(subscription(IN_ADVANCE, month=12), entered_at=entered), first(1, 2027)) == WHOLE


def test_only_an_end_for_good_or_an_upgrade_is_billed_by_the_days_used() -> None:
    """A downgrade ends with the period, which is whole."""
    of = subscription(MONTHLY, month=7)
    history = bill(of, first(8)).history
    ended = replace(of, ended_at=datetime(2026, 9, 1, tzinfo=UTC), successor=Successor(Change.DOWNGRADE))
    assert precise(ended, first(9), history) == WHOLE
    assert precise(of, Termination(datetime(2026, 8, 31, 23, 59, tzinfo=UTC)), history) == BY_DAYS


def test_no_second_fee_in_advance_on_the_day_of_another() -> None:
    of = subscription(IN_ADVANCE, month=11)
    november = bill(of, Start())
    assert precise(of, first(11), november.history) is None
    without_fee = replace(november.history, parts=(replace(november.history.parts[0], fees=()),))
    assert precise(of, first(11), without_fee) is not None


def test_a_year_in_advance_entered_as_past_is_billed_from_its_next_year_on() -> None:
    yearly = replace(IN_ADVANCE, interval=Interval.YEARLY, bill_charges_monthly=True)
    of = replace(subscription(yearly, month=3), entered_at=at(20, month=11))
    billed = {(year, month): precise(of, first(month, year)) for year, month in ((2026, 12), (2027, 1), (2027, 2))}
    assert billed == {(2026, 12): None, (2027, 1): WHOLE, (2027, 2): None}


def test_the_first_of_a_year_within_its_first_year_is_not_billed_where_it_was_entered_as_past() -> None:
    yearly = replace(IN_ADVANCE, interval=Interval.YEARLY, bill_charges_monthly=True)
    january = Subscription(yearly, datetime(2026, 1, 1, tzinfo=UTC), entered_at=datetime(2026, 1, 2, tzinfo=UTC))
    assert precise(january, first(1)) is None


def test_days_after_a_trial_are_paid_from_the_one_on_which_it_ends() -> None:
    """Thirty days from noon in Tokyo on the first."""
    tokyo = ZoneInfo("Asia/Tokyo")
    start = datetime(2026, 10, 1, 12, tzinfo=tokyo)
    of = Subscription(replace(plan(amount_cents=3100), trial_days=D(31)), start, zone=tokyo, trial_ended=True)
    assert precise(of, first(11)) == 0
    ends = {days: precise(replace(of, plan=replace(of.plan, trial_days=D(days))), first(11)) for days in ("30", "30.4")}
    assert ends == {"30": 100, "30.4": 100}
