from typing import Any

import pytest

from lago_gitops.bills.price_list import plan_named
from lago_gitops.bills.usage.rated import (
    CODE,
    DIVIDED,
    IN_ADVANCE,
    NEW,
    PRORATED,
    SIZES,
    UNEXPLAINED,
    RatedPeriod,
    Tariff,
    Unrated,
    is_priced_alike,
    rated,
)
from lago_gitops.bills.usage.recorded import usage_period
from lago_gitops.pricing.base.rules import Rules
from tests.pricetests.samples import CALLS, CUSTOM, SEATS, STORAGE, VOLUME, plan, prices

DEARER = CALLS.replace("0.01", "0.02")
PERCENT = "{code: calls, billable_metric_code: storage, charge_model: percentage, properties: {rate: '10', "
USED = {"units": "250", "events_count": 250, "amount_cents": 250}


def used(code: str = "calls", metric: str = "calls", cents: int | None = None, **figures: Any) -> dict[str, Any]:
    row = {**USED, **figures, "charge": {"lago_id": f"id-{code}", "code": code}, "billable_metric": {"code": metric}}
    return row if cents is None else {**row, "amount_cents": cents}


def of(before: tuple[str, ...], after: tuple[str, ...] | None, *rows: dict[str, Any]) -> RatedPeriod:
    period = usage_period(
        {
            "from_datetime": "2026-10-01T00:00:00Z",
            "to_datetime": "2026-10-31T23:59:59Z",
            "currency": "EUR",
            "charges_usage": list(rows),
        }
    )
    old = plan_named(prices(plan(*before)), "growth")
    new = None if after is None else plan_named(prices(plan(*after)), "growth")
    return rated(period, Tariff(old, new, Rules(), {"id-calls": "calls"}))


def why(*args: Any) -> str:
    found = of(*args)
    assert (found.before, found.after) == (0, 0)
    return found.unrated[0].why


def test_usage_costs_what_lago_billed_and_what_the_new_price_makes_of_it() -> None:
    assert of((CALLS,), (DEARER,), used()) == RatedPeriod(250, 500)


def test_a_charge_that_stays_costs_what_lago_billed_whatever_that_was() -> None:
    named = CALLS.replace("code: calls,", "code: calls, invoice_display_name: Requests, tax_codes: [vat],", 1)
    assert of((CALLS,), (named,), used(cents=99)) == RatedPeriod(99, 99)


def test_a_charge_without_usage_costs_what_none_costs() -> None:
    assert of((CALLS,), (DEARER,)) == RatedPeriod(0, 0)


def test_what_is_taken_away_is_billed_no_more() -> None:
    assert of((CALLS,), (), used()) == RatedPeriod(250, 0)
    assert of((CALLS,), None, used()) == RatedPeriod(250, 0)


def test_a_charge_that_lago_has_no_more_stays_billed() -> None:
    assert of((CALLS,), (DEARER,), used(), used("old", "old", 70)) == RatedPeriod(320, 570)


def test_a_new_charge_takes_the_place_of_the_one_on_its_metric() -> None:
    other = DEARER.replace("code: calls,", "code: requests,", 1)
    assert of((CALLS,), (other,), used()) == RatedPeriod(250, 500)


def test_a_new_charge_beside_another_on_its_metric_has_the_same_usage() -> None:
    second = DEARER.replace("code: calls,", "code: second,", 1)
    assert of((CALLS,), (CALLS, second), used()) == RatedPeriod(250, 750)
    assert of((CALLS,), (CALLS, second)) == RatedPeriod(0, 0, (Unrated("second", NEW),))
    assert of((CALLS,), (CALLS, STORAGE), used()).unrated == (Unrated("storage", NEW),)
    prorated = second.replace("charge_model", "prorated: true, charge_model")
    assert of((CALLS,), (CALLS, prorated), used()).unrated == (Unrated("second", PRORATED),)
    assert of((CALLS,), (CALLS, VOLUME.replace("calls,", "second,", 1)), used(cents=0, units="0")).unrated == (
        Unrated("second", SIZES),
    )


def test_filters_and_groups_are_rated_each_by_its_price() -> None:
    values = [
        {"units": "3", "events_count": 1, "amount_cents": 600, "values": {"region": ["eu"]}},
        {"units": "5", "events_count": 1, "amount_cents": 500, "values": None},
    ]
    groups = [{**one, "grouped_by": {"team": "a"}, "filters": []} for one in values[1:]] * 2
    new = STORAGE.replace("amount: 2", "amount: 3")
    assert of((STORAGE,), (new,), used("storage", "storage", 1100, filters=values)) == RatedPeriod(1100, 1400)
    dearer = STORAGE.replace("amount: 1", "amount: 2")
    assert of((STORAGE,), (dearer,), used("storage", "storage", 1000, grouped_usage=groups)) == RatedPeriod(1000, 2000)
    nested = [{"grouped_by": {"team": "a"}, "units": "8", "events_count": 2, "amount_cents": 1100, "filters": values}]
    assert of((STORAGE,), (new,), used("storage", "storage", 1100, grouped_usage=nested)) == RatedPeriod(1100, 1400)


def test_usage_that_can_not_be_known_is_named_and_not_guessed() -> None:
    prorated = SEATS.replace("pay_in_advance", "prorated").replace("amount: 5", "amount: 6")
    without = STORAGE.replace("filters: [{values: {region: [eu]}, properties: {amount: 2}}]", "filters: []")
    assert why((SEATS,), (SEATS.replace("amount: 5", "amount: 6"),), used("seats", "seats")) == IN_ADVANCE
    assert why((SEATS.replace("pay_in_advance", "prorated"),), (prorated,), used("seats", "seats")) == PRORATED
    assert why((STORAGE,), (without,), used("storage", "storage")) == DIVIDED
    assert why((CALLS,), (DEARER,), used(cents=251)) == UNEXPLAINED


def test_a_percentage_is_rated_where_the_sizes_of_its_events_are_known() -> None:
    old, new = f"{PERCENT}free_units_per_events: 1}}}}", f"{PERCENT}free_units_per_events: 2}}}}"
    assert why((old,), (new,), used("calls", "storage", 900, units="100", events_count=10)) == SIZES
    assert of((old,), (new,), used("calls", "storage", 0, units="100", events_count=1)) == RatedPeriod(0, 0)
    counted = [one.replace("storage", "calls") for one in (old, new)]
    assert of((counted[0],), (counted[1],), used(cents=90, units="10", events_count=10)) == RatedPeriod(90, 80)


def test_the_rules_under_which_lago_billed_decide() -> None:
    """A server says at least which release it is; a flat amount at zero usage tells."""
    tiers = "graduated_ranges: [{from_value: 0, to_value: null, per_unit_amount: '1', flat_amount: '%s'}]"
    old, new = (CALLS.replace("standard", "graduated").replace("amount: '0.01'", tiers % flat) for flat in (3, 4))
    assert of((old,), (new,), used(cents=300, units="0", events_count=0)) == RatedPeriod(300, 400)
    assert of((old,), (new,), used(cents=0, units="0", events_count=0)) == RatedPeriod(0, 0)


def test_what_lago_cannot_bill_or_leaves_to_a_program_is_not_rated() -> None:
    assert why((CALLS,), (VOLUME,), used(cents=0, units="0", events_count=0)) == SIZES
    own = CALLS.replace("billable_metric_code: calls", "billable_metric_code: magic")
    assert why((own,), (CUSTOM.replace("code: magic,", "code: calls,", 1),), used("calls", "magic")) == SIZES


def test_charges_are_known_by_their_ids_where_usage_has_no_codes() -> None:
    row = used()
    del row["charge"]["code"]
    assert of((CALLS,), (DEARER,), row) == RatedPeriod(250, 500)


@pytest.mark.parametrize(("other", "alike"), [((CALLS,), True), ((DEARER,), False), ((CALLS, STORAGE), False)])
def test_plans_are_alike_where_all_usage_costs_the_same(other: tuple[str, ...], alike: bool) -> None:
    sides = (plan_named(prices(plan(*charges)), "growth") for charges in ((CALLS,), other))
    assert is_priced_alike(*sides) is alike


def test_what_the_code_of_a_metric_is_told_makes_another_price_of_it() -> None:
    """Though the price itself stays, nobody knows of how much it is then."""
    magic = CUSTOM.replace(
        "charge_model: custom, properties: {custom_properties: {}}", "charge_model: standard, properties: {}"
    )
    one, two = (magic.replace("{}}", f"{{amount: '1', custom_properties: {{weight: {at}}}}}}}") for at in (1, 2))
    assert of((one,), (one,), used("magic", "magic")) == RatedPeriod(250, 250)
    assert of((one,), (two,), used("magic", "magic")).unrated == (Unrated("magic", CODE),)
