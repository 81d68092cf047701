import pytest

from lago_gitops.pricing.base.errors import UnratableError
from lago_gitops.pricing.models import rate
from tests.pricing.samples import (
    BEFORE_1_51,
    D,
    graduated,
    stepped,
)


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


@pytest.mark.parametrize(
    ("full", "prorated", "amount"),
    [
        ([6, 2], [6, 1], 60),  # at the very end of a tier, units of the next event are the tier's own price
        ([5, 1, 2], [5, 1, 1], 75),
        ([8, -5], [4, -1], 32),
        ([8, -5, 4], [4, -1, 1], "43.25"),
        ([8, -2, -2], [8, -1, -1], 75),  # what a fall leaves is priced where it is left, not where it was
        ([20, 0], [10, 0], 70),
    ],
)
def test_prorated_units_are_priced_by_the_tier_in_which_the_walk_leaves_them(
    full: list[object], prorated: list[object], amount: object
) -> None:
    """As in Lago, whose tiers of one unit, or that touch, don't simply share out an event."""
    tiers = graduated((0, 5, 10, 0), (6, 6, 20, 0), (7, None, 5, 0))
    assert rate(tiers, stepped(full, prorated)).amount == D(str(amount))


@pytest.mark.parametrize(
    ("full", "prorated", "amount"),
    [([8, -5], [4, -1], "26.5"), ([8, -5, 4], [4, -1, 1], 34), ([8, -2, -2], [8, -1, -1], 55), ([20], [10], "62.5")],
)
def test_prorated_units_fall_from_a_tier_that_touches_the_one_below(
    full: list[object], prorated: list[object], amount: object
) -> None:
    tiers = graduated((0, 5, 10, 0), (5, None, 5, 0))
    assert rate(tiers, stepped(full, prorated)).amount == D(str(amount))


def test_prorated_units_find_no_way_through_tiers_that_do_not_meet() -> None:
    with pytest.raises(UnratableError, match="let the tiers meet"):
        rate(graduated((0, 5, 10, 0), (8, None, 5, 0)), stepped([20], [10]))


@pytest.mark.parametrize(
    ("full", "prorated", "amount"),
    [
        ([-2, -8, 8, 2], [-2, 0, 0, 1], 100),
        ([8, -8], [4, 0], 205),
        ([4, -1, 8, -8, -4], [0, 0, 8, -4, -2], 0),
        ([10, 4], [5, 0], 206),
        ([-8, -2, 4], [-4, -2, 2], 0),
        ([2, -1, -1, 10, 8], [2, -0.5, 0, 10, 8], 285),
        ([6, 10, -4, 4], [6, 0, -2, 2], 220),
        ([-2, 4, -4, 10], [-2, 0, -2, 10], 160),
        ([-4, 1, 6, 4, -8], [0, 0.5, 6, 4, -8], 205),
        ([4, 6, -2], [4, 0, -2], 120),
        ([8, -2, 8, 4, 4], [8, -2, 8, 4, 2], 272),
        ([-4, -2, -1], [-2, -1, 0], 0),
        ([10, 1, -8, 4, 2], [5, 1, -4, 2, 1], 221),
        ([-2, 10, 6, 4], [-1, 0, 3, 4], 240),
        ([4, 6, -8, -4, 6], [0, 6, -4, -2, 3], 185),
        ([2, -8], [1, 0], 110),
    ],
)
def test_adds_and_removes_walk_up_and_down_three_tiers(full: list[object], prorated: list[object], amount: int) -> None:
    """As Lago's own walk prices them, each add with what proration leaves of it, or nothing."""
    tiers = graduated((0, 5, 10, 100), (6, 8, 20, 50), (9, None, 1, 0))
    assert rate(tiers, stepped(full, prorated)).amount == amount
