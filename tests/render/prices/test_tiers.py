from collections.abc import Sequence

from hypothesis import given
from hypothesis import strategies as st

from lago_gitops.pricing.models import price, tiers_of
from lago_gitops.render.prices.tiers import Sign, TierRow, bounds, tier_rows
from tests.render.prices.price_lists import GRADUATED, D, Row, tiers


def rows(before: Sequence[Row], after: Sequence[Row], model: str = "graduated") -> tuple[TierRow, ...]:
    sides = [tiers_of(price(model, tiers(*side, model=model))) if side else () for side in (before, after)]
    return tier_rows(*sides, adds_up=model != "volume")


def notes(before: Sequence[Row], after: Sequence[Row]) -> list[tuple[int, str, str]]:
    return [(int(row.start), row.sign.value, row.note) for row in rows(before, after)]


TWO: list[Row] = [(0, 10, 2, 0), (11, None, 1, 0)]

THREE: list[Row] = [(0, 10, 2, 0), (11, 20, 1, 0), (21, None, 1, 0)]

ENDS = st.sets(st.integers(1, 20), max_size=4).map(sorted)


def test_a_split_names_where() -> None:
    assert notes(TWO, THREE) == [(0, "same", ""), (11, "changed", "split at 20"), (21, "new", "new tier")]


def test_a_tier_split_twice_names_both_places() -> None:
    four: list[Row] = [(0, 10, 2, 0), (11, 20, 1, 0), (21, 30, 1, 0), (31, None, 1, 0)]
    assert notes(TWO, four)[1] == (11, "changed", "split at 20, 30")


def test_a_merge_names_the_tier_that_goes() -> None:
    assert notes(THREE, TWO) == [(0, "same", ""), (11, "same", ""), (21, "gone", "merged into the tier above")]


def test_a_bound_that_moves_up_gives_usage_to_the_tier_below() -> None:
    assert notes(TWO, [(0, 20, 2, 0), (21, None, 1, 0)]) == [
        (0, "same", ""),
        (11, "changed", "now in the tier below"),
        (21, "same", "starts at 21, not 11"),
    ]


def test_a_bound_that_moves_down_takes_usage_from_the_tier_below() -> None:
    assert notes([(0, 20, 2, 0), (21, None, 1, 0)], TWO) == [
        (0, "same", ""),
        (11, "changed", "starts at 11, not 21"),
        (21, "same", ""),
    ]


def test_a_bound_can_move_and_the_tier_behind_it_be_merged() -> None:
    assert notes(THREE, [(0, 5, 2, 0), (6, None, 1, 0)]) == [
        (0, "same", ""),
        (6, "changed", "starts at 6, not 11"),
        (11, "same", ""),
        (21, "gone", "merged into the tier above"),
    ]


def test_a_tier_whose_start_is_taken_begins_later_though_another_is_merged_into_it() -> None:
    assert notes(THREE, [(0, 15, 2, 0), (16, None, 1, 0)]) == [
        (0, "same", ""),
        (11, "changed", "now in the tier below"),
        (16, "same", "starts at 16, not 11"),
        (21, "gone", "merged into the tier above"),
    ]


def test_new_prices_and_those_that_go_have_one_side() -> None:
    assert [(row.sign, row.price_before) for row in rows((), TWO)] == [(Sign.NEW, None)] * 2
    assert [(row.sign, row.price_after) for row in rows(TWO, ())] == [(Sign.GONE, None)] * 2


def test_the_flat_amount_of_a_graduated_tier_is_paid_once_that_of_a_volume_tier_by_all() -> None:
    flat: list[Row] = [(0, None, 1, 5)]
    split: list[Row] = [(0, 10, 1, 5), (11, None, 1, 5)]
    assert [(row.flat_before, row.flat_after) for row in rows(flat, split)] == [(5, 5), (0, 5)]
    assert [(row.flat_before, row.flat_after) for row in rows(flat, split, "volume")] == [(5, 5), (5, 5)]


def test_tiers_that_touch_are_shown_touching() -> None:
    touching: list[Row] = [(0, 10, 2, 0), (10, None, 1, 0)]
    assert [row.start for row in rows([(0, None, 1, 0)], touching)] == [0, 10]


@given(ENDS, ENDS, st.integers(1, 40))
def test_every_usage_has_the_price_of_its_tier_on_both_sides(one: list[int], other: list[int], units: int) -> None:
    sides = []
    for salt, ends in enumerate((one, other)):
        starts = [0, *(end + 1 for end in ends)]
        sides.append([(start, end, start + salt, 0) for start, end in zip(starts, [*ends, None], strict=True)])
    row = next(row for row in rows(*sides) if row.end is None or units <= row.end)
    expected = [next(amount for _, end, amount, _ in side if end is None or units <= end) for side in sides]
    assert [row.price_before, row.price_after] == expected


def test_rates_are_prices_too() -> None:
    found = rows([(0, None, 1, 0)], [(0, None, 2, 0)], "graduated_percentage")
    assert (found[0].price_before, found[0].price_after, found[0].sign) == (1, 2, Sign.CHANGED)


def test_bounds_and_unit_prices_are_those_of_the_tiers() -> None:
    found = tiers_of(GRADUATED[0])
    assert bounds(found) == (10_000, 100_000)
    assert [each.unit_price for each in found] == [0, D("0.002"), D("0.0012")]
