from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lago_gitops.sandbox.base.errors import RefusedError
from lago_gitops.sandbox.base.values import (
    amount,
    boolean,
    exact,
    floating,
    integer,
    is_number,
    is_price,
    moment,
    plain,
    text,
)


@pytest.mark.parametrize("word", ["0", "f", "F", "false", "FALSE", "off", "OFF", False, 0])
def test_only_the_words_for_false_are_false(word: object) -> None:
    assert boolean(word) is False


@pytest.mark.parametrize("word", ["no", "yes", "true", "x", 1, True, 2.5])
def test_anything_else_is_true(word: object) -> None:
    assert boolean(word) is True


@pytest.mark.parametrize("nothing", [None, ""])
def test_no_text_is_null_in_every_column_but_text(nothing: object) -> None:
    assert [cast(nothing) for cast in (boolean, integer, floating, exact(5, 10))] == [None] * 4


@pytest.mark.parametrize(
    ("sent", "kept"), [("1000", 1000), (10.9, 10), ("10.9", 10), (-2.5, -2), ("abc", 0), (" 7x", 7)]
)
def test_an_integer_is_cut_out_of_what_is_sent(sent: object, kept: int) -> None:
    assert integer(sent) == kept


@pytest.mark.parametrize("number", [2**63, -(2**63) - 1, 1e30])
def test_a_number_beyond_the_column_is_a_crash(number: object) -> None:
    with pytest.raises(RefusedError) as refused:
        integer(number)
    assert refused.value.status == 500


@pytest.mark.parametrize(("sent", "kept"), [("1e1", 10.0), (" 5 ", 5.0), (7, 7.0), ("abc", 0.0), ("7abc", 7.0)])
def test_a_float_is_read_as_far_as_it_goes(sent: object, kept: float) -> None:
    assert floating(sent) == kept


@pytest.mark.parametrize(("sent", "kept"), [("10", "10.0"), (12.5, "12.5"), ("33.333333", "33.33333"), ("abc", "0.0")])
def test_a_decimal_column_has_its_own_number_of_places(sent: object, kept: str) -> None:
    assert exact(5, 10)(sent) == kept


def test_a_wide_column_keeps_all_its_digits() -> None:
    assert exact(15, 40)("1234567890123456789012345.000000000000001") == "1234567890123456789012345.000000000000001"


def test_a_decimal_beyond_its_column_is_a_crash() -> None:
    with pytest.raises(RefusedError):
        exact(5, 10)("100000")


@pytest.mark.parametrize(
    ("sent", "kept"), [(77, "77"), (1.5, "1.5"), (True, "t"), (False, "f"), (None, None), ("", "")]
)
def test_text_columns_take_anything(sent: object, kept: str | None) -> None:
    assert text(sent) == kept


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


@pytest.mark.parametrize(
    ("sent", "shown"),
    [
        ("2099-01-01", "2099-01-01T00:00:00+00:00"),
        ("2064-12-13 12:00:00", "2064-12-13T12:00:00+00:00"),
        ("2099-01-01T00:00:00+05:00", "2098-12-31T19:00:00+00:00"),
    ],
)
def test_a_time_without_a_zone_is_utc(sent: str, shown: str) -> None:
    found = moment(sent)
    assert found is not None
    assert found.isoformat() == shown


@pytest.mark.parametrize("sent", [None, 5, "tomorrow", ""])
def test_what_is_no_time_is_none(sent: object) -> None:
    assert moment(sent) is None
