"""Rows are rated to the same sums, however they are divided and in whatever order they come."""

import csv
import io
from collections.abc import Iterable
from dataclasses import replace
from datetime import UTC, datetime
from decimal import Decimal
from functools import cache

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lago_gitops.bills.audit.billed import billed_fee
from lago_gitops.bills.partitions.rows import COLUMNS, FeeRow, RowError, flat, read
from lago_gitops.bills.partitions.sums import Prices, Sum, Sums, rated, together
from lago_gitops.pricing.base.rules import LATEST
from lago_gitops.workflow.audit.lago import AskedLago
from lago_gitops.workflow.audit.price_lists import Stated, stated_price_lists
from lago_gitops.workflow.organization.reading import read_organization
from tests.workflow.audit.auditing import ENVIRONMENT, V1, V2, organization


@cache
def rows() -> tuple[FeeRow, ...]:
    """The fees of an organization of 14 customers over three months."""
    recorded = organization()
    with recorded.access.reader() as client:
        lago = AskedLago(client, read_organization(client, recorded.access, ENVIRONMENT), {})
        fees = [fee for fee in map(billed_fee, client.pages("fees")) if fee is not None]
        return tuple(FeeRow(fee, place) for fee in fees if (place := lago.place(fee)) is not None)


@cache
def prices() -> Prices:
    """Of the second price list, after the first."""
    at = datetime(2026, 1, 1, tzinfo=UTC)
    now, after = (stated_price_lists([Stated(at, folder)], ENVIRONMENT).book.at(at) for folder in (V1, V2))
    assert now is not None
    assert after is not None
    return Prices(now.plans, after.plans, LATEST)


def sums(some: Iterable[FeeRow], by: Prices) -> Sums:
    """Of one partition."""
    return together([rated(some, by)], by)


@settings(max_examples=10)
@given(st.data())
def test_sums_hang_neither_on_the_order_of_rows_nor_on_partitions(data: st.DataObject) -> None:
    shuffled = data.draw(st.permutations(rows()))
    cuts = sorted(data.draw(st.lists(st.integers(0, len(shuffled)), max_size=5)))
    parts = [shuffled[start:end] for start, end in zip([0, *cuts], [*cuts, len(shuffled)], strict=True)]
    assert together((rated(part, prices()) for part in parts), prices()) == sums(rows(), prices())


def test_every_row_is_in_one_sum_rated_or_not() -> None:
    found = sums(rows(), prices()).values()
    assert sum(one.rows + one.unrated for one in found) == len(rows())
    assert sum(one.billed + one.unrated_billed for one in found) == sum(row.fee.amount_cents for row in rows())


def test_details_of_any_number_are_written_and_read() -> None:
    """Bounds of tiers can be parts of a unit."""
    row = next(row for row in rows() if row.fee.details)
    tier = {"from_value": Decimal("0.5"), "to_value": None, "units": "1.0"}
    odd = replace(row, fee=replace(row.fee, details={"graduated_percentage_ranges": [tier]}))
    (found,) = read(flat(odd)).fee.details["graduated_percentage_ranges"]
    assert Decimal(found["from_value"]) == Decimal("0.5")


def test_a_row_is_rated_after_it_was_written_and_read_as_before() -> None:
    text = io.StringIO()
    writer = csv.DictWriter(text, COLUMNS)
    writer.writeheader()
    writer.writerows(map(flat, rows()))
    text.seek(0)
    assert sums(map(read, csv.DictReader(text)), prices()) == sums(rows(), prices())


def test_rated_with_their_own_prices_the_rows_cost_what_was_billed() -> None:
    """But for the 23 that follow no price list, and those of overridden subscriptions."""
    at = {row.fee.created_at for row in rows()}
    assert len(at) > 1
    now = prices().now
    exact = [one for row in rows() for one in sums([row], Prices(now, now, LATEST)).values() if one.now == one.billed]
    assert len(exact) > 100


def test_a_charge_that_the_plan_has_no_longer_costs_nothing_after() -> None:
    row = next(row for row in rows() if row.place.charge and sums([row], prices())[key(row)].now)
    plan = prices().now[row.place.plan]
    without = {**prices().now, plan.code: replace(plan, charges=(), fixed_charges=())}
    (found,) = sums([row], Prices(prices().now, without, LATEST)).values()
    assert (found.now, found.after) == (row.fee.amount_cents, 0)


def test_what_needs_the_rest_of_its_invoice_is_counted_apart() -> None:
    row = replace(rows()[0], fee=replace(rows()[0].fee, true_up_of="f", amount_cents=7))
    assert list(sums([row], prices()).values()) == [Sum(unrated=1, unrated_billed=7)]


def key(row: FeeRow) -> tuple[str, str, str, str]:
    return row.place.plan, row.place.charge, row.fee.item_type.value, row.fee.currency


def test_subscriptions_are_hashed_unless_they_are_asked_for() -> None:
    row = rows()[0]
    assert row.fee.subscription not in flat(row).values()
    assert flat(row, hashes=False)["subscription"] == row.fee.subscription


@pytest.mark.parametrize(
    ("column", "value", "said"),
    [("units", "", "units is missing"), ("item_type", "gift", "'gift' is not"), ("amount_cents", "a lot", "a lot")],
)
def test_a_row_that_is_none_says_why(column: str, value: str, said: str) -> None:
    with pytest.raises(RowError, match=said):
        read({**flat(rows()[0]), column: value})


def test_columns_that_a_warehouse_does_not_have_are_empty() -> None:
    whole = flat(next(row for row in rows() if row.fee.group == frozenset()))
    some = {
        name: whole[name]
        for name in ("item_type", "plan", "charge", "subscription", "from", "to", "currency", "amount_cents", "units")
    }
    assert read(some).fee.events_count == 0
