from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given as forall
from hypothesis import settings
from hypothesis import strategies as st

from lago_gitops.bills.bill import about
from lago_gitops.bills.scenario import AS_WRITTEN
from lago_gitops.pricing.base.errors import InvalidPriceError, UnratableError, UnsupportedError
from lago_gitops.pricing.base.rules import Rules
from tests.pricetests.samples import CALLS, CUSTOM, SEATS, STORAGE, SUPPORT, VOLUME, D, billed, fees, plan, prices
from tests.tries import tries

UNLICENSED = Rules()
MINIMUM = CALLS.replace("charge_model", "min_amount_cents: 1000, charge_model")
IN_ADVANCE = {"pay_in_advance": "true"}


def test_a_bill_has_the_plans_fee_its_usage_and_what_comes_with_it() -> None:
    of = prices(plan(CALLS, STORAGE, fixed_charges=f"[{SUPPORT}]"))
    bill = billed(of, "calls=250", "storage{region=eu}=3", "storage=4")
    assert fees(bill) == {"subscription": 3100, "calls": 250, "storage": 600 + 400, "support": 2000}
    assert bill.invoice.total_amount_cents == 6350 + 30  # the add-on's own tax on 20 euros


def test_the_fee_is_the_same_in_advance_and_in_arrears() -> None:
    of = prices(plan(CALLS), plan(CALLS, code="ahead", **IN_ADVANCE))
    assert fees(billed(of)) == fees(billed(prices(plan(CALLS, **IN_ADVANCE)))) == {"subscription": 3100}


@pytest.mark.parametrize("interval", ["weekly", "monthly", "quarterly", "semiannual", "yearly"])
@pytest.mark.parametrize("advance", ["true", "false"])
@pytest.mark.parametrize("monthly", ["true", "false"])
def test_by_default_every_fee_is_due_once(interval: str, advance: str, monthly: str) -> None:
    of = prices(
        plan(
            CALLS,
            interval=interval,
            pay_in_advance=advance,
            bill_charges_monthly=monthly,
            fixed_charges=f"[{SUPPORT}]",
        )
    )
    assert fees(billed(of, "calls=100")) == {"subscription": 3100, "calls": 100, "support": 2000}


def test_between_the_years_a_yearly_plan_bills_its_monthly_charges_only() -> None:
    of = prices(plan(CALLS, interval="yearly", bill_charges_monthly="true"))
    bill = billed(of, "calls=100", day=date(2026, 3, 1))
    assert fees(bill) == {"calls": 100}
    assert (bill.period.first, bill.period.last) == (date(2026, 3, 1), date(2026, 3, 31))


def test_a_trial_is_over_for_who_has_been_there_all_along_and_counts_for_who_is_new() -> None:
    of = prices(plan(trial_period=10))
    assert fees(billed(of)) == {"subscription": 3100}
    assert fees(billed(of, days=15)) == {"subscription": 500}


@pytest.mark.parametrize("advance", ["true", "false"])
def test_some_days_cost_their_share_of_the_fee_and_nothing_of_the_next_period(advance: str) -> None:
    of = prices(plan(CALLS, pay_in_advance=advance, fixed_charges=f"[{SUPPORT}, {_ahead(SUPPORT)}]"))
    bill = billed(of, "calls=100", days=10)
    assert fees(bill) == {"subscription": 1000, "calls": 100, "support": 2000, "ahead": 2000}


def _ahead(charge: str) -> str:
    return charge.replace("code: support, a", "code: ahead, pay_in_advance: true, a")


def test_days_are_those_of_the_billing_period() -> None:
    of = prices(plan())
    assert fees(billed(of, days=28, day=date(2026, 2, 1))) == {"subscription": 3100}
    for days in (0, 29):
        with pytest.raises(InvalidPriceError, match="days don't fit into the billing period from 2026-02-01"):
            billed(of, days=days, day=date(2026, 2, 14))


@settings(max_examples=tries(30), deadline=None)
@forall(st.integers(1, 31), st.booleans())
def test_more_days_never_cost_less(days: int, advance: bool) -> None:
    of = prices(plan(pay_in_advance=str(advance).lower()))
    less, more = (billed(of, days=each).invoice.total_amount_cents for each in (max(1, days - 1), days))
    assert less <= more <= 3100


def test_no_usage_costs_the_minimum_of_a_charge_with_a_licence_only() -> None:
    of = prices(plan(MINIMUM))
    assert fees(billed(of)) == {"subscription": 3100, "calls": 1000}
    assert fees(billed(of, rules=UNLICENSED)) == {"subscription": 3100}


def test_a_commitment_is_filled_up_in_advance_and_in_arrears() -> None:
    for advance in ({}, IN_ADVANCE):
        of = prices(plan(CALLS, minimum_commitment="{amount_cents: 10000}", **advance))
        assert fees(billed(of, "calls=900")) == {"subscription": 3100, "calls": 900, "commitment": 6000}
        assert fees(billed(of, rules=UNLICENSED)) == {"subscription": 3100}


def test_another_commitment_stands_in_for_the_plans() -> None:
    of = prices(plan(minimum_commitment="{amount_cents: 10000}"))
    assert fees(billed(of, commitment=D("50.00"))) == {"subscription": 3100, "commitment": 1900}
    assert fees(billed(of, commitment=D(0))) == {"subscription": 3100}
    assert fees(billed(prices(plan()), commitment=D(50))) == {"subscription": 3100, "commitment": 1900}


def test_coupons_come_off_before_taxes() -> None:
    of = prices(plan())
    invoice = billed(of, coupons=("TEN",), taxes=("vat", "city")).invoice
    assert (invoice.coupons_amount_cents, invoice.taxes_amount_cents) == (310, 600)  # 20 % and 1.5 % of 27.90
    assert invoice.total_amount_cents == 2790 + 600


def test_taxes_of_the_plan_stand_before_the_customers() -> None:
    of = prices(plan(tax_codes="[city]"))
    assert [tax.code for tax in billed(of, taxes=("vat",)).invoice.applied_taxes] == ["city"]


def test_unknown_coupons_and_taxes_are_refused() -> None:
    of = prices(plan())
    with pytest.raises(InvalidPriceError, match="no coupon 'TENN': did you mean 'TEN'"):
        billed(of, coupons=("TENN",))
    with pytest.raises(InvalidPriceError, match=r"no tax 'xyz'$"):
        billed(of, taxes=("xyz",))


def test_usage_paid_in_advance_is_on_the_bill_when_it_is_said() -> None:
    calls = CALLS.replace("charge_model", "pay_in_advance: true, charge_model")
    of = prices(plan(calls, SEATS))
    assert fees(billed(of, "calls=100", "seats=2")) == {"subscription": 3100, "calls": 100, "seats": 1000}
    assert fees(billed(of)) == {"subscription": 3100}


def test_where_lago_makes_no_invoice_the_charge_is_named() -> None:
    of = prices(plan(STORAGE, VOLUME))
    with pytest.raises(UnratableError, match=r"charge 'calls': 0\.0 units fall in no volume tier"):
        billed(of)
    assert fees(billed(of, "calls=1"))["calls"] == 100


def test_a_fixed_charge_that_can_not_be_billed_ends_it_too() -> None:
    hole = "[{from_value: 0, to_value: 1, per_unit_amount: 1, flat_amount: 0}]"
    volume = f"{{code: x, add_on_code: support, units: 5, charge_model: volume, properties: {{volume_ranges: {hole}}}}}"
    with pytest.raises(UnratableError, match=r"5\.0 units"):
        billed(prices(plan(fixed_charges=f"[{volume}]")))


def test_what_only_the_server_can_price_is_left_out_until_usage_is_said() -> None:
    of = prices(plan(CUSTOM, CALLS))
    bill = billed(of, "calls=100")
    assert (fees(bill), bill.left_out) == ({"subscription": 3100, "calls": 100}, ("magic",))
    assert about(bill, of).notes == ("magic is left out: its price is computed by a program inside the Lago server",)
    with pytest.raises(UnsupportedError, match="'magic': its price is computed by a program inside the Lago server"):
        billed(of, "magic=1")


SHARE = """{code: storage, billable_metric_code: storage, charge_model: percentage, properties: {rate: 10, FREE},
 filters: [{values: {region: [eu]}, properties: {rate: 20, FILTER}}]}"""


@pytest.mark.parametrize(
    ("free", "of_filter", "events", "alike"),
    [
        ("free_units_per_events: 1", "fixed_amount: 1", 2, True),
        ("fixed_amount: 1", "free_units_per_events: 1", 2, True),
        ("fixed_amount: 1", "fixed_amount: 1", 2, False),
        ("free_units_per_events: 1", "fixed_amount: 1", 1, False),
    ],
)
def test_events_are_assumed_to_be_alike_where_a_price_goes_by_each_of_several(
    free: str, of_filter: str, events: int, alike: bool
) -> None:
    of = prices(plan(SHARE.replace("FREE", free).replace("FILTER", of_filter), CALLS))
    bill = billed(of, f"storage=100,events={events}", "calls=5")
    assert bill.alike == (("storage",) if alike else ())
    said = about(bill, of, ("mine",))
    assert (said.notes[-1], len(said.notes), said.approximate) == ("mine", 1 + alike, frozenset(bill.alike))
    assert said.notes[0].startswith("≈ storage: its events are assumed to be of equal size") is alike


def test_where_events_are_counted_or_not_said_there_are_no_sizes_to_assume() -> None:
    first_free = "charge_model: percentage, properties: {rate: 10, free_units_per_events: 1}"
    counted = f"{{code: calls, billable_metric_code: calls, {first_free}}}"
    summed = f"{{code: storage, billable_metric_code: storage, {first_free}}}"
    of = prices(plan(counted, summed))
    assert billed(of, "calls=5,events=5", "storage=5").alike == ()
    assert billed(of, "storage=5", "storage=5,events=2").alike == ("storage",)


def test_half_a_call_is_refused_with_the_charge() -> None:
    with pytest.raises(InvalidPriceError, match=r"charge 'calls': 0\.5 is not a whole number"):
        billed(prices(plan(CALLS)), "calls=0.5")


def test_the_price_list_is_priced_as_written_unless_asked_otherwise() -> None:
    assert AS_WRITTEN.licensed
    assert AS_WRITTEN.first_flat_at_zero


@settings(max_examples=tries(30), deadline=None)
@forall(st.lists(st.decimals(0, 10**6, places=2), max_size=4))
def test_usage_said_in_parts_costs_the_sum(parts: list[Decimal]) -> None:
    of = prices(plan(STORAGE))
    whole = billed(of, f"storage={sum(parts, Decimal(0))}")
    assert (
        billed(of, *(f"storage={part}" for part in parts)).invoice.fees_amount_cents == whole.invoice.fees_amount_cents
    )
