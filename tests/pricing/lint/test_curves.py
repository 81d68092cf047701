from dataclasses import replace
from decimal import Decimal
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lago_gitops.pricing.lint.curves import Curve, Segment, Stretch, cliffs, compare, curve, final_slope, never_dearer
from lago_gitops.pricing.models import Price, rate
from lago_gitops.pricing.models.usage import Summed, Usage
from tests.pricing.samples import dynamic, graduated, graduated_percentage, package, percentage, standard, volume

D = Decimal


def known(price: Price) -> Curve:
    found = curve(price)
    assert found is not None
    return found


def cost(found: Curve, units: Decimal) -> Decimal:
    if not units:
        return found.at_zero
    return next(each.cost(units) for each in found.segments if each.end is None or units <= each.end)


AMOUNTS = st.decimals(0, 5, places=3)


@st.composite
def prices(draw: st.DrawFn) -> Price:
    """Prices that have a curve; tiers may touch, all or none."""
    if draw(st.booleans()):
        return draw(st.one_of(AMOUNTS.map(standard), AMOUNTS.map(percentage)))
    ends = sorted(draw(st.sets(st.integers(1, 30), min_size=1, max_size=3)))
    step = draw(st.sampled_from([0, 1]))
    starts = [0, *(end + step for end in ends)]
    tiers = [(start, end, draw(AMOUNTS), draw(AMOUNTS)) for start, end in zip(starts, [*ends, None], strict=True)]
    if step and draw(st.booleans()):
        return volume(*tiers)
    return graduated_percentage(*tiers) if step and draw(st.booleans()) else graduated(*tiers)


@given(prices(), st.decimals(0, 50, places=2))
def test_a_curve_is_the_engine(price: Price, units: Decimal) -> None:
    assert cost(known(price), units) == rate(price, Usage(units, 1, Summed((units,)))).amount


@given(prices())
def test_segments_follow_on_each_other_from_nothing_to_no_end(price: Price) -> None:
    segments = known(price).segments
    assert [0, *(each.end for each in segments)] == [*(each.start for each in segments), None]


def test_segments_are_the_tiers() -> None:
    tiers = (0, 10, 1, 0), (11, 20, 2, 5), (21, None, 3, 0)
    for price in (graduated(*tiers), volume(*tiers), graduated_percentage(*tiers)):
        assert [each.end for each in known(price).segments] == [10, 20, None]
    assert known(graduated((0, 1, 1, 0), (2, None, 5, 0))).segments[0] == Segment(D(0), D(1), base=D(0), slope=D(1))
    assert known(volume(*tiers)).segments[1] == Segment(D(10), D(20), base=D(5), slope=D(2))


@given(prices(), prices(), st.decimals(D("0.01"), 100, places=2))
def test_stretches_hold_all_usage_and_say_who_is_dearer(before: Price, after: Price, units: Decimal) -> None:
    curves = known(before), known(after)
    stretches = compare(*curves)
    assert [each.start for each in stretches[1:]] == [each.end for each in stretches[:-1]]
    assert (stretches[0].start, stretches[-1].end) == (0, None)
    assert all(low.sign != high.sign for low, high in pairwise(stretches))
    if any(units == each.end for each in stretches):
        return  # where they cross they cost the same
    sign = next(each.sign for each in stretches if each.end is None or units < each.end)
    difference = cost(curves[1], units) - cost(curves[0], units)
    assert sign == (difference > 0) - (difference < 0)


@given(prices(), prices(), st.decimals(0, 100, places=2))
def test_never_dearer_holds_for_every_usage(one: Price, other: Price, units: Decimal) -> None:
    if never_dearer(known(one), known(other)):
        assert cost(known(one), units) <= cost(known(other), units)


def test_a_flat_amount_without_usage_is_dearer() -> None:
    assert not never_dearer(known(graduated((0, None, 0, 1))), known(standard(5)))


def test_break_even_is_exact() -> None:
    stretches = compare(known(standard("0.5")), known(graduated((0, None, "0.25", 3))))
    assert stretches == (Stretch(D(0), D(12), 1), Stretch(D(12), None, -1))


def test_prices_that_meet_where_a_piece_starts_or_ends_have_no_stretch_of_a_single_point() -> None:
    dearer = (Stretch(D(0), None, 1),)
    assert compare(known(standard(1)), known(standard(2))) == dearer
    assert compare(known(standard(1)), known(volume((0, 10, "0.5", 5), (11, None, 2, 0)))) == dearer


def test_equal_prices_never_part() -> None:
    assert compare(known(standard(1)), known(graduated((0, 10, 1, 0), (11, None, 1, 0)))) == (Stretch(D(0), None, 0),)


@pytest.mark.parametrize(
    ("price", "found"),
    [
        (volume((0, 10, 1, 0), (11, 20, "0.5", 0), (21, None, "0.1", 100)), (D(10),)),
        (graduated((0, 10, 1, 0), (11, None, "0.1", 0)), ()),
        (standard(1), ()),
    ],
)
def test_cliffs_are_where_one_unit_more_costs_less(price: Price, found: tuple[Decimal, ...]) -> None:
    assert cliffs(known(price)) == found


@pytest.mark.parametrize(
    "price",
    [
        package(5, 10),
        dynamic(),
        percentage(1, 1),
        percentage(1, free_events=2),
        percentage(1, least="1"),
        percentage(1, most="1"),
        volume((1, 10, 1, 0), (11, None, 1, 0)),
    ],
    ids=["package", "dynamic", "fixed amount", "free events", "minimum", "maximum", "no tier for nothing"],
)
def test_what_is_no_function_of_the_units_or_cannot_be_rated_has_no_curve(price: Price) -> None:
    assert curve(price) is None


def test_free_units_bend_the_curve_where_events_are_told() -> None:
    free = percentage(10, free_aggregation="100")
    told, untracked = curve(free), curve(free, told=False)
    assert told is not None
    assert untracked is not None
    assert [cost(told, D(units)) for units in (50, 100, 150)] == [0, 0, 5]
    assert [cost(untracked, D(units)) for units in (50, 100, 150)] == [5, 10, 15]


def test_beyond_all_tiers_a_unit_costs_what_the_last_one_says() -> None:
    tiers = (0, 10, D(1), D(0)), (11, 20, D(2), D(0)), (21, None, D(3), D(9))
    assert final_slope(standard(D(2))) == 2
    assert final_slope(graduated(*tiers)) == final_slope(volume(*tiers)) == 3
    assert final_slope(graduated(*tiers[:2])) is final_slope(percentage(D(1))) is None


def test_equal_is_never_dearer_and_zero_counts() -> None:
    free = known(standard(D(0)))
    assert never_dearer(free, free)
    assert not never_dearer(replace(free, at_zero=D(1)), free)
    assert never_dearer(free, replace(free, at_zero=D(1)))


def test_one_unit_more_at_the_same_cost_is_no_cliff() -> None:
    assert cliffs(known(volume((0, 10, D("1.1"), D(0)), (11, None, D(1), D(0))))) == ()
