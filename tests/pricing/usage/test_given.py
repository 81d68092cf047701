import pytest

from lago_gitops.pricing.base.errors import InvalidPriceError
from lago_gitops.pricing.catalog.items import Aggregation, ChargeFilter, Metric, Rounding
from lago_gitops.pricing.fees.charges import charge_fees
from lago_gitops.pricing.models.usage import Counted, Peak, ProratedEvent, Summed, Usage
from lago_gitops.pricing.usage.aggregations import aggregate, relevant
from lago_gitops.pricing.usage.given import Given, given_usages
from tests.pricing.samples import (
    COUNT,
    SEATS,
    SUM,
    UNIQUE,
    D,
    charge,
    dynamic,
    event,
    graduated,
    percentage,
    span,
    standard,
    terms,
)


def usage(metric: Metric, *given: Given) -> Usage:
    (only,) = given_usages(charge(metric, standard(1)), given)
    return only.usage


def test_given_units_are_one_event() -> None:
    assert usage(SUM, Given(D("2.5"))) == Usage(D("2.5"), 1, Summed((D("2.5"),)))


def test_given_units_of_events_are_spread_evenly() -> None:
    assert usage(SUM, Given(D(10), 4)).transactions == Summed((D("2.5"),) * 4)
    assert usage(SUM, Given(D(0), 0)) == Usage(D(0), 0, Summed(()))


def test_counted_units_are_their_own_events() -> None:
    events = tuple(event(COUNT, day) for day in (1, 2, 3))
    assert usage(COUNT, Given(D(3))) == aggregate(COUNT, relevant(COUNT, events, span()), span())
    assert usage(UNIQUE, Given(D(3))) == Usage(D(3), D(3), Counted(3, 3))


def test_half_a_call_is_refused() -> None:
    with pytest.raises(InvalidPriceError, match="not a whole number"):
        usage(COUNT, Given(D("0.5")))


@pytest.mark.parametrize(
    ("aggregation", "units"), [(Aggregation.MAX, 5), (Aggregation.LATEST, 3), (Aggregation.WEIGHTED_SUM, 8)]
)
def test_several_givens_come_together_as_their_metric_does(aggregation: Aggregation, units: int) -> None:
    metric = Metric("v", aggregation, "v")
    assert usage(metric, Given(D(5)), Given(D(3))).units == units
    assert usage(metric).units == 0


def test_a_peak_keeps_its_values() -> None:
    assert usage(Metric("v", Aggregation.MAX, "v"), Given(D(5)), Given(D(3))).transactions == Peak((D(5), D(3)))


def test_given_units_are_rounded_as_the_metric_says() -> None:
    assert usage(Metric("units", Aggregation.SUM, "units", rounding=Rounding.CEIL), Given(D("2.1"))).units == 3


def test_prorated_units_were_there_all_along() -> None:
    (only,) = given_usages(charge(SEATS, graduated((0, None, 1, 0)), prorated=True), (Given(D(4)),))
    assert only.usage.prorated is not None
    assert only.usage.prorated.steps == (ProratedEvent(D(4), D(4)),)


def test_properties_lead_to_filters_and_groups_and_unused_ones_are_there_too() -> None:
    eu = ChargeFilter((("region", ("eu",)),), graduated((0, None, 2, 5)))
    storage = Metric("storage", Aggregation.SUM, "gb", filter_values=(("region", ("eu", "us")),))
    charge_ = charge(storage, graduated((0, None, 1, 3)), filters=(eu,), group_keys=("team",))
    found = given_usages(charge_, (Given(D(7), properties={"region": "us", "team": "a"}),))
    fees = charge_fees(charge_, found, terms())
    assert [(fee.filters is None, fee.grouped_by, fee.amount_cents) for fee in fees] == [
        (False, (), 500),
        (True, (("team", "a"),), 1000),
    ]


def test_free_events_need_to_know_the_events() -> None:
    charge_ = charge(SUM, percentage(10, free_events=2))
    one, four = (given_usages(charge_, (Given(D(100), count),)) for count in (None, 4))
    assert [charge_fees(charge_, each, terms())[0].amount_cents for each in (one, four)] == [0, 500]


def test_dynamic_amounts_are_given_too() -> None:
    charge_ = charge(SUM, dynamic())
    found = given_usages(charge_, (Given(D(1), precise_total_amount_cents=D("12.5")),))
    assert charge_fees(charge_, found, terms())[0].amount_cents == 13
