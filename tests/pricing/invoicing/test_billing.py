from dataclasses import replace
from datetime import date, datetime, timedelta

import pytest

from lago_gitops.pricing.base.rules import rules_of
from lago_gitops.pricing.catalog.items import Interval, MinimumCommitment, Plan, Tax
from lago_gitops.pricing.fees.fee import ItemType, to_json
from lago_gitops.pricing.fees.fixed_charges import UnitsFrom, fixed_charge_fee
from lago_gitops.pricing.fees.terms import Terms
from lago_gitops.pricing.invoicing.billing import Periodic, Setting, Start, Termination, bill
from lago_gitops.pricing.invoicing.history import History
from lago_gitops.pricing.invoicing.invoice import Invoice
from lago_gitops.pricing.invoicing.taxes import TaxLevels
from lago_gitops.pricing.periods.subscription import BillingTime
from lago_gitops.pricing.usage.given import Given, given_usages
from tests.pricing.samples import (
    COUNT,
    LICENSED,
    SEATS,
    SUM,
    UTC,
    D,
    at,
    charge,
    event,
    fee,
    fixed_charge,
    graduated,
    plan,
    span,
    standard,
    subscription,
    volume,
)

NOVEMBER = Periodic(date(2026, 11, 1))
DECEMBER = Periodic(date(2026, 12, 1))
LICENCE = Setting(rules=LICENSED)


def shown(invoice: Invoice) -> list[tuple[str, int]]:
    return [(each.item_type.value, each.amount_cents) for each in invoice.fees]


def test_usage_given_is_billed_like_events() -> None:
    charge_ = charge(SUM, standard(2))
    of = subscription(plan(charge_))
    from_events = bill(of, NOVEMBER, (event(SUM, 3, "5"),)).invoice
    from_units = bill(of, NOVEMBER, {"units": given_usages(charge_, (Given(D(5)),))}).invoice
    assert from_events.fees == from_units.fees


def test_usage_given_for_some_charges_bills_those() -> None:
    of = subscription(plan(charge(SUM, standard(2))))
    assert shown(bill(of, NOVEMBER, {}).invoice) == [("subscription", 0)]


def test_recurring_units_paid_in_advance_are_billed_whole_at_the_end_but_not_at_a_termination() -> None:
    seats = charge(SEATS, standard(30), pay_in_advance=True, prorated=True)
    calls = charge(SUM, standard(1), pay_in_advance=True)
    of, events = subscription(plan(seats, calls)), (event(SEATS, 20, "2"), event(SUM, 20, "5"))
    assert shown(bill(of, NOVEMBER, events).invoice) == [("subscription", 0), ("charge", 6000)]
    assert shown(bill(of, Termination(at(25)), events).invoice) == [("subscription", 0)]
    aside = subscription(plan(replace(seats, invoiceable=False)))
    assert shown(bill(aside, NOVEMBER, events).invoice) == [("subscription", 0)]


def test_fixed_charges_in_advance_of_a_plan_in_arrears_are_billed_at_once_and_for_every_period_that_starts() -> None:
    in_advance = replace(fixed_charge(standard(10), 1), pay_in_advance=True)
    of = subscription(plan(fixed_charges=(in_advance, fixed_charge(standard(3), 1))))
    assert shown(bill(of, Start()).invoice) == [("fixed_charge", 1000)]
    assert shown(bill(of, NOVEMBER).invoice) == [("subscription", 0), ("fixed_charge", 300), ("fixed_charge", 1000)]
    assert shown(bill(of, Termination(at(25))).invoice) == [("subscription", 0), ("fixed_charge", 300)]


def test_a_plan_in_arrears_opens_without_a_commitment() -> None:
    in_advance = replace(fixed_charge(standard(10), 1), pay_in_advance=True)
    of = subscription(committed(fixed_charges=(in_advance,)))
    assert shown(bill(of, Start(), setting=LICENCE).invoice) == [("fixed_charge", 1000)]


def test_the_plans_taxes_stand_before_the_customers() -> None:
    taxes = {code: Tax(code, rate) for code, rate in (("vat", 20.0), ("city", 1.0))}
    setting = Setting(TaxLevels(taxes, customer=("city",)))
    of = subscription(plan(amount_cents=1000, tax_codes=("vat",)))
    assert bill(of, NOVEMBER, setting=setting).invoice.taxes_amount_cents == 200
    bare = subscription(plan(amount_cents=1000))
    assert bill(bare, NOVEMBER, setting=setting).invoice.taxes_amount_cents == 10


def committed(**others: object) -> Plan:
    return plan(
        charge(SUM, standard(1)),
        amount_cents=1000,
        minimum_commitment=MinimumCommitment(5000),
        **others,
    )


def test_a_minimum_commitment_is_filled_up_at_the_end_of_the_period() -> None:
    of = subscription(committed())
    made = bill(of, NOVEMBER, (event(SUM, 3, "5"),), setting=LICENCE).invoice
    assert shown(made) == [("subscription", 1000), ("charge", 500), ("commitment", 3500)]
    assert to_json(made.fees[-1])["precise_unit_amount"] == "35.0"


def test_a_minimum_commitment_needs_a_licence_and_ends_where_the_fees_reach_it() -> None:
    of = subscription(committed())
    assert shown(bill(of, NOVEMBER).invoice) == [("subscription", 1000)]
    reached = bill(of, NOVEMBER, (event(SUM, 3, "40"),), setting=LICENCE).invoice
    assert shown(reached) == [("subscription", 1000), ("charge", 4000)]


def test_a_part_of_a_period_commits_to_its_days() -> None:
    of = subscription(committed(), day=17)
    made = bill(of, NOVEMBER, setting=LICENCE).invoice
    assert shown(made) == [("subscription", 484), ("commitment", 2419 - 484)]  # 15 of 31 days


def test_fees_of_events_paid_in_advance_count_towards_the_commitment() -> None:
    of = subscription(committed())
    event_fee = replace(fee(3900, charge_code="calls"), start=span().start, end=span().end, event="e1")
    in_advance = replace(of.plan, charges=(*of.plan.charges, charge(COUNT, standard(1), pay_in_advance=True)))
    made = bill(replace(of, plan=in_advance), NOVEMBER, history=History(loose=(event_fee,)), setting=LICENCE).invoice
    assert shown(made) == [("subscription", 1000), ("commitment", 100)]


def test_a_plan_in_advance_fills_up_the_period_before() -> None:
    of = subscription(committed(pay_in_advance=True))
    start = bill(of, Start(), setting=LICENCE)
    assert shown(start.invoice) == [("subscription", 1000)]
    second = bill(of, NOVEMBER, (event(SUM, 3, "5"),), start.history, LICENCE)
    assert shown(second.invoice) == [("charge", 500), ("subscription", 1000), ("commitment", 3500)]
    ended = bill(of, Termination(at(15, month=11)), (), second.history, LICENCE)
    assert shown(ended.invoice) == [("commitment", 1500)]  # half of 5000, less the 1000 paid in advance


def test_months_of_a_yearly_plan_count_together_towards_its_commitment() -> None:
    of = subscription(committed(interval=Interval.YEARLY, bill_charges_monthly=True), day=1, month=11)
    first = bill(of, DECEMBER, (event(SUM, 3, "5"),), setting=LICENCE)
    assert shown(first.invoice) == []
    november = tuple(replace(each, at=each.at + timedelta(days=31)) for each in (event(SUM, 3, "5"),))
    second = bill(of, DECEMBER, november, setting=LICENCE)
    assert shown(second.invoice) == [("charge", 500)]
    new_year = bill(of, Periodic(date(2027, 1, 1)), (), second.history, LICENCE)
    whole = 5000 * 61 / 365
    assert sum(each.amount_cents for each in (*second.invoice.fees, *new_year.invoice.fees)) == round(whole)
    assert new_year.invoice.fees[-1].item_type == ItemType.COMMITMENT


def test_a_plan_in_advance_closes_nothing_in_the_middle_of_its_year() -> None:
    of = subscription(committed(pay_in_advance=True, interval=Interval.YEARLY, bill_charges_monthly=True))
    start = bill(of, Start(), setting=LICENCE)
    assert shown(bill(of, NOVEMBER, (), start.history, LICENCE).invoice) == []


@pytest.mark.parametrize(
    ("trial", "occasion", "cents"),
    [
        (10, NOVEMBER, 2100),  # the first period, by whole days after the trial
        (31, NOVEMBER, 0),
        (40, DECEMBER, 2100),  # 10 November at 10 o'clock is the end of the trial: 21 days begun of 30
        (31 + 30, DECEMBER, 0),
        (20, Termination(datetime(2026, 10, 25, 9, tzinfo=UTC)), 400),
    ],
)
def test_a_trial_is_free(trial: int, occasion: object, cents: int) -> None:
    days = 30 if occasion == DECEMBER else 31
    free = plan(amount_cents=100 * days, trial_days=D(trial))
    of = replace(subscription(free), started_at=datetime(2026, 10, 1, 10, tzinfo=UTC))
    (only,) = bill(of, occasion).invoice.fees  # type: ignore[arg-type]
    assert only.amount_cents == cents


def test_within_a_trial_that_goes_on_there_is_no_fee_at_all() -> None:
    of = subscription(plan(amount_cents=3100, trial_days=D(45)))
    assert shown(bill(of, NOVEMBER).invoice) == []
    assert shown(bill(of, Termination(at(25))).invoice) == []
    in_advance = replace(of, plan=replace(of.plan, pay_in_advance=True))
    assert shown(bill(in_advance, Start()).invoice) == []


def test_an_anniversary_plan_in_advance_is_paid_whole_at_its_start() -> None:
    of = replace(
        subscription(plan(amount_cents=3000, pay_in_advance=True), day=20), billing_time=BillingTime.ANNIVERSARY
    )
    assert shown(bill(of, Start()).invoice) == [("subscription", 3000)]


def test_units_of_a_prorated_fixed_charge_that_change_are_paid_by_stretches() -> None:
    charge_ = fixed_charge(standard(31), 1, prorated=True)
    changed = fixed_charge_fee(charge_, Terms(span(), "USD"), (UnitsFrom(at(11).date(), D(2)),))
    assert changed is not None
    assert (changed.amount_cents, changed.units) == (5200, 2)  # 10 days of one and 21 of two
    at_once = fixed_charge_fee(charge_, Terms(span(), "USD"), (UnitsFrom(at(1).date(), D(2)),))
    assert at_once is not None
    assert at_once.amount_cents == 6200


def test_a_fixed_charge_of_no_units_has_a_fee_only_for_a_flat_amount() -> None:
    assert fixed_charge_fee(fixed_charge(standard(5), 0), Terms(span(), "USD")) is None
    flat = fixed_charge_fee(fixed_charge(volume((0, None, 1, 3)), 0), Terms(span(), "USD"))
    assert flat is not None
    assert flat.amount_cents == 300
    assert fixed_charge_fee(fixed_charge(graduated((0, None, 1, 0)), 0), Terms(span(), "USD")) is None


# recorded: old/fx-w
def test_a_lago_before_1_39_bills_no_fixed_charge() -> None:
    seats = fixed_charge(standard(5), 2)
    assert fixed_charge_fee(seats, Terms(span(), "USD", rules=rules_of((1, 38)))) is None
    assert fixed_charge_fee(seats, Terms(span(), "USD", rules=rules_of((1, 39)))) is not None
