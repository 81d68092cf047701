"""Whether a fee follows, and the likely reason why not."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from lago_gitops.bills.audit.billed import BilledFee
from lago_gitops.bills.audit.by_events import Past
from lago_gitops.bills.audit.expectations import Expectations
from lago_gitops.bills.audit.listings import Listing, Place
from lago_gitops.bills.audit.verdicts import Differs, Follows, Unchecked, verdict
from lago_gitops.pricing.base.rules import LATEST, Rules
from lago_gitops.pricing.catalog import reading
from lago_gitops.pricing.catalog.items import Plan
from lago_gitops.pricing.usage.events import Event
from lago_gitops.render.schemas.reasons import Cause
from tests.bills.audit.billing import billed
from tests.bills.audit.listing_of import START, Told, book, listed

METRICS = {
    "gb": reading.metric({"code": "gb", "aggregation_type": "sum_agg", "field_name": "gb"}),
    "seats": reading.metric({"code": "seats", "aggregation_type": "sum_agg", "field_name": "n", "recurring": True}),
}
STORAGE = {"code": "storage", "billable_metric_code": "gb", "charge_model": "standard", "properties": {"amount": "0.1"}}
SEATS = {
    "code": "seats",
    "billable_metric_code": "seats",
    "charge_model": "standard",
    "prorated": True,
    "properties": {"amount": "9"},
}
CREATED = datetime(2026, 11, 1, tzinfo=UTC)


def plan(*charges: dict[str, Any], **more: Any) -> Plan:
    fields = {"code": "plan", "interval": "monthly", "amount_cents": 1900, "amount_currency": "USD", "charges": charges}
    return reading.plan({**fields, **more}, METRICS, {})


def priced(charge: dict[str, Any], amount: str) -> dict[str, Any]:
    return {**charge, "properties": {"amount": amount}}


def storage(cents: int, precise: str = "", **more: Any) -> BilledFee:
    """A fee for 135.5 gigabytes."""
    precise = precise or str(cents / 100)
    return replace(
        billed({"charge_code": "storage", "units": "135.5", "amount_cents": cents, "precise_amount": precise, **more}),
        created_at=CREATED,
    )


def seats(amount: str, **more: Any) -> BilledFee:
    """A fee for three seats that were there for a part of the period."""
    cents = round(float(amount) * 100)
    said = {"charge_code": "seats", "units": "3", "amount_cents": cents, "precise_amount": amount, "events_count": 1}
    return replace(billed({**said, **more}), created_at=CREATED)


def lists(git: Plan, lago: Plan | None = None, told: Told | None = None, *others: Listing) -> Expectations:
    """Git's price list was live from the start, or from three days before the fee where there are others."""
    live_from = CREATED - timedelta(days=3) if others else START
    lago_list = listed(lago or git, "Lago")
    dated = sorted((listed(git, "git", live_from), *others), key=lambda each: each.live_from)
    return Expectations(book(*dated), lago_list, told or Told(), LATEST)


def reason(fee: BilledFee, expectations: Expectations) -> tuple[int | None, Cause]:
    found = verdict(fee, expectations)
    assert isinstance(found, Differs)
    return found.expected_cents, found.reason


GIT = plan(STORAGE, SEATS)


def test_a_fee_at_the_price_of_git_follows() -> None:
    assert isinstance(verdict(storage(1355), lists(GIT)), Follows)


def test_a_price_that_lago_has_and_git_does_not_was_changed_in_lago() -> None:
    assert reason(storage(1626), lists(GIT, plan(priced(STORAGE, "0.12")))) == (1355, Cause.CHANGED_IN_LAGO)


def test_a_price_that_neither_has_was_changed_in_between() -> None:
    assert reason(storage(2000, precise_unit_amount="0.1476"), lists(GIT)) == (1355, Cause.CHANGED_IN_BETWEEN)


def test_a_fee_that_shows_no_price_and_fits_none_has_no_known_reason() -> None:
    assert reason(storage(2000, amount_details={"odd": 1}), lists(GIT)) == (1355, Cause.UNKNOWN)


def test_the_price_before_and_the_price_after_are_told_apart() -> None:
    other = plan(priced(STORAGE, "0.2"))
    before, after = listed(other, "v0", START), listed(other, "v2", CREATED + timedelta(days=1))
    assert reason(storage(2710), lists(GIT, None, None, before)) == (1355, Cause.EARLIER_PRICE)
    assert reason(storage(2710), lists(GIT, None, None, after)) == (1355, Cause.LATER_PRICE)


def test_an_overridden_subscription_is_said_to_be_one_whatever_the_price() -> None:
    before = listed(plan(priced(STORAGE, "0.2")), "v0", START)
    told = Told(overridden=True)
    found = verdict(storage(2710), lists(GIT, None, told, before))
    assert isinstance(found, Differs)
    assert (found.reason, found.other) == (Cause.OVERRIDDEN, "v0")


def test_a_charge_that_git_does_not_have_makes_nothing() -> None:
    assert reason(storage(1355), lists(plan(SEATS), GIT)) == (0, Cause.NOT_LISTED)
    assert isinstance(verdict(storage(0), lists(plan(SEATS), GIT)), Follows)


def test_a_coupon_taken_off_the_amount_is_known_by_its_own_amount() -> None:
    fee = storage(1255, precise_coupons_amount_cents="100")
    assert reason(fee, lists(GIT)) == (1355, Cause.COUPON)


def test_an_amount_that_is_not_its_own_precise_one_was_rounded_otherwise() -> None:
    assert reason(storage(1354, "13.55"), lists(GIT)) == (1355, Cause.ROUNDING)


def test_what_servers_of_other_versions_bill_is_told() -> None:
    """Since 1.51 no usage at all pays the first flat amount."""
    tiers = [{"from_value": 0, "to_value": None, "per_unit_amount": "1", "flat_amount": "5"}]
    tiered = {**STORAGE, "charge_model": "graduated", "properties": {"graduated_ranges": tiers}}
    assert reason(storage(0, units="0", events_count=1), lists(plan(tiered))) == (500, Cause.SERVER_VERSION)


@pytest.mark.parametrize("told", [Told(plan="other"), Told(plan="plan")])
def test_what_no_price_list_has_is_not_checked(told: Told) -> None:
    early = replace(storage(1355), created_at=START - timedelta(days=1))
    assert isinstance(verdict(early if told.plan == "plan" else storage(1355), lists(GIT, None, told)), Unchecked)


def test_a_fee_of_nobody_is_not_checked() -> None:
    class Nobody(Told):
        def place(self, fee: BilledFee) -> Place | None:
            return None

    assert isinstance(verdict(storage(1355), lists(GIT, None, Nobody())), Unchecked)
    assert lists(GIT, None, Nobody()).right_cents(storage(1355)) is None


def test_prorated_units_are_read_by_the_price_that_lago_has_now() -> None:
    """15.3334 are 1.53334 seats at 10.00; at 9.00 they are no number of seats."""
    assert reason(seats("15.3334"), lists(GIT, plan(priced(SEATS, "10")))) == (1380, Cause.CHANGED_IN_LAGO)


def test_prorated_units_are_read_by_the_price_of_before_where_that_made_them() -> None:
    before = listed(plan(priced(SEATS, "10")), "v0", START)
    assert reason(seats("15.3334"), lists(GIT, None, None, before)) == (1380, Cause.EARLIER_PRICE)


def test_where_two_prices_can_have_made_a_prorated_fee_one_that_git_never_had_did() -> None:
    """13.80 are 1.53334 seats at 9.00 and 0.76667 at 18.00."""
    assert isinstance(verdict(seats("13.80006"), lists(GIT)), Follows)
    assert reason(seats("13.80006"), lists(GIT, plan(priced(SEATS, "18")))) == (690, Cause.CHANGED_IN_LAGO)


def test_where_two_prices_can_have_made_a_prorated_fee_and_git_has_both_it_follows() -> None:
    after = listed(plan(priced(SEATS, "18")), "v2", CREATED + timedelta(days=1))
    assert isinstance(verdict(seats("13.80006"), lists(GIT, plan(priced(SEATS, "18")), None, after)), Follows)


def test_a_price_of_lago_that_can_not_have_made_a_prorated_fee_is_no_rival() -> None:
    assert isinstance(verdict(seats("13.80006"), lists(GIT, plan(priced(SEATS, "7")))), Follows)


def test_events_settle_what_a_prorated_fee_was_made_of() -> None:
    """Three seats from the 16th on are 1.54839 in October, at 10.00 then and at 9.00 in Git."""
    began = datetime(2026, 10, 16, 12, tzinfo=UTC)
    past = Past((Event("seats", began, {"n": 3}),), datetime(2026, 10, 1, tzinfo=UTC))
    fee = seats("15.4839", total_aggregated_units="3")
    assert reason(fee, lists(GIT, None, Told(before=past))) == (1394, Cause.CHANGED_IN_BETWEEN)


def test_without_events_a_prorated_fee_that_fits_no_price_is_not_checked() -> None:
    assert isinstance(verdict(seats("15.3335"), lists(GIT)), Unchecked)


def test_without_events_a_price_that_only_lago_has_still_differs() -> None:
    """Though nobody can say by how much."""
    assert reason(seats("15.3335"), lists(GIT, plan(priced(SEATS, "77")))) == (None, Cause.CHANGED_IN_LAGO)
    assert isinstance(verdict(seats("15.3335"), lists(GIT, replace(GIT, code="gone"))), Unchecked)


def test_a_custom_charge_is_not_checked() -> None:
    custom = plan({**STORAGE, "charge_model": "custom", "properties": {}})
    assert isinstance(verdict(storage(1355), lists(custom)), Unchecked)


def test_a_plan_that_was_free_in_lago_is_expected_by_its_days() -> None:
    free = {"item_type": "subscription", "item_code": "plan", "units": "1", "precise_amount": "0", "amount_cents": 0}
    fee = replace(billed({**free, "amount_details": {"plan_amount_cents": 0}}), created_at=CREATED)
    assert reason(fee, lists(GIT, replace(GIT, amount_cents=0))) == (1900, Cause.CHANGED_IN_LAGO)


def test_a_fixed_charge_has_no_events_to_ask_for() -> None:
    support = {"code": "support", "add_on_code": "s", "charge_model": "standard", "prorated": True}
    fixed = plan(fixed_charges=[{**support, "units": 2, "properties": {"amount": "7"}}])
    fee = {"item_type": "fixed_charge", "fixed_charge_code": "support", "units": "2", "amount_cents": 333}
    odd = replace(billed({**fee, "precise_amount": "3.333333333"}), created_at=CREATED)
    assert isinstance(verdict(odd, lists(fixed)), Unchecked)


def test_another_licence_is_another_version() -> None:
    """Without one no event is held to a minimum."""
    held = {"rate": "1", "per_transaction_min_amount": "2"}
    charge = {**STORAGE, "charge_model": "percentage", "properties": held}
    expectations = replace(lists(plan(charge)), rules=Rules(licensed=True))
    past = Past((Event("gb", datetime(2026, 10, 5, tzinfo=UTC), {"gb": "135.5"}),), datetime(2026, 10, 1, tzinfo=UTC))
    fee = storage(136, "1.355", events_count=1)
    told = replace(expectations, sources=Told(before=past))
    assert reason(fee, told) == (200, Cause.SERVER_VERSION)


REGIONS = reading.metric(
    {
        "code": "gb",
        "aggregation_type": "sum_agg",
        "field_name": "gb",
        "filters": [{"key": "region", "values": ["ap", "eu", "us"]}],
    }
)
US = {"values": {"region": ["us"]}, "properties": {"amount": "0.2"}}
FILTERED = replace(GIT, charges=(reading.charge({**STORAGE, "filters": [US]}, {"gb": REGIONS}), GIT.charges[1]))
USED = Past(
    tuple(
        Event("gb", datetime(2026, 10, day, tzinfo=UTC), {"gb": gb, "region": region})
        for day, gb, region in ((5, "100", "eu"), (9, "35.5", "us"))
    ),
    datetime(2026, 10, 1, tzinfo=UTC),
)


def test_usage_of_a_filter_that_lago_has_not_is_expected_at_the_filters_price() -> None:
    """100 at 0.10 and 35.5 at 0.20, all billed at 0.10."""
    told = Told(before=USED, live_filters=frozenset())
    assert reason(storage(1355), lists(FILTERED, GIT, told)) == (1710, Cause.CHANGED_IN_LAGO)


def test_usage_of_a_filter_that_lago_has_is_not_expected_twice() -> None:
    """100 at 0.10 and 35.5 at 0.20, beside 7 of a filter that has a fee of its own."""
    ap = {"values": {"region": ["ap"]}, "properties": {"amount": "0.5"}}
    both = replace(GIT, charges=(reading.charge({**STORAGE, "filters": [US, ap]}, {"gb": REGIONS}),))
    more = replace(USED, events=(*USED.events, Event("gb", CREATED - timedelta(days=3), {"gb": "7", "region": "ap"})))
    live = frozenset({frozenset({("region", frozenset({"ap"}))})})
    told = Told(before=more, live_filters=live)
    assert reason(storage(1355), lists(both, GIT, told)) == (1710, Cause.CHANGED_IN_LAGO)


@pytest.mark.parametrize("told", [Told(before=USED), Told(live_filters=frozenset())])
def test_without_events_or_the_charge_a_fee_of_all_other_usage_is_taken_at_its_word(told: Told) -> None:
    assert isinstance(verdict(storage(1355), lists(FILTERED, GIT, told)), Follows)


def test_where_lago_has_the_filter_all_other_usage_has_a_fee_of_its_own() -> None:
    live = frozenset({frozenset({("region", frozenset({"us"}))})})
    assert isinstance(verdict(storage(1355), lists(FILTERED, FILTERED, Told(before=USED, live_filters=live))), Follows)


def test_groups_that_lago_bills_together_are_expected_apart() -> None:
    """Each of 100 and 35.5 has tiers of its own: the first 50 at 1.00, the rest at 0.10."""
    tiers = [
        {"from_value": 0, "to_value": 50, "per_unit_amount": "1", "flat_amount": "0"},
        {"from_value": 51, "to_value": None, "per_unit_amount": "0.1", "flat_amount": "0"},
    ]
    tiered = {**STORAGE, "charge_model": "graduated", "properties": {"graduated_ranges": tiers}}
    grouped = {**tiered, "properties": {"graduated_ranges": tiers, "pricing_group_keys": ["region"]}}
    fee = storage(5855)  # 50 + 85.5 * 0.1
    assert reason(fee, lists(plan(grouped), plan(tiered), Told(before=USED))) == (9050, Cause.CHANGED_IN_LAGO)


SETUP = {"code": "setup", "add_on_code": "s", "charge_model": "standard", "properties": {"amount": "7.5"}}


def fixed(units: int, cents: int, **more: Any) -> BilledFee:
    said = {"item_type": "fixed_charge", "fixed_charge_code": "setup", "units": str(units), "amount_cents": cents}
    return replace(billed({**said, "precise_amount": str(cents / 100), **more}), created_at=CREATED)


def test_units_of_a_fixed_charge_are_those_of_git() -> None:
    two, three = (plan(fixed_charges=[{**SETUP, "units": units}]) for units in (2, 3))
    assert isinstance(verdict(fixed(2, 1500), lists(two)), Follows)
    assert reason(fixed(3, 2250), lists(two, three)) == (1500, Cause.CHANGED_IN_LAGO)


def test_units_that_a_period_began_with_count_until_its_end() -> None:
    """Unless they are applied at once, new ones wait."""
    two, three = (plan(fixed_charges=[{**SETUP, "units": units}]) for units in (2, 3))
    before = listed(two, "v0", START)
    assert isinstance(verdict(fixed(2, 1500), lists(three, three, None, before)), Follows)
    assert isinstance(verdict(fixed(3, 2250), lists(three, three, None, before)), Follows)
    assert reason(fixed(4, 3000), lists(three, three, None, before))[0] == 1500


def test_of_prorated_units_the_part_of_the_period_stays() -> None:
    """Three from the 17th on are 1.451613; two would be 0.967742."""
    two, three = (plan(fixed_charges=[{**SETUP, "prorated": True, "units": units}]) for units in (2, 3))
    assert reason(fixed(3, 1089, precise_amount="10.8870975"), lists(two, three)) == (726, Cause.CHANGED_IN_LAGO)


def test_units_more_in_advance_are_billed_while_the_period_runs() -> None:
    more = plan(fixed_charges=[{**SETUP, "pay_in_advance": True, "units": 5}])
    assert isinstance(verdict(fixed(2, 1500), lists(more)), Follows)
