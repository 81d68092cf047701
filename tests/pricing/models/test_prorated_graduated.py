import pytest

from lago_gitops.pricing.models import rate
from tests.pricing.samples import (
    BEFORE_1_51,
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
