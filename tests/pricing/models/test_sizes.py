from decimal import Decimal

import pytest

from lago_gitops.pricing.models.percentage import Percentage, asks_for_sizes
from lago_gitops.pricing.models.standard import Standard

D = Decimal


@pytest.mark.parametrize(
    ("price", "asks"),
    [
        (Standard(D(1)), False),
        (Percentage(D(1)), False),
        (Percentage(D(1), fixed_amount=D(1)), False),
        (Percentage(D(1), free_aggregation=D(9)), False),
        (Percentage(D(1), fixed_amount=D(1), free_aggregation=D(9)), True),
        (Percentage(D(1), free_events=1), True),
        (Percentage(D(1), min_amount=D(0)), True),
        (Percentage(D(1), max_amount=D(0)), True),
    ],
)
def test_a_price_that_tells_events_apart_asks_for_their_sizes(price: object, asks: bool) -> None:
    assert asks_for_sizes(price) is asks
