import pytest

from lago_gitops.pricing.base.errors import InvalidPriceError, UnratableError
from lago_gitops.pricing.base.rules import LATEST, Rules
from lago_gitops.pricing.fees.fee import rendered
from lago_gitops.pricing.models import Price, amount, price, rate
from lago_gitops.pricing.models.properties import with_numeric_bounds
from lago_gitops.pricing.models.usage import Counted, Peak, Summed, Untold, Usage, counted, summed
from tests.pricing.samples import (
    BEFORE_1_51,
    LICENSED,
    D,
    graduated,
    graduated_percentage,
    package,
    percentage,
    standard,
    stepped,
    units,
    volume,
)


def details(price: Price, usage: Usage) -> dict[str, object]:
    shown: dict[str, object] = rendered(rate(price, usage).details)
    return shown


@pytest.mark.parametrize(
    ("model", "properties", "problem"),
    [
        ("flat", {}, "'flat' is not a charge model"),
        ("standard", {"amount": None}, "'amount' is missing"),
        ("standard", {"amount": "1,5"}, "'1,5' is not a number"),
        ("standard", {"amount": "NaN"}, "'NaN' is not a number"),
        ("standard", {"amount": True}, "True is not a number"),
        ("graduated", {"graduated_ranges": []}, "has no tier"),
        ("package", {"amount": "1", "package_size": 0}, "package_size 0 is below 1"),
    ],
)
def test_a_price_that_says_nothing_is_refused(model: str, properties: dict[str, object], problem: str) -> None:
    with pytest.raises(InvalidPriceError, match=problem):
        price(model, properties)


@pytest.mark.parametrize("model", ["standard", "graduated", "graduated_percentage", "package", "percentage", "volume"])
def test_without_properties_a_price_is_lagos_default_of_nothing(model: str) -> None:
    assert rate(price(model, {}), units(5)).amount == 0


def test_figures_are_read_as_lago_reads_them() -> None:
    assert [rate(standard(amount), units(1)).amount for amount in ("1e2", " 1 ", ".5", "5.", "1_000")] == [
        100,
        1,
        D("0.5"),
        5,
        1000,
    ]


def test_figures_beyond_all_sense_are_an_error_and_not_a_wrong_sum() -> None:
    with pytest.raises(UnratableError, match="more than 10000 digits"):
        rate(graduated((0, None, "1e20000", "1")), units(1))


def test_tiers_that_end_are_walked_to_their_end() -> None:
    assert rate(graduated((0, 10, 1, 0)), units(15)).amount == 10
    assert rate(graduated_percentage((0, 10, 100, 0)), units(15)).amount == 10
    assert rate(graduated((0, 5, 1, 1), (6, 10, 1, 1)), stepped([20], [20])).amount == 22


def test_a_bound_that_is_text_fails_as_soon_as_its_tier_is_reached() -> None:
    for tiers in (graduated, graduated_percentage):
        late = tiers((0, 10, 1, 0), (11, "20", 1, 0), (21, None, 1, 0))
        assert rate(late, units(10)).amount
        with pytest.raises(UnratableError, match="is text"):
            rate(late, units(11))
    with pytest.raises(UnratableError, match="is text"):
        rate(graduated_percentage((0, 10, 1, 0), ("11", None, 1, 0)), units(11))
    assert rate(graduated((0, 10, 1, 0), ("11", None, 1, 0)), units(11)).amount == 11


def test_manifests_may_write_bounds_as_they_like() -> None:
    tier = {"from_value": "0", "to_value": "10", "rate": "1", "flat_amount": "0"}
    read = with_numeric_bounds({"graduated_percentage_ranges": [tier], "pricing_group_keys": ["a"]})
    assert read == {
        "graduated_percentage_ranges": [{**tier, "from_value": D(0), "to_value": D(10)}],
        "pricing_group_keys": ["a"],
    }


def test_one_tier_that_does_not_touch_makes_all_count_from_one_after() -> None:
    tiers = graduated((0, D("0.01"), 0, 0), (D("0.01"), 10, 10, 2), (11, None, 5, 3))
    assert rate(tiers, units(5)).amount == D("61.9")  # 5.99 units in the second tier


@pytest.mark.parametrize("amount_of", [0, 1, 10, "10.5", 11, 25])
@pytest.mark.parametrize("rules", [LATEST, BEFORE_1_51])
def test_the_amount_alone_is_that_of_the_breakdown(amount_of: object, rules: Rules) -> None:
    for tiers in (
        graduated((0, 10, 3, 2), (10, 20, 2, 0), (20, None, 1, 7)),
        graduated((0, 10, 3, 2), (11, 20, 2, 0), (21, None, 1, 7)),
        graduated((0, None, 3, 2)),
    ):
        assert amount(tiers, units(amount_of), rules=rules) == rate(tiers, units(amount_of), rules=rules).amount


def test_graduated_shows_bounds_as_stored_and_prices_as_text() -> None:
    assert details(graduated((0, 0.5, "0.10", 0), (0.5, None, 2, 0)), units("0.25")) == {
        "graduated_ranges": [
            {
                "from_value": 0,
                "to_value": 0.5,
                "flat_unit_amount": "0.0",
                "per_unit_amount": "0.1",
                "units": "0.25",
                "per_unit_total_amount": "0.025",
                "total_with_flat_amount": "0.025",
            }
        ]
    }


def test_graduated_percentage_shows_its_rate() -> None:
    assert details(graduated_percentage((0, 100, 5, 0), (101, None, 2, 10)), units(150)) == {
        "graduated_percentage_ranges": [
            {
                "from_value": 0,
                "to_value": 100,
                "flat_unit_amount": "0.0",
                "rate": "5.0",
                "units": "100.0",
                "per_unit_total_amount": "5.0",
                "total_with_flat_amount": "5.0",
            },
            {
                "from_value": 101,
                "to_value": None,
                "flat_unit_amount": "10.0",
                "rate": "2.0",
                "units": "50.0",
                "per_unit_total_amount": "1.0",
                "total_with_flat_amount": "11.0",
            },
        ]
    }


def test_volume_without_a_tier_for_the_usage_makes_no_invoice() -> None:
    with pytest.raises(UnratableError, match="units fall in no volume tier"):
        rate(volume((0, 10, 1, 1), (12, None, 1, 0)), units("10.5"))


def test_volume_of_counted_events_shows_the_text_of_a_float() -> None:
    assert details(volume((0, None, "0.00001", 0)), counted(3))["per_unit_amount"] == "1.0e-05"
    assert details(volume((0, None, "0.00001", 0)), Usage(D(3), D(3), Counted(3, 3)))["per_unit_amount"] == "0.00001"
    assert details(volume((0, None, "0.00001", 0)), summed(D(1), D(2)))["per_unit_amount"] == "0.00001"


def test_a_package_begun_is_paid_whole() -> None:
    assert rate(package(100, 10), units("10.0001")).amount == 200


def test_a_sliver_that_a_float_loses_opens_no_package() -> None:
    assert rate(package(100, 10), units("10.00000000000000000001")).amount == 100


@pytest.mark.parametrize(
    ("transactions", "expected"),
    [
        (Summed((D(10), D(100))), "3"),  # held to at least 1 and at most 2
        (Counted(2, 2), "2"),
        (Peak((D(5), D(200), D(200))), "4"),  # the first of the largest counts, the others are nothing
        (Peak(()), "0"),
    ],
)
def test_minimum_and_maximum_hold_every_event(transactions: object, expected: str) -> None:
    usage = Usage(D(200), 2, transactions)  # type: ignore[arg-type]
    assert rate(percentage(10, least="1", most="2"), usage, rules=LICENSED).amount == D(expected)


def test_minimum_and_maximum_of_an_aggregation_without_events_make_no_invoice() -> None:
    with pytest.raises(UnratableError, match="single events"):
        rate(percentage(10, least="1"), Usage(D(5), 1, Untold()), rules=LICENSED)


def test_minimum_and_maximum_come_after_what_is_free() -> None:
    usage = summed(D(10), D(10), D(10), D(10))
    free_events = percentage(10, least="3", free_events=2)
    free_units = percentage(10, least="3", free_aggregation="15")
    assert rate(free_events, usage, rules=LICENSED).amount == 6
    assert rate(free_units, usage, rules=LICENSED).amount == 9  # the second event crosses the free units and pays


def test_minimum_and_maximum_show_what_they_changed() -> None:
    shown = rendered(rate(percentage(10, most="2"), summed(D(10), D(100)), rules=LICENSED).details)
    assert shown["min_max_adjustment_total_amount"] == "-8.0"


def test_a_maximum_alone_lets_small_events_be() -> None:
    assert rate(percentage(10, most="2"), summed(D(10)), rules=LICENSED).amount == 1


def test_percentage_of_unique_values_shows_its_events_as_decimals() -> None:
    usage = Usage(D(2), D(2), Counted(2, 2))
    assert details(percentage(1, 1), usage)["paid_events"] == "2.0"
    assert details(percentage(1, 1), counted(2))["paid_events"] == 2


def test_prorated_zero_units_pay_the_first_flat_amount_since_1_51() -> None:
    tiers = graduated((0, 5, 10, 100), (6, None, 5, 50))
    assert rate(tiers, stepped([], [])).amount == 100
    assert rate(tiers, stepped([], []), rules=BEFORE_1_51).amount == 0


@pytest.mark.parametrize(
    ("full", "prorated", "amount"),
    [
        ([3, 2], [0, 2], 120),  # an add that was over before the period
        ([-1, 2], [0, 2], 120),  # and a remove that belongs to one
        ([0, 2], [0, 2], 120),  # an event of nothing
        ([2, -3], [1, -0.5], 0),  # less than nothing is left
        ([7, -3], [7, -3], 190),  # down through the boundary of 5, two units above it and one below
    ],
)
def test_prorated_graduated_takes_events_in_order(full: list[object], prorated: list[object], amount: int) -> None:
    assert rate(graduated((0, 5, 10, 100), (6, None, 5, 50)), stepped(full, prorated)).amount == amount
