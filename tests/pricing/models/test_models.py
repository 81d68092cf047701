import pytest

from lago_gitops.pricing.base.errors import InvalidPriceError, UnratableError
from lago_gitops.pricing.models import price, rate, tiers_of
from tests.pricing.samples import (
    graduated,
    graduated_percentage,
    standard,
    units,
    volume,
)


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


def test_figures_beyond_all_sense_are_an_error_and_not_a_wrong_sum() -> None:
    with pytest.raises(UnratableError, match="more than 10000 digits"):
        rate(graduated((0, None, "1e20000", "1")), units(1))


def test_prices_with_tiers_are_those_of_three_models() -> None:
    tier = (0, None, 2, 1)
    found = [tiers_of(one) for one in (graduated(tier), graduated_percentage(tier), volume(tier), standard(1), None)]
    assert [[(each.unit_price, each.flat_amount) for each in tiers] for tiers in found] == [[(2, 1)]] * 3 + [[], []]
