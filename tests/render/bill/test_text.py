from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lago_gitops.core.model.currencies import SUBUNITS
from lago_gitops.pricing.base.words import figure, money_of
from lago_gitops.pricing.catalog.items import ChargeFilter, PricingUnit
from lago_gitops.pricing.invoicing.billing import Periodic, bill
from lago_gitops.pricing.usage.given import Given
from lago_gitops.render.bill.document import About, bill_document
from lago_gitops.render.bill.text import bill_text, price
from tests.pricing.samples import (
    SUM,
    D,
    charge,
    graduated,
    graduated_percentage,
    package,
    percentage,
    standard,
    subscription,
    volume,
)
from tests.render.bill.bills import TAXES, TEN, document, of, text


def test_the_heading_says_what_is_billed() -> None:
    heading = bill_text(document(of()), lambda shown, _: shown).splitlines()[0]
    assert heading == "Plan (plan), monthly, EUR, 1 Oct 2026 – 31 Oct 2026 (31 days)"


def test_coupons_and_taxes_stand_between_the_fees_and_the_total() -> None:
    assert text(of(), taxes=TAXES, coupons=(TEN,)) == [
        "                       amount",
        "plan                   €10.00",
        "─────────────────────────────",
        "Fees                   €10.00",
        "Coupon TEN             −€1.00",
        "Subtotal                €9.00",
        "Tax vat, 20% of €9.00   €1.80",
        "Total                  €10.80",
    ]


def test_a_fee_without_coupons_and_taxes_is_followed_by_the_total() -> None:
    assert text(of())[-1] == "Total  €10.00"


def rows(price_: Any, metric: Any = SUM, *given_: Given, **others: Any) -> list[list[str]]:
    """The cells of the lines of one charge."""
    lines = text(of(charge(metric, price_, **others)), *given_)
    return [[cell.strip() for cell in line.split("  ") if cell.strip()] for line in lines[2:-2]]


def test_graduated_tiers_have_units_prices_and_flat_amounts() -> None:
    tiers = graduated((0, 10000, 0, 0), (10001, None, "0.0020", 5))
    assert rows(tiers, SUM, Given(D(250000))) == [
        ["units", "250,000", "€485.00"],
        ["0 – 10,000", "10,000", "€0.00", "€0.00"],
        ["10,001 – ∞", "240,000", "€0.002", "€5.00", "€485.00"],
    ]


def test_graduated_percentages_have_rates() -> None:
    tiers = graduated_percentage((0, 100, 1, 0), (101, None, "0.5", 0))
    assert rows(tiers, SUM, Given(D(300))) == [
        ["units", "300", "€2.00"],
        ["0 – 100", "100", "1%", "€1.00"],
        ["101 – ∞", "200", "0.5%", "€1.00"],
    ]


def test_a_volume_is_one_line() -> None:
    assert rows(volume((0, 10, 2, 0), (11, None, 1, 3)), SUM, Given(D(20))) == [
        ["units", "20", "€1.00", "€3.00", "€23.00"]
    ]


def test_packages_are_counted() -> None:
    assert rows(package(3, 10, free=5), SUM, Given(D(31))) == [
        ["units", "31", "€9.00"],
        ["free", "5", "€0.00"],
        ["3 packages of 10", "26", "€3.00 each", "€9.00"],
    ]
    assert rows(package(3, 10), SUM, Given(D(1)))[1] == ["1 package of 10", "1", "€3.00 each", "€3.00"]
    assert rows(package(3, 10, free=5), SUM, Given(D(2)))[2] == ["0 packages of 10", "0", "€3.00 each", "€0.00"]


def test_percentages_have_shares_events_and_what_minimum_and_maximum_make_of_them() -> None:
    shared = percentage("1.5", "0.1", free_events=1, least="0.5")
    assert rows(shared, SUM, Given(D(100), 4)) == [
        ["units", "100", "€1.50"],
        ["free (1 event)", "25", "€0.00"],
        ["share", "75", "1.5%", "€1.125"],
        ["3 events", "€0.10 each", "€0.30"],
        ["minimum and maximum per event", "€0.075"],
    ]


def test_filters_groups_and_minimums_are_named() -> None:
    eu = ChargeFilter((("region", ("eu", "us")),), standard(2))
    storage = charge(SUM, standard(1), group_keys=("team",), filters=(eu,), min_amount_cents=1000)
    lines = text(of(storage), Given(D(1), None, {"region": "eu"}), Given(D(3), None, {"team": "a"}), Given(D(1)))
    assert [line.split("  ")[0] for line in lines[2:-2]] == [
        "units · eu, us",
        "units · team=a",
        "units · team=–",
        "Minimum of units",
    ]
    assert lines[-3].endswith("€4.00")


def test_pricing_units_are_converted_on_a_line_of_their_own() -> None:
    credits_ = rows(standard(2), SUM, Given(D(600)), pricing_unit=PricingUnit(D("0.01")))
    assert credits_ == [["units", "600", "€0.02", "€12.00"], ["1,200 in the pricing unit", "€0.01 each"]]


def test_a_part_of_the_fee_says_of_what() -> None:
    short = bill(subscription(of(), day=17), Periodic(date(2026, 11, 1))).invoice
    about = About("plan", "Plan", of().interval, date(2026, 10, 1), date(2026, 10, 31), {})
    lines = bill_text(bill_document(about, short), lambda shown, _: shown).splitlines()
    assert lines[3].split() == ["plan", "of", "€10.00", "€4.84"]


def test_notes_come_last() -> None:
    assert text(of(), notes=("x is left out",))[-2:] == ["", "note: x is left out"]


def test_codes_can_do_nothing_to_a_terminal() -> None:
    assert "\x1b" not in "".join(
        text(
            of(
                charge(SUM, standard(1)),
            ),
            notes=("a\x1b[2J",),
        )
    )


@pytest.mark.parametrize(
    ("cents", "currency", "shown"),
    [
        (123456789, "EUR", "€1,234,567.89"),
        (-5, "USD", "−$0.05"),
        (1500, "KWD", "KWD 1.500"),
        (1500, "JPY", "¥1,500"),
        (7, "MRO", "MRO 1.4"),
        (0, "EUR", "€0.00"),
    ],
)
def test_money_has_the_decimals_of_its_currency(cents: int, currency: str, shown: str) -> None:
    assert money_of(cents, currency) == shown


@given(st.integers(-(10**18), 10**18), st.sampled_from(sorted(SUBUNITS)))
def test_money_loses_nothing(cents: int, currency: str) -> None:
    shown = money_of(cents, currency).replace("−", "-").replace(",", "")
    amount = Decimal("".join(character for character in shown if character in "-.0123456789"))
    assert amount * SUBUNITS[currency] == cents


@pytest.mark.parametrize(
    ("amount", "shown"),
    [
        ("1", "€1.00"),
        ("0.0020", "€0.002"),
        ("1234.5", "€1,234.50"),
        ("0.000000000001", "€0.000000000001"),
        ("0.333333333333333", "≈€0.333333"),
    ],
)
def test_a_price_has_all_its_decimals_unless_it_is_a_quotient(amount: str, shown: str) -> None:
    assert price(D(amount), "EUR") == shown


def test_units_have_thousands_and_no_zeros_at_the_end() -> None:
    assert [figure(D(value)) for value in ("250000", "0.50", "-1000", "1E+3", "0.0")] == [
        "250,000",
        "0.5",
        "−1,000",
        "1,000",
        "0",
    ]
