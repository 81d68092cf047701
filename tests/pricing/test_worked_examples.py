"""Lago's own worked examples, by the number that they have in our notes of its specification."""

from decimal import Decimal

import pytest

from lago_gitops.pricing.base.errors import UnsupportedError
from lago_gitops.pricing.base.numbers import half_up
from lago_gitops.pricing.base.rules import LATEST, Rules
from lago_gitops.pricing.catalog.items import Charge, ChargeFilter, PricingUnit
from lago_gitops.pricing.fees.advance import advance_fees
from lago_gitops.pricing.fees.charges import charge_fees
from lago_gitops.pricing.fees.fee import ItemType
from lago_gitops.pricing.fees.fixed_charges import UnitsFrom, added_units_fee, fixed_charge_fee
from lago_gitops.pricing.fees.terms import Terms
from lago_gitops.pricing.models import Price, price, rate
from lago_gitops.pricing.models.percentage import Percentage, estimate
from lago_gitops.pricing.models.usage import Prorated, Summed, Usage, counted, summed
from lago_gitops.pricing.usage.buckets import Bucket, BucketUsage, usages
from lago_gitops.pricing.usage.events import Event
from tests.pricing.samples import (
    BEFORE_1_51,
    COUNT,
    LICENSED,
    SUM,
    UNIQUE,
    D,
    at,
    charge,
    dynamic,
    event,
    fee,
    fixed_charge,
    given,
    graduated,
    graduated_percentage,
    package,
    percentage,
    plan,
    span,
    standard,
    stepped,
    subscription,
    terms,
    units,
    volume,
)

G = graduated((0, 10, 10, 2), (11, 20, 5, 3), (21, None, 5, 3))
V = volume((0, 100, 2, 10), (101, 200, 1, 0), (201, None, 0.5, 50))
P = graduated_percentage((0, 10, 1, 200), (11, 20, 2, 300), (21, None, 3, 400))
Q = graduated((0, 5, 10, 100), (6, None, 5, 50))
FREE = percentage(1.3, 2, free_events=3, free_aggregation="250")
HELD = percentage(2.99, least="1.75", most="12")
VALUES = summed(D(10), D(80), D(10_000))


def spread(*values: int) -> Usage:
    return summed(*map(D, values))


AMOUNTS: dict[str, tuple[Price, Usage, Rules, str]] = {
    "1": (standard(5.12345), units(10), LATEST, "51.2345"),
    "4": (standard(10), units(5), LATEST, "50"),
    "8 first group": (standard(5.12345), units(10), LATEST, "51.2345"),
    "8 second group": (standard(5.12345), units(20), LATEST, "102.469"),
    "9": (G, units(0), LATEST, "2"),
    "9 before 1.51": (G, units(0), BEFORE_1_51, "0"),
    "10": (G, units(1), LATEST, "12"),
    "11": (G, units(10), LATEST, "102"),
    "13": (G, units(12), LATEST, "115"),
    "16": (graduated((0, 0.1, 10, 0), (0.1, 1, 5, 0), (1, None, 2, 0)), units("0.05"), LATEST, "0.5"),
    "18": (graduated((0, 0.01, 0, 0), (0.01, 10, 10, 2), (11, None, 5, 3)), units(0), LATEST, "0"),
    "19": (graduated((0, 2, 2, 0), (3, None, 3, 0)), units(5), LATEST, "13"),
    "24": (package(100, 10), units(121), LATEST, "1300"),
    "25": (package(100, 10, 10), units(121), LATEST, "1200"),
    "27": (package(10, 2, 1), units(5), LATEST, "20"),
    "32": (V, units(0), LATEST, "10"),
    "32 before 1.51": (V, units(0), BEFORE_1_51, "0"),
    "33": (V, units(1), LATEST, "12"),
    "34": (V, units(100), LATEST, "210"),
    "36": (V, units(101), LATEST, "101"),
    "37": (V, units(200), LATEST, "200"),
    "41": (volume((0, 1, 0, 0), (2, 100, 2, 10), (101, None, 0.5, 50)), units(0), LATEST, "0"),
    "42": (volume((0, 2, 2, 0), (3, None, 3, 0)), units(5), LATEST, "15"),
    "45": (P, units(0), LATEST, "200"),
    "45 before 1.51": (P, units(0), BEFORE_1_51, "0"),
    "46": (P, units(1), LATEST, "200.01"),
    "47": (P, units(10), LATEST, "200.1"),
    "49": (P, units(12), LATEST, "500.14"),
    "51": (graduated_percentage((0, 0.01, 0, 0), (0.01, 10, 1, 200), (11, None, 2, 300)), units(0), LATEST, "0"),
    "53": (graduated_percentage((0, 100, 5, 0), (101, None, 2, 10)), units(50), LATEST, "2.5"),
    "54": (graduated_percentage((0, 100, 5, 0), (101, None, 2, 10)), units(150), LATEST, "16"),
    "55": (FREE, spread(50, 100, 250, -400), LATEST, "0"),
    "56": (FREE, spread(50, 100, 250, 400), LATEST, "11.15"),
    "60": (percentage(1.3, 2), spread(50, 100, 250, 400), LATEST, "18.4"),
    "61": (percentage(0, 2), spread(50, 100, 250, 400), LATEST, "8"),
    "62": (percentage(2.9), spread(1, 1, 1, 1), LATEST, "0.116"),
    "63": (percentage(1.3, 2, free_events=5), spread(50, 100, 150, 100), LATEST, "0"),
    "64": (HELD, VALUES, LATEST, "301.691"),
    "65": (HELD, VALUES, LICENSED, "16.142"),
    "70": (percentage(10), units(5), LATEST, "0.5"),
    "71": (percentage(1, 5, free_events=3), spread(10, 10, 10, 10), LATEST, "5.1"),
    "72": (percentage(1, 5, free_aggregation="15"), spread(4, 4, 4, 4), LATEST, "5.01"),
    "74": (percentage(1, 5, free_events=3, free_aggregation="15"), spread(1, 1, 1, 1), LATEST, "5.01"),
    "77": (dynamic(), Usage(D(20), 2, precise_total_amount_cents=D("40.2")), LATEST, "0.402"),
    "78": (dynamic(), units(0), LATEST, "0"),
    "82": (Q, stepped([5, 5, 10, -6], [3.5, 2.66667, 2, -2.2]), LATEST, "197.33"),
    "83": (Q, stepped([], []), LATEST, "100"),
    "83 before 1.51": (Q, stepped([], []), BEFORE_1_51, "0"),
    "85": (Q, stepped([1, 4, 1, -5, -1], [0.7097, 1.54839, 0.2258, -0.80645, -0.0645]), LATEST, "165.81"),
    "87": (Q, stepped([4, 2, -3], [2.8, 1, -0.6]), LATEST, "180.5"),
    "90": (Q, stepped([1], [0.7]), LATEST, "107"),
    "91": (graduated((0, 1, 10, 100), (2, None, 5, 50)), stepped([1], [0.7]), LATEST, "107"),
    "93": (graduated((0, 5, 10, 100), (6, 15, 5, 50), (16, None, 2, 0)), stepped([75], [75]), LATEST, "370"),
}
ROUNDED = {"82", "85"}  # the specification rounds them to cents


@pytest.mark.parametrize("row", AMOUNTS)
def test_amount(row: str) -> None:
    price_, usage, rules, expected = AMOUNTS[row]
    amount = rate(price_, usage, rules=rules).amount
    assert (half_up(amount, 2) if row in ROUNDED else amount) == Decimal(expected)


@pytest.mark.parametrize(
    ("row", "price_", "usage", "expected"),
    [
        ("1", standard(5.12345), units(10), "5.12345"),
        ("2", standard(5.12345), Usage(D(10), 1, prorated=Prorated(D(100), ())), "0.512345"),
        ("11", G, units(10), "10.2"),
        ("34", V, units(100), "2.1"),
        ("77", dynamic(), Usage(D(20), 2, precise_total_amount_cents=D("40.2")), "0.0201"),
    ],
)
def test_amount_of_one_unit(row: str, price_: Price, usage: Usage, expected: str) -> None:
    assert rate(price_, usage).unit_amount == Decimal(expected)


def test_row_24_amount_of_one_unit_has_two_decimals_in_the_specification() -> None:
    assert half_up(rate(package(100, 10), units(121)).unit_amount, 2) == D("10.74")


def test_row_81_custom_is_declared_unsupported() -> None:
    with pytest.raises(UnsupportedError, match="inside the Lago server"):
        rate(price("custom", {}), units(10))


@pytest.mark.parametrize(
    ("row", "price_", "usage", "cents"),
    [
        ("5", standard(12.5), counted(4), 5000),
        ("20", graduated((0, 5, 10, 100), (6, None, 5, 50)), counted(3), 13000),
        ("22", graduated((0, 10, 2, 100), (11, None, 1, 50)), units(0, 0), 10000),
        ("28", package(100, 10), counted(3), 10000),
        ("53", graduated_percentage((0, 100, 5, 0), (101, None, 2, 10)), units(50), 250),
        ("54", graduated_percentage((0, 100, 5, 0), (101, None, 2, 10)), units(150), 1600),
        ("71", percentage(1, 5, free_events=3), summed(*[D(10)] * 4), 510),
        ("72", percentage(1, 5, free_aggregation="15"), summed(*[D(4)] * 4), 501),
        ("74", percentage(1, 5, free_events=3, free_aggregation="15"), summed(*[D(1)] * 4), 501),
        ("79 first", dynamic(), Usage(D(1), 1, precise_total_amount_cents=D("10.1")), 10),
        ("79 both", dynamic(), Usage(D(2), 2, precise_total_amount_cents=D("912")), 912),
    ],
)
def test_cents(row: str, price_: Price, usage: Usage, cents: int) -> None:
    (fee,) = charge_fees(charge(SUM, price_), given(usage), terms())
    assert fee.amount_cents == cents


def test_row_30_package_within_its_free_units_costs_nothing() -> None:
    (fee,) = charge_fees(charge(COUNT, package(100, 10, 5)), given(counted(3)), terms())
    assert fee.amount_cents == 0


def billed(charge_: Charge, *events: Event) -> list[int]:
    return [fee.amount_cents for fee in charge_fees(charge_, usages(charge_, events, span()), terms())]


def test_row_6_standard_by_region() -> None:
    regions = [event(COUNT, day, region=region) for day, region in ((1, "us"), (2, "us"), (3, "eu"))]
    assert billed(charge(COUNT, standard(10), group_keys=("region",)), *regions) == [2000, 1000]


def test_row_7_standard_with_filters() -> None:
    filters = tuple(
        ChargeFilter((("cloud", (name,)),), standard(amount)) for name, amount in (("gcp", "0.10"), ("aws", "0.08"))
    )
    hours = [event(SUM, 1, "100", cloud="aws"), event(SUM, 2, "200", cloud="gcp")]
    assert billed(charge(SUM, standard("0.12"), filters=filters), *hours) == [2000, 800]


def test_row_80_dynamic_by_group() -> None:
    events = [event(SUM, 1, "1", cents="10.1", team="a"), event(SUM, 2, "1", cents="901.9", team="b")]
    assert billed(charge(SUM, dynamic(), group_keys=("team",)), *events) == [10, 902]


IN_ADVANCE: dict[str, tuple[Charge, list[Event], list[int]]] = {
    "94": (charge(COUNT, standard(10)), [event(COUNT, 1), event(COUNT, 2)], [1000, 1000]),
    "95": (charge(COUNT, graduated((0, 2, 0, 0), (3, None, 2, 0))), [event(COUNT, 1)] * 3, [0, 0, 200]),
    "96": (
        charge(UNIQUE, standard(12)),
        [
            event(UNIQUE, 1, "id_1"),
            event(UNIQUE, 2, "id_1", operation_type="remove"),
            event(UNIQUE, 3, "id_1"),
            event(UNIQUE, 4, "id_2"),
            event(UNIQUE, 5, "id_2"),
            event(UNIQUE, 6, "id_3"),
        ],
        [1200, 0, 0, 1200, 0, 1200],
    ),
    "97": (charge(SUM, standard(1)), [event(SUM, 1, "10"), event(SUM, 2, "-4"), event(SUM, 3, "8")], [1000, 0, 400]),
    "102": (
        charge(SUM, percentage(5, 1, free_aggregation="3")),
        [event(SUM, 1, "5"), event(SUM, 2, "1")],
        [110, 105],
    ),
    "105": (charge(SUM, dynamic()), [event(SUM, 1, "1", cents="1234.56"), event(SUM, 2, "1", cents="2.1")], [1235, 2]),
}


@pytest.mark.parametrize("row", IN_ADVANCE)
def test_in_advance(row: str) -> None:
    charge_, events, expected = IN_ADVANCE[row]
    paid = Charge(charge_.code, charge_.metric, charge_.price, pay_in_advance=True)
    found = advance_fees(subscription(plan(paid)), tuple(events))
    assert [fee.amount_cents for each in found for fee in each.fees] == expected


@pytest.mark.parametrize(
    ("units_", "rate_", "fixed", "most", "least", "expected"),
    [
        (100, 2, 0, None, None, 2),
        (100, 0, 12, None, None, 12),
        (100, 15, 3, 2, 1, 2),
        (100, 15, 0, None, 16, 16),
        (0, 12, 2, None, None, 2),
        (0, 12, 2, None, 13, 13),
    ],
)
def test_row_106_instant_estimate(  # noqa: PLR0917, PLR0913 - the columns of the example
    units_: int, rate_: int, fixed: int, most: int | None, least: int | None, expected: int
) -> None:
    price_ = Percentage(
        D(rate_), D(fixed), min_amount=None if least is None else D(least), max_amount=None if most is None else D(most)
    )
    assert estimate(price_, D(units_)) == expected


def test_row_107_true_up_to_the_charge_minimum() -> None:
    charge_ = charge(SUM, standard(1), min_amount_cents=1000)
    fees = charge_fees(charge_, given(units(7)), terms(LICENSED))
    assert [(fee.amount_cents, fee.true_up) for fee in fees] == [(700, False), (300, True)]


def test_row_109_true_up_in_a_pricing_unit() -> None:
    charge_ = charge(SUM, standard(1), min_amount_cents=1000, pricing_unit=PricingUnit(D("0.25")))
    _, true_up = charge_fees(charge_, given(units(7)), terms(LICENSED))
    assert true_up.amount_cents == 75
    assert true_up.unit_amounts is not None
    assert true_up.unit_amounts.amount_cents == 300


@pytest.mark.parametrize(
    ("row", "paid", "now", "cents", "shown"),
    [("111", 0, 10, 10_000, 10), ("112", 10, 15, 5000, 5), ("113", 10, 5, 0, 0), ("113 equal", 10, 10, 0, 0)],
)
def test_fixed_charge_in_advance(row: str, paid: int, now: int, cents: int, shown: int) -> None:
    earlier = fee(1000 * paid, item_type=ItemType.FIXED_CHARGE, units=D(paid), charge_code="seat")
    added = added_units_fee(fixed_charge(standard(10), now), terms(), at(15), (), [earlier])
    assert (added.amount_cents, added.units) == (cents, shown)


def test_row_114_fixed_charge_in_advance_prorated() -> None:
    charge_ = fixed_charge(standard(10), 10, prorated=True)
    fee = added_units_fee(charge_, terms(), at(15), (), ())
    assert fee.amount_cents == 5484


def test_row_117_fixed_charge_in_arrears_prorated() -> None:
    fee = fixed_charge_fee(fixed_charge(standard(310), 10, prorated=True), Terms(span(29), "USD"))
    assert fee is not None
    assert fee.amount_cents == 30_000


@pytest.mark.parametrize(
    ("row", "price_", "count", "cents"),
    [("3", standard(10), 10, 10_000), ("15", G, 21, 16_300), ("40", V, 210, 15_500), ("118", standard(20), 10, 20_000)],
)
def test_fixed_charge_in_arrears(row: str, price_: Price, count: int, cents: int) -> None:
    fee = fixed_charge_fee(fixed_charge(price_, count), terms())
    assert fee is not None
    assert fee.amount_cents == cents


def test_row_119_the_last_units_of_a_fixed_charge_win() -> None:
    price_ = graduated((0, 5, "0.1", 10), (6, None, 2, 20))
    fee = fixed_charge_fee(fixed_charge(price_, 62), terms(), (UnitsFrom(at(10).date(), D("3.1"), "seat"),))
    assert fee is not None
    assert fee.amount_cents == 1031


def test_row_8_groups_are_rated_apart() -> None:
    by_group = tuple(
        BucketUsage(Bucket(group=(("team", name),)), Usage(D(count), 1, Summed((D(count),))))
        for name, count in (("a", 10), ("b", 20))
    )
    fees = charge_fees(charge(SUM, standard(5.12345)), by_group, terms())
    assert [fee.precise_amount_cents for fee in fees] == [D("5123.45"), D("10246.9")]
