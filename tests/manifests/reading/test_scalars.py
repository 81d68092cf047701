from decimal import Decimal

import pytest

from lago_gitops.manifests.reading.scalars import Odd, Scalar, resolved


@pytest.mark.parametrize("text", ["", "~", "null", "Null", "NULL"])
def test_null(text: str) -> None:
    assert resolved(text) is None


@pytest.mark.parametrize(("text", "value"), [("true", True), ("false", False)])
def test_booleans(text: str, value: bool) -> None:
    assert resolved(text) is value


@pytest.mark.parametrize(
    ("text", "value"),
    [("0", 0), ("-7", -7), ("12345678901234567890", 12345678901234567890)],
)
def test_integers(text: str, value: int) -> None:
    assert resolved(text) == value
    assert type(resolved(text)) is int


@pytest.mark.parametrize(
    ("text", "value"),
    [
        *(("+7", 7), ("-0", 0), ("0o17", 15), ("0x1F", 31), ("TRUE", True), ("False", False)),
        *((text, Decimal(text)) for text in (".5", "1.", "1e3", "1.5E-3", "0e0", "+0.5")),
    ],
)
def test_a_value_that_would_be_written_otherwise_keeps_its_text(text: str, value: Scalar) -> None:
    found = resolved(text)
    assert isinstance(found, Odd)
    assert (found.text, found.value, type(found.value), found.message) == (text, value, type(value), "")


@pytest.mark.parametrize("text", ["1.10", "-0.002", "12345678901234567890.123456789", "0.1", "-0.0", "0.0000001"])
def test_decimals_keep_every_digit(text: str) -> None:
    value = resolved(text)
    assert isinstance(value, Decimal)
    assert value.as_tuple() == Decimal(text).as_tuple()


@pytest.mark.parametrize(
    "text",
    [
        *("no", "No", "NO", "yes", "on", "off", "y", "n", "tRUE", "nULL", "None"),
        *("22:22", "1_000", "2024-01-01", "2024-01-01T10:00:00Z", "0b11", "-0x1F", "0o8", "0x", "1.2.3", "1e", "e3"),
        *("-", "+", ".", "..", "-.", "--1", ".e3", "inf", "nan", "-nan", "+.nan", "<<", "=", "١٢", "vat_standard"),
    ],
)
def test_everything_else_is_text(text: str) -> None:
    assert resolved(text) == text


@pytest.mark.parametrize("text", ["00123", "017", "-007", "00.5", "01e3", "00", "09"])
def test_a_leading_zero_is_refused_since_it_may_be_a_code(text: str) -> None:
    assert resolved(text) == Odd(
        text, text, f"{text} starts with a zero, so it may be a code or a number", f'quote the code: "{text}"'
    )


@pytest.mark.parametrize("text", [".inf", "-.Inf", "+.INF", ".nan", ".NaN"])
def test_infinity_and_not_a_number_are_refused(text: str) -> None:
    assert isinstance(resolved(text), Odd)


@pytest.mark.parametrize("text", ["1e101", "1e-101", "9" * 101, "1e999999999999999999999", "0." + "1" * 100])
def test_numbers_that_no_price_needs_are_refused(text: str) -> None:
    assert isinstance(resolved(text), Odd)


@pytest.mark.parametrize(("text", "value"), [("9" * 100, 10**100 - 1), ("1e100", Odd("1e100", Decimal("1e100")))])
def test_a_hundred_digits_are_read(text: str, value: Scalar | Odd) -> None:
    assert resolved(text) == value
