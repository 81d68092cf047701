from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lago_gitops.core.model.problem import Severity
from lago_gitops.pricing.base.errors import UnratableError
from lago_gitops.pricing.lint.volume import gaps
from lago_gitops.pricing.models import price, rate
from lago_gitops.pricing.models.usage import Usage
from lago_gitops.pricing.models.volume import Volume
from tests.pricing.lint.manifests import COUNT, SUM, charge, fixed, found, message, metric, paths, plan, tiered

D = Decimal
FROM_ONE = tiered("volume", (1, 50, 1, 0), (51, None, "0.9", 0))
HOLE = tiered("volume", (0, 10, 1, 0), (12, None, 1, 1))
DECIMAL = tiered("volume", (0, "0.5", 1, 0), ("1.5", None, 1, 1))
SOUND = tiered("volume", (0, 10, 1, 0), (11, None, 1, 1))
ERRORS = ("volume-from-one", "volume-hole", "volume-decimal-bounds")


def errors(properties: dict[str, object], *metrics: dict[str, object]) -> list[str]:
    return [rule for rule in ERRORS if found(rule, *(metrics or (SUM,)), plan(charge("volume", properties)))]


def test_each_sort_of_hole_is_one_error() -> None:
    assert [errors(each) for each in (FROM_ONE, HOLE, DECIMAL, SOUND)] == [*([rule] for rule in ERRORS), []]
    (finding,) = found("volume-hole", SUM, plan(charge("volume", HOLE)))
    assert finding.severity is Severity.ERROR


@pytest.mark.parametrize("tiers", [((0, "0.5"), (2, None)), ((0, 1), ("2.5", None))])
def test_one_decimal_bound_beside_a_hole_is_enough_to_name_it_so(tiers: tuple[tuple[Any, Any], ...]) -> None:
    rows = [(start, end, 1, 0) for start, end in tiers]
    assert errors(tiered("volume", *rows)) == ["volume-decimal-bounds"]


def test_a_hole_is_marked_at_the_tier_behind_it() -> None:
    for rule, properties in (("volume-decimal-bounds", DECIMAL), ("volume-hole", HOLE)):
        [path] = paths(rule, SUM, plan(charge("volume", properties)))
        assert path == "charges.0.properties.volume_ranges.1.from_value"
    for rule, properties, units in (("volume-from-one", FROM_ONE, 0), ("volume-hole", HOLE, 11)):
        [path] = paths(rule, plan(fixed_charges=[fixed("volume", properties, units)]))
        assert path == f"fixed_charges.0.properties.volume_ranges.{int(units > 0)}.from_value"
    assert paths("volume-hole", SUM, plan(charge("volume", HOLE))) == [
        "charges.0.properties.volume_ranges.1.from_value"
    ]


def test_the_prices_of_filters_are_looked_at_too() -> None:
    priced = charge("volume", SOUND, filters=[{"values": {"region": ["eu"]}, "properties": FROM_ONE}])
    assert paths("volume-from-one", SUM, plan(priced)) == ["charges.0.filters.0.properties.volume_ranges.0.from_value"]


@pytest.mark.parametrize(("precision", "errors_"), [(-1, []), (0, ["volume-hole"]), (1, ["volume-hole"])])
def test_a_metric_that_rounds_to_tens_never_falls_between_them(precision: int, errors_: list[str]) -> None:
    rounded = metric(rounding_function="ceil", rounding_precision=precision)
    assert errors(HOLE, rounded) == errors_
    assert errors(HOLE, metric(rounding_function="ceil")) == ["volume-hole"]
    assert errors(FROM_ONE, rounded) == ["volume-from-one"]
    assert [rule for rule in ERRORS if found(rule, plan(charge("volume", HOLE)))] == ["volume-hole"]


def test_a_metric_that_rounds_to_tens_still_falls_into_a_hole_that_has_one() -> None:
    rounded = metric(rounding_function="ceil", rounding_precision=-1)
    assert errors(tiered("volume", (0, 9, 1, 0), (11, None, 1, 1)), rounded) == ["volume-hole"]


@pytest.mark.parametrize(
    ("units", "properties", "rules"),
    [
        ("0", FROM_ONE, ["volume-from-one"]),
        ("5", FROM_ONE, []),
        ("11", HOLE, ["volume-hole"]),
        ("12", HOLE, []),
        ("10", HOLE, []),
    ],
)
def test_a_fixed_charge_is_judged_by_its_own_units(units: str, properties: dict[str, object], rules: list[str]) -> None:
    offered = plan(fixed_charges=[fixed("volume", properties, units)])
    assert [rule for rule in ERRORS if found(rule, offered)] == rules


def test_a_fixed_charge_of_another_model_has_no_holes() -> None:
    assert not found("volume-hole", plan(fixed_charges=[fixed("standard", {"amount": "1"})]))


@pytest.mark.parametrize(
    ("aggregation", "warned"),
    [
        ("sum_agg", True),
        ("max_agg", True),
        ("weighted_sum_agg", True),
        ("count_agg", False),
        ("unique_count_agg", False),
        ("latest_agg", False),
    ],
)
def test_usage_can_fall_below_zero_where_values_are_added_or_the_largest_counts(aggregation: str, warned: bool) -> None:
    marked = paths("volume-negative", metric(aggregation), plan(charge("volume", SOUND)))
    assert marked == (["charges.0.charge_model"] if warned else [])


def test_a_metric_that_no_manifest_describes_is_given_the_benefit_of_the_doubt() -> None:
    assert not found("volume-negative", plan(charge("volume", SOUND)))


def test_a_cliff_says_how_far_one_falls() -> None:
    offered = plan(charge("volume", tiered("volume", (0, 100, 1, 0), (101, None, "0.8", 0))))
    assert message("volume-cliff", SUM, offered) == (
        "100 units cost $100.00, 101 cost $80.80: higher usage costs less, up to 124 units"
    )


def test_a_cliff_is_marked_at_the_tier_that_is_cheaper() -> None:
    offered = plan(charge("volume", tiered("volume", (0, 10, 1, 5), (11, None, 1, 1))))
    assert paths("volume-cliff", SUM, offered) == ["charges.0.properties.volume_ranges.1.per_unit_amount"]
    assert message("volume-cliff", SUM, offered) == (
        "10 units cost $15.00, 11 cost $12.00: higher usage costs less, up to 13 units"
    )


def test_a_cliff_to_nothing_has_no_end() -> None:
    offered = plan(charge("volume", tiered("volume", (0, 100, 1, 0), (101, None, 0, 5))))
    assert message("volume-cliff", COUNT, offered).endswith("higher usage costs less, however high")


def test_a_flat_amount_can_make_up_for_the_step() -> None:
    assert not found(
        "volume-cliff", SUM, plan(charge("volume", tiered("volume", (0, 100, 1, 0), (101, None, "0.8", 20))))
    )
    level = tiered("volume", (0, 100, 1, 0), (101, None, "0.5", "49.5"))
    assert not found("volume-cliff", SUM, plan(charge("volume", level)))


def test_an_open_tier_before_the_last_is_left_to_validation() -> None:
    offered = plan(charge("volume", tiered("volume", (0, None, 1, 0), (11, None, "0.5", 0))))
    assert not any(found(rule, SUM, offered) for rule in (*ERRORS, "volume-cliff"))


BOUNDS = st.decimals(D(0), D(5), places=1)


@given(
    first=st.sampled_from([0, 1]), end=BOUNDS, step=st.sampled_from([1, 2]), units=st.decimals(D(0), D(12), places=2)
)
def test_usage_can_be_rated_exactly_where_there_is_no_gap(first: int, end: Decimal, step: int, units: Decimal) -> None:
    properties = tiered("volume", (first, end + first + 1, 1, 0), (end + first + 1 + step, None, 1, 0))
    offered = price("volume", properties)
    assert isinstance(offered, Volume)
    try:
        rate(offered, Usage(units, 1))
        rated = True
    except UnratableError:
        rated = False
    assert rated is not any(gap.holds(units) for gap in gaps(offered))
