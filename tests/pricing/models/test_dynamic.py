from dataclasses import replace

import pytest

from lago_gitops.pricing.base.errors import UnsupportedError
from lago_gitops.pricing.models import price, rate
from tests.pricing.samples import D, dynamic, units


@pytest.mark.parametrize(("subunits", "amount"), [(100, "10.00"), (1, "1000"), (1000, "1")])
def test_the_amounts_of_events_are_cents_of_the_currency(subunits: int, amount: str) -> None:
    usage = replace(units(4), precise_total_amount_cents=D(1000))
    found = rate(dynamic(), usage, subunits=subunits)
    assert (found.amount, found.unit_amount) == (D(amount), D(amount) / 4)


def test_without_units_nothing_is_due_whatever_the_events_bring() -> None:
    assert rate(dynamic(), replace(units(0), precise_total_amount_cents=D(1000))).amount == 0


def test_a_price_that_only_the_server_knows_is_not_rated() -> None:
    with pytest.raises(UnsupportedError, match="a program inside the Lago server"):
        rate(price("custom", {}), units(1))
