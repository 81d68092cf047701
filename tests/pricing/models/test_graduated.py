import pytest

from lago_gitops.pricing.base.rules import LATEST, Rules
from lago_gitops.pricing.models import amount, rate
from tests.pricing.samples import (
    BEFORE_1_51,
    D,
    details,
    graduated,
    units,
)


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
