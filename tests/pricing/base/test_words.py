from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lago_gitops.core.model.plurals import counted
from lago_gitops.pricing.base.words import figure, money, percent, percent_range, signed_percent

D = Decimal


@pytest.mark.parametrize(
    ("amount", "currency", "shown"),
    [
        ("1234.5", "EUR", "€1,234.50"),
        ("0.002", "EUR", "€0.002"),
        ("-1.5", "USD", "−$1.50"),
        ("9900", "JPY", "¥9,900"),
        ("12.3", "KWD", "KWD 12.300"),
        ("5", "credits", "credits 5.00"),
        ("1E+3", "GBP", "£1,000.00"),
    ],
)
def test_money_has_its_symbol_and_all_its_decimals(amount: str, currency: str, shown: str) -> None:
    assert money(D(amount), currency) == shown


def test_decimals_can_be_said() -> None:
    assert [money(D("0.002"), "EUR", decimals) for decimals in (0, 2, 4)] == ["€0", "€0.00", "€0.0020"]


@pytest.mark.parametrize(("value", "shown"), [("1000000", "1,000,000"), ("0.50", "0.5"), ("-3", "−3"), ("0", "0")])
def test_figures_have_their_thousands_apart(value: str, shown: str) -> None:
    assert figure(D(value)) == shown


@pytest.mark.parametrize(
    ("before", "after", "shown"),
    [
        ("100", "110", "+10%"),
        ("1260", "1278", "+1.4%"),
        ("2460", "2178", "−11.5%"),
        ("5", "5", "–"),
        ("0", "5", "new"),
        ("5", "0", "−100%"),
        ("10000", "10001", "+<0.1%"),
        ("10001", "10000", "−<0.1%"),
        ("1", "31", "+3,000%"),
    ],
)
def test_percentages_have_a_sign_and_at_most_one_decimal(before: str, after: str, shown: str) -> None:
    assert percent(D(before), D(after)) == shown


@given(st.decimals(min_value=-(10**9), max_value=10**9, places=6))
def test_no_digit_of_an_amount_is_lost(amount: Decimal) -> None:
    assert D(money(amount, "EUR").replace("€", "").replace(",", "").replace("−", "-")) == amount


def test_nouns_agree() -> None:
    assert [counted(number, "charge") for number in (0, 1, 2)] == ["0 charges", "1 charge", "2 charges"]


def test_shares_are_said_from_the_least_to_the_largest_and_equal_ones_once() -> None:
    assert percent_range(map(Decimal, ("3", "2.96"))) == "+3%"
    assert percent_range(map(Decimal, ("10", "-2.55", "0.01"))) == "−2.6% to +10%"
    assert signed_percent(Decimal("-0.01")) == "−<0.1%"
