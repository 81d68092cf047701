from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lago_gitops.sandbox.base.values.numerals import amount, is_number, is_price, plain


@pytest.mark.parametrize("price", ["1e2", "1.0e-7", " 1 ", "+1", ".5", "5.", "1_000", "-0", "-0.0", "00.10", "1e400"])
def test_lago_takes_these_for_prices(price: str) -> None:
    assert is_price(price)


@pytest.mark.parametrize(
    "price",
    [
        *("1,000", "1 000", "0x10", "NaN", "Infinity", "1.5.2", "٣", "abc", "", ".", "1__0", "_1", "1_", "1e", "-1"),
        *(1, 1.5, 0, True, None, [], {}),  # what isn't text is no price
    ],
)
def test_lago_takes_these_for_no_prices(price: object) -> None:
    assert not is_price(price)


@given(st.decimals(allow_nan=False, allow_infinity=False, places=6))
def test_a_price_is_read_exactly(number: Decimal) -> None:
    assert amount(f"{number:f}") == number


@given(st.decimals(allow_nan=False, allow_infinity=False, min_value=-(10**12), max_value=10**12))
def test_plain_text_says_the_same_number(number: Decimal) -> None:
    shown = plain(number)
    assert Decimal(shown) == number
    assert "e" not in shown.lower()
    assert "." in shown


@pytest.mark.parametrize("sent", [1, 1.5, "1", " 1 ", "-1.5", "1e3"])
def test_numbers_and_their_texts_are_numbers(sent: object) -> None:
    assert is_number(sent)


@pytest.mark.parametrize("sent", [None, True, "", "abc", "1x", "1,5"])
def test_other_things_are_no_numbers(sent: object) -> None:
    assert not is_number(sent)
