from datetime import datetime
from decimal import Decimal
from typing import Any

import pytest

from tests.sandbox.calls import Calls
from tests.sandbox.months import at_new_year

Revenue = list[tuple[str, Any, Any]]


def revenue(lago: Calls, query: str = "") -> Revenue:
    """Month, cents and currency of each row."""
    rows = lago.get(f"analytics/mrr{query}").body["mrrs"]
    return [(row["month"][:7], row["amount_cents"], row["currency"]) for row in rows]


def billed(*days: str, **plan: object) -> Calls:
    """A customer of a plan from New Year's midnight on, billed on these days of 2026."""
    lago = at_new_year(premium=True, starts_at=datetime.fromisoformat("2026-01-01T00:00:00Z"))
    lago.now = "2026-01-01T00:00:00Z"
    lago.tax(applied_to_organization=True)
    lago.plan(**plan)
    lago.subscription()
    for day in days:
        lago.now = f"2026-{day}T12:00:00Z"
        lago.post("/sandbox/bill", {"now": lago.now})
    return lago


def test_figures_need_a_licence() -> None:
    """Recorded: an-mrr."""
    refused = Calls().get("analytics/mrr")
    assert (refused.status, refused.body["code"]) == (403, "feature_unavailable")


def test_a_month_s_revenue_is_that_of_the_plans_invoiced_in_it_with_taxes() -> None:
    lago = billed("02-01", "03-01", amount_cents=1000)
    expected = [("2026-01", None, None), ("2026-02", "1200.0", "USD"), ("2026-03", "1200.0", "USD")]
    assert revenue(lago) == expected
    assert revenue(lago, "?months=1&currency=usd") == expected[-1:]
    assert revenue(lago, "?currency=EUR") == []


@pytest.mark.parametrize(
    ("plan", "day", "expected"),
    [
        ({"interval": "quarterly"}, "04-01", ["2026-02", "2026-03", "2026-04"]),
        ({"interval": "yearly", "pay_in_advance": True}, "03-09", ["2026-01", "2026-02", "2026-03"]),
        ({"interval": "semiannual", "pay_in_advance": True}, "04-09", ["2026-01", "2026-02", "2026-03", "2026-04"]),
    ],
)
def test_a_longer_period_is_spread_back_in_arrears_and_forth_in_advance(
    plan: dict[str, object], day: str, expected: list[str]
) -> None:
    lago = billed(day, amount_cents=9000, **plan)
    earning = [(month, Decimal(cents)) for month, cents, _ in revenue(lago) if cents is not None]
    assert [month for month, _ in earning] == expected
    if "pay_in_advance" not in plan:
        assert sum(cents for _, cents in earning) == 9000 * Decimal("1.2")


def test_weeks_count_by_their_average() -> None:
    lago = billed("01-05", "01-12", amount_cents=700, interval="weekly")
    first, second = Decimal(480), Decimal(840)  # the first week began on a Thursday
    assert revenue(lago) == [("2026-01", str((first + second) / 2 * Decimal("4.33")).rstrip("0"), "USD")]


def test_collections_have_a_row_for_months_without_invoices() -> None:
    lago = billed("02-01", amount_cents=1000)
    rows = lago.get("analytics/invoice_collection").body["invoice_collections"]
    assert [(row["month"][:7], row["payment_status"], row["amount_cents"]) for row in rows] == [
        ("2026-01", None, 0.0),
        ("2026-02", "pending", 1200.0),
    ]
