import json
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lago_gitops.lago.http.payload import decode, encode

NUMBERS = st.decimals(allow_nan=False, allow_infinity=False)
PLAIN = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(st.characters(codec="utf-8")),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(st.characters(codec="utf-8")), inner),
)
EXACT = st.recursive(
    st.none() | st.booleans() | st.text(st.characters(codec="utf-8")) | NUMBERS,
    lambda inner: st.lists(inner) | st.dictionaries(st.text(st.characters(codec="utf-8")), inner),
)


@given(NUMBERS)
def test_a_decimal_is_written_with_its_own_digits(number: Decimal) -> None:
    written = json.loads(encode({"rate": number}), parse_float=Decimal, parse_int=Decimal)["rate"]
    assert written.as_tuple() == number.as_tuple() or (not number and written == number)


@given(EXACT)
def test_with_decimals_inside_everything_comes_back(body: object) -> None:
    assert json.loads(encode([body, Decimal("0.1")]), parse_float=Decimal, parse_int=Decimal) == [body, Decimal("0.1")]


@given(PLAIN)
def test_what_is_written_is_read_again(body: object) -> None:
    assert decode(encode(body)) == body


@given(PLAIN)
def test_the_way_for_decimals_writes_all_else_alike(body: object) -> None:
    assert encode([Decimal("1.5"), body]) == b"[1.5," + encode(body) + b"]"


def test_a_price_sent_as_text_stays_text() -> None:
    assert encode({"amount": "0.0020", "rate": Decimal("20.0")}) == b'{"amount":"0.0020","rate":20.0}'


def test_fractions_are_read_as_decimals() -> None:
    assert repr(decode(b'{"rate": 0.10, "cents": 10}')) == "{'rate': Decimal('0.10'), 'cents': 10}"


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"<html>",
        b'{"a": 1',
        b"NaN",
        b'{"a": -Infinity}',
        b"\xff",
        b"[" * 100_000,
        b"9" * 5_000,
        b"1e1001",
        b"1e-999999999",
        b'"\\ud800"',
        b'{"\\uDFFF": 1}',
        b'"\xed\xa0\x80"',
        '"a"'.encode("utf-16"),
    ],
)
def test_anything_else_than_json_is_a_value_error(content: bytes) -> None:
    with pytest.raises(ValueError):  # noqa: PT011 -- the codec's own words
        decode(content)


def test_a_character_of_two_halves_is_one() -> None:
    assert decode(b'["\\ud83d\\ude00", 1e1000]') == ["😀", Decimal("1e1000")]


@pytest.mark.parametrize("number", [Decimal("NaN"), Decimal("Infinity"), Decimal("-Infinity"), float("nan")])
def test_what_is_no_number_is_not_sent(number: object) -> None:
    with pytest.raises(ValueError):  # noqa: PT011 -- json's own words
        encode({"rate": number})


@pytest.mark.parametrize("body", [{"a": object()}, {"a": {1, 2}}, {"a": Decimal(1), 2: "b"}])
def test_what_json_has_no_form_for_is_not_sent(body: object) -> None:
    with pytest.raises(TypeError):
        encode(body)
