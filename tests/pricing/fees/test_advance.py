from dataclasses import replace
from datetime import timedelta

import pytest

from lago_gitops.pricing.base.errors import UnsupportedError
from lago_gitops.pricing.base.rules import LATEST, Rules
from lago_gitops.pricing.catalog.items import Aggregation, Charge, ChargeFilter, Metric, PricingUnit
from lago_gitops.pricing.fees.advance import advance_fees
from lago_gitops.pricing.fees.fee import Fee, to_json
from lago_gitops.pricing.models import Price
from lago_gitops.pricing.usage.events import Event
from tests.pricing.samples import (
    COUNT,
    LICENSED,
    SEATS,
    SUM,
    UNIQUE,
    D,
    at,
    charge,
    dynamic,
    event,
    graduated,
    graduated_percentage,
    percentage,
    plan,
    standard,
    subscription,
)


def fees(charge_: Charge, *events: Event, rules: Rules = LATEST) -> list[Fee]:
    paid = replace(charge_, pay_in_advance=True)
    return [fee for each in advance_fees(subscription(plan(paid)), events, rules) for fee in each.fees]


def cents(charge_: Charge, *events: Event, rules: Rules = LATEST) -> list[int]:
    return [fee.amount_cents for fee in fees(charge_, *events, rules=rules)]


def sums(*values: object) -> tuple[Event, ...]:
    return tuple(event(SUM, day, str(value)) for day, value in enumerate(values, 1))


def test_cents_are_rounded_event_by_event() -> None:
    assert cents(charge(COUNT, standard("1.234")), *[event(COUNT, day) for day in (1, 2, 3)]) == [123, 123, 123]


def test_charges_in_arrears_have_no_fees_of_events() -> None:
    assert advance_fees(subscription(plan(charge(SUM, standard(1)))), sums(1))[0].fees == ()


def test_a_peak_can_not_be_paid_in_advance() -> None:
    peak = Metric("peak", Aggregation.MAX, "v")
    with pytest.raises(UnsupportedError, match="max_agg"):
        fees(charge(peak, standard(1)), event(peak, 1, "1"))


def test_a_period_starts_anew() -> None:
    charge_ = charge(SUM, graduated((0, 2, 1, 0), (3, None, 5, 0)))
    november = Event("units", at(2, month=11), {"units": "2"})
    assert cents(charge_, *sums(2, 1), november) == [200, 500, 200]


def test_levels_of_a_period_end_with_it_and_groups_have_their_own() -> None:
    november = (event(SUM, day, value, month=11) for day, value in ((2, "-3"), (3, "2")))
    assert cents(charge(SUM, standard(1)), *sums(5), *november) == [500, 0, 200]
    charge_ = charge(SUM, graduated((0, 2, 1, 0), (3, None, 5, 0)), group_keys=("team",))
    teams = (event(SUM, 1, "2", team="a"), event(SUM, 2, "2", team="b"), event(SUM, 3, "1", team="a"))
    assert cents(charge_, *teams) == [200, 200, 500]


def test_a_rise_to_the_highest_so_far_costs_nothing_and_shows_its_units() -> None:
    found = fees(charge(SUM, standard(1)), *sums(5, -2, 2))
    assert [(fee.amount_cents, fee.units) for fee in found] == [(500, 5), (0, 0), (0, 2)]


def test_an_event_without_a_number_adds_nothing() -> None:
    found = fees(charge(SUM, standard(1)), *sums(5), event(SUM, 2), *sums("", "x", 1)[2:])
    assert [(fee.amount_cents, fee.units) for fee in found] == [(500, 5), (0, 0), (100, 1)]


def test_a_dynamic_event_costs_what_it_says_in_cents_of_the_currency() -> None:
    paid = replace(charge(SUM, dynamic()), pay_in_advance=True)
    sold = event(SUM, 1, "1", cents=250)
    for currency, amount in (("USD", 250), ("JPY", 250), ("KWD", 250)):
        (made,) = advance_fees(subscription(plan(paid, currency=currency)), (sold,))
        assert [fee.amount_cents for fee in made.fees] == [amount]


def test_a_minimum_of_an_event_is_explained_by_what_the_event_added() -> None:
    found = fees(charge(SUM, percentage(10, least="1")), *sums(5, 5), rules=LICENSED)
    shown = [to_json(fee)["amount_details"]["min_max_adjustment_total_amount"] for fee in found]
    assert shown == ["0.5", "0.5"]


def test_a_rise_from_a_highest_below_zero_is_paid_from_there() -> None:
    assert cents(charge(SUM, standard(1)), *sums(-4, 10, 2)) == [0, 1000, 0]


def test_a_first_remove_of_a_member_costs_nothing() -> None:
    remove, add = event(UNIQUE, 1, "a", operation_type="remove"), event(UNIQUE, 2, "a")
    assert cents(charge(UNIQUE, standard(12)), remove, add) == [0, 1200]


def test_an_amount_for_no_units_makes_no_fee() -> None:
    assert cents(charge(SUM, percentage(5, 1)), *sums(2, 0, 1)) == [110, 105]


def test_the_default_bucket_goes_on_from_the_last_event_of_the_charge() -> None:
    eu = ChargeFilter((("region", ("eu",)),), standard(1))
    charge_ = charge(SUM, standard(1), filters=(eu,))
    events = (event(SUM, 1, "5"), event(SUM, 2, "-4"), event(SUM, 3, "1", region="eu"), event(SUM, 4, "2"))
    assert cents(charge_, *events) == [500, 0, 100, 200]  # its own highest was 5, the other event's 1


def test_a_prorated_unit_pays_for_the_days_left() -> None:
    (fee,) = fees(charge(SEATS, standard(31), prorated=True), event(SEATS, 30, "1"))
    assert (fee.amount_cents, fee.units) == (200, 1)  # two days begun of 31


def test_an_event_at_the_last_instant_still_pays_a_day() -> None:
    last = Event("seats", at(31, 23) + timedelta(minutes=59), {"seats": "1"})
    (fee,) = fees(charge(SEATS, standard(31), prorated=True), last)
    assert fee.amount_cents == 100


def test_graduated_percentage_explains_by_tier_what_an_event_added() -> None:
    tiers = graduated_percentage((0, 10, 1, 200), (11, None, 2, 300))
    first, second = fees(charge(SUM, tiers), *sums(4, 8))
    assert (first.amount_cents, second.amount_cents) == (20004, 30010)
    assert to_json(second)["amount_details"]["graduated_percentage_ranges"] == [
        {
            "from_value": 0,
            "to_value": 10,
            "flat_unit_amount": "0.0",
            "rate": "1.0",
            "units": "6.0",
            "per_unit_total_amount": "0.01",
            "total_with_flat_amount": "0.06",
        },
        {
            "from_value": 11,
            "to_value": None,
            "flat_unit_amount": "300.0",
            "rate": "2.0",
            "units": "2.0",
            "per_unit_total_amount": "150.02",
            "total_with_flat_amount": "300.04",
        },
    ]


@pytest.mark.parametrize(
    ("price", "values", "expected"),
    [
        (percentage(10, least="1", most="2"), (5, 100), [100, 200]),
        (graduated_percentage((0, None, 1, 0)), (0, 5), [0, 5]),
    ],
)
def test_licensed_models(price: Price, values: tuple[int, ...], expected: list[int]) -> None:
    assert cents(charge(SUM, price), *sums(*values), rules=LICENSED) == expected


def test_minimum_an_event_of_counted_events() -> None:
    price = percentage(10, least="1")
    assert cents(charge(COUNT, price), event(COUNT, 1), event(COUNT, 2), rules=LICENSED) == [100, 100]


def test_credits_come_from_the_amount_rounded_in_the_currency() -> None:
    charge_ = charge(SUM, standard("0.333"), pricing_unit=PricingUnit(D("0.5")))
    (fee,) = fees(charge_, *sums(1))
    assert (fee.amount_cents, fee.unit_amounts and fee.unit_amounts.amount_cents) == (17, 33)
