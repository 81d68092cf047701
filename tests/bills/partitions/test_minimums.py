"""What tops usage up to the minimum of its charge, whichever partitions its rows are in."""

from dataclasses import replace
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lago_gitops.bills.audit.listings import Place
from lago_gitops.bills.partitions.rows import FeeRow, flat, read
from lago_gitops.bills.partitions.sums import Prices, Sum, rated, together
from lago_gitops.pricing.base.rules import LATEST
from lago_gitops.pricing.catalog import reading
from lago_gitops.pricing.catalog.items import Plan
from tests.bills.audit.billing import billed

GB = reading.metric({"code": "gb", "aggregation_type": "sum_agg", "field_name": "gb"})


def plan(amount: str, minimum: int, **more: Any) -> Plan:
    charge = {"code": "gb", "billable_metric_code": "gb", "charge_model": "standard", "properties": {"amount": amount}}
    charges = [{**charge, "min_amount_cents": minimum, **more}]
    fields = {"code": "p", "interval": "monthly", "amount_cents": 0, "amount_currency": "USD", "charges": charges}
    return reading.plan(fields, {"gb": GB}, {})


def prices(now: Plan, after: Plan) -> Prices:
    return Prices({"p": now}, {"p": after}, LATEST)


def row(units: str, cents: int, **more: Any) -> FeeRow:
    said = {"charge_code": "gb", "units": units, "amount_cents": cents, "precise_amount": str(Decimal(cents) / 100)}
    return FeeRow(billed({**said, **more}), Place("p", "gb"))


def topped_up(cents: int) -> FeeRow:
    return row("1", cents, true_up_of={"item_type": "charge"})


def total(rows: list[FeeRow], by: Prices) -> Sum:
    (found,) = together([rated(rows, by)], by).values()
    return found


USED = [row("100", 1000), row("30", 300)]  # at 0.10


def test_a_lower_price_is_topped_up_and_a_higher_one_less_so() -> None:
    now = plan("0.1", 2000)
    rows = [*USED, topped_up(700)]
    assert total(rows, prices(now, plan("0.05", 2000))) == Sum(3, 2000, 2000, 2000)
    assert total(rows, prices(now, plan("0.2", 2000))) == Sum(3, 2000, 2000, 2600)
    assert total(rows, prices(now, plan("0.1", 5000))) == Sum(3, 2000, 2000, 5000)
    assert total(rows, prices(now, plan("0.1", 0))) == Sum(3, 2000, 2000, 1300)


def test_usage_that_reached_its_minimum_can_fall_below_it() -> None:
    assert total(USED, prices(plan("0.1", 1200), plan("0.05", 1200))) == Sum(2, 1300, 1300, 1200)


def test_a_part_of_a_period_has_a_part_of_the_minimum() -> None:
    """From the 16th of October on: 16 days of 31."""
    began = datetime(2026, 10, 16, tzinfo=UTC)
    late = [replace(each, fee=replace(each.fee, start=began)) for each in (row("10", 100), topped_up(932))]
    assert total(late, prices(plan("0.1", 2000), plan("0.1", 4000))) == Sum(2, 1032, 1032, 2065)


def test_what_the_minimum_does_not_make_is_counted_apart() -> None:
    now = plan("0.1", 2000)
    assert total([*USED, topped_up(701)], prices(now, now)) == Sum(2, 1300, 1300, 1300, 1, 701)


def test_usage_alone_of_which_nothing_was_topped_up_is_left_so() -> None:
    """As Lago tells it of closed periods."""
    assert total(USED, prices(plan("0.1", 2000), plan("0.05", 2000))) == Sum(2, 1300, 1300, 650)


@pytest.mark.parametrize("more", [{}, {"applied_pricing_unit": {"code": "c", "conversion_rate": "2"}}])
def test_without_a_minimum_or_in_credits_a_row_that_tops_up_is_counted_apart(more: dict[str, Any]) -> None:
    now = plan("0.1", 2000 if more else 0, **more)
    assert total([topped_up(700)], prices(now, now)) == Sum(unrated=1, unrated_billed=700)


def test_where_usage_can_not_be_rated_neither_can_what_tops_it_up() -> None:
    custom = plan("0.1", 2000, charge_model="custom", properties={})
    assert total([USED[0], topped_up(1000)], prices(custom, custom)) == Sum(unrated=2, unrated_billed=2000)


@given(st.permutations([*USED, topped_up(700)]), st.integers(0, 3))
def test_rows_of_a_period_find_each_other_across_partitions(rows: list[FeeRow], cut: int) -> None:
    by = prices(plan("0.1", 2000), plan("0.05", 2500))
    again = [read(flat(each)) for each in rows]
    (found,) = together([rated(part, by) for part in (again[:cut], again[cut:])], by).values()
    assert found == Sum(3, 2000, 2000, 2500)
