from typing import Any

import pytest

from lago_gitops.pricing.catalog.items import Aggregation, Metric
from lago_gitops.pricing.models import price
from lago_gitops.render.prices.costs import BreakEven, UsageCost, comparison, usage_costs, verdict
from lago_gitops.render.prices.points import Point
from tests.render.prices.price_lists import GRADUATED, D, of, tiers


def test_its_bills_are_the_engines() -> None:
    at = tuple(D(units) for units in (10_000, 50_000, 100_000, 250_000, 1_000_000, 2_000_000, 5_000_000))
    found = usage_costs(*GRADUATED, Metric("calls", Aggregation.COUNT), map(Point, at))
    assert [each.before for each in found] == [0, 80, 180, 360, 1260, 2460, 6060]
    assert [each.after for each in found] == [0, 88, 198, 378, 1278, 2178, 4878]


def test_its_break_even_is_exact() -> None:
    found = comparison(*GRADUATED, None)
    assert found is not None
    assert found.break_even == (BreakEven(D(1_060_000), D(1332)),)


def test_usage_that_cannot_be_rated_has_no_amount() -> None:
    hole = price("volume", tiers((0, 10, 1, 0), (12, None, 1, 0), model="volume"))
    assert usage_costs(hole, None, None, (Point(D(11)), Point(D(12)))) == (UsageCost(D(12), None, D(12), None),)
    assert usage_costs(of("dynamic"), of("custom"), None, (Point(D(1)),)) == ()


@pytest.mark.parametrize(
    ("before", "after", "said"),
    [
        (of("standard", amount="1"), of("standard", amount="2"), "dearer at any usage; more usage never costs less"),
        (of("standard", amount="2"), of("standard", amount="1"), "cheaper at any usage; more usage never costs less"),
        (
            of("standard", amount="1"),
            price("volume", tiers((0, 10, 1, 0), (11, None, "0.5", 0), model="volume")),
            "same up to 10, cheaper above; one unit more costs less at 10",
        ),
        (
            of("standard", amount="3"),
            price("graduated", tiers((0, None, 0, 10))),
            "dearer below 3.33, cheaper above; more usage never costs less",
        ),
    ],
)
def test_the_verdict_says_who_pays_more(before: Any, after: Any, said: str) -> None:
    found = comparison(before, after, None)
    assert found is not None
    assert verdict(found) == said


def test_a_step_from_tier_to_tier_is_no_break_even() -> None:
    found = comparison(
        of("standard", amount="1"), price("volume", tiers((0, 10, 2, 0), (11, None, "0.5", 0), model="volume")), None
    )
    assert found is not None
    assert (len(found.stretches), found.break_even) == (2, ())


def test_prices_without_curve_have_no_verdict() -> None:
    package = of("package", amount="5", package_size=10, free_units=0)
    assert comparison(package, package, None) is None
    assert comparison(None, package, None) is None


def test_free_units_that_never_apply_are_not_counted() -> None:
    free, plain = of("percentage", rate="1", free_units_per_total_aggregation="100"), of("percentage", rate="1")
    told, untracked = (comparison(plain, free, Metric("m", kind)) for kind in (Aggregation.SUM, Aggregation.MAX))
    assert told is not None
    assert untracked is not None
    assert [each.sign for each in (*told.stretches, *untracked.stretches)] == [-1, 0]
