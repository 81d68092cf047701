"""What counts towards a minimum commitment, in plans billed in advance or in arrears and by the month within a year."""

from dataclasses import replace
from datetime import datetime

import pytest

from lago_gitops.pricing.accounts.account import Account, Usage
from lago_gitops.pricing.accounts.changes import terminated
from lago_gitops.pricing.accounts.periodic import billed
from lago_gitops.pricing.catalog.items import Interval, MinimumCommitment
from tests.pricing.accounts.books import fees, first_of, of, used
from tests.pricing.samples import SUM, UTC, at, charge, event, fixed_charge, plan, standard

CALLS = charge(SUM, standard(1))
SEAT = replace(fixed_charge(standard(10), 1), pay_in_advance=True)
NEW_YEAR = datetime(2027, 1, 1, tzinfo=UTC)
MONTHLY_USAGE = used(*(event(SUM, 5, "1", month=month) for month in (10, 11, 12)))


@pytest.mark.parametrize("in_advance", [True, False])
def test_units_paid_in_advance_count_in_the_period_that_they_are_of(in_advance: bool) -> None:
    """10.00 of the plan, 5.00 of usage and 10.00 of October's seat: the seat of November counts in November."""
    account = of(
        plan(
            CALLS,
            amount_cents=1000,
            fixed_charges=(SEAT,),
            minimum_commitment=MinimumCommitment(5000),
            pay_in_advance=in_advance,
        )
    )
    november = fees(billed(account, first_of(11), used(event(SUM, 5, "5"))))
    assert sorted(november) == [("charge", 500), ("commitment", 2500), ("fixed_charge", 1000), ("subscription", 1000)]


def test_a_lago_without_a_licence_bills_no_commitment() -> None:
    account = of(plan(amount_cents=1000, minimum_commitment=MinimumCommitment(5000)), Account())
    assert fees(billed(account, first_of(11), {})) == [("subscription", 1000)]


def yearly(**others: object) -> Account:
    """From October on: 92 days of a year that costs 365.00 and commits to twice that."""
    return of(
        plan(
            CALLS,
            amount_cents=36_500,
            interval=Interval.YEARLY,
            minimum_commitment=MinimumCommitment(73_000),
            **others,
        )
    )


def at_new_year(account: Account, usage: Usage = MONTHLY_USAGE) -> Account:
    for month in (11, 12):
        account = billed(account, first_of(month), usage)
    return billed(account, NEW_YEAR, usage)


@pytest.mark.parametrize("in_advance", [True, False])
def test_usage_of_all_months_counts_where_it_is_billed_by_the_month(in_advance: bool) -> None:
    made = at_new_year(yearly(bill_charges_monthly=True, pay_in_advance=in_advance))
    assert ("commitment", 18_400 - 9200 - 300) in fees(made)
    assert ("charge", 100) in fees(made)


@pytest.mark.parametrize("in_advance", [True, False])
@pytest.mark.parametrize("usage_too", [True, False])
def test_units_of_all_months_count_where_they_are_billed_by_the_month(in_advance: bool, usage_too: bool) -> None:
    seat = replace(SEAT, pay_in_advance=False)
    made = at_new_year(
        yearly(
            fixed_charges=(seat,),
            bill_fixed_charges_monthly=True,
            bill_charges_monthly=usage_too,
            pay_in_advance=in_advance,
        )
    )
    assert ("commitment", 18_400 - 9200 - 3000 - 300) in fees(made)


@pytest.mark.parametrize("in_advance", [True, False])
def test_a_year_billed_whole_counts_all_its_usage(in_advance: bool) -> None:
    made = at_new_year(yearly(pay_in_advance=in_advance))
    assert ("commitment", 18_400 - 9200 - 300) in fees(made)
    assert ("charge", 300) in fees(made)


def test_an_end_commits_to_the_days_up_to_it() -> None:
    account = of(plan(CALLS, amount_cents=3100, minimum_commitment=MinimumCommitment(6200)))
    after = terminated(account, 0, at(10), used(event(SUM, 5, "1")))
    assert fees(after) == [("subscription", 1000), ("charge", 100), ("commitment", 2000 - 1100)]


def monthly(**others: object) -> Account:
    return of(plan(minimum_commitment=MinimumCommitment(62_000), **others))


def test_an_end_before_its_period_was_billed_commits_to_the_days_of_that_period() -> None:
    after = terminated(monthly(pay_in_advance=True), 0, at(10, month=11), {})
    assert fees(after) == [("commitment", 20_667)]  # 10 of 30 days


def test_an_end_on_the_day_its_period_was_billed_in_advance_commits_to_that_day() -> None:
    account = billed(monthly(pay_in_advance=True), first_of(11), {})
    assert fees(terminated(account, 0, at(1, month=11), {})) == [("commitment", 2067)]  # 1 of 30 days


def test_an_end_on_the_first_day_commits_to_the_whole_period_before_it_that_was_not_billed() -> None:
    after = terminated(monthly(), 0, at(1, month=11), {})
    assert fees(after) == [("subscription", 0), ("commitment", 62_000)]


def test_each_year_has_a_commitment_of_its_own() -> None:
    account = at_new_year(yearly(bill_charges_monthly=True))
    for month in range(2, 13):
        account = billed(account, NEW_YEAR.replace(month=month), {})
    after = billed(account, NEW_YEAR.replace(year=2028), {})
    assert fees(after) == [("subscription", 36_500), ("commitment", 36_500)]
