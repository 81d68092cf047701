from decimal import ROUND_HALF_UP, Context, Decimal

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from lago_gitops.pricing.base.errors import InvalidPriceError
from lago_gitops.pricing.base.numbers import (
    ceiling,
    fdiv,
    float_text,
    floor,
    half_up,
    json_number,
    number,
    pg,
    quot,
    significant,
    text,
    through_float,
    to_cents,
)
from lago_gitops.pricing.base.rules import LATEST, Rules, rules_of
from tests.pricing.samples import BEFORE_1_51, D


@pytest.mark.parametrize(
    ("dividend", "divisor", "expected"),
    [
        ("17", "31", "0.54838709677419354839"),  # 20 decimals, since 17 < 31
        ("31", "17", "1.8235294117647059"),
        ("1", "10000", "0.00010000000000000000"),
        ("10000", "3", "3333.3333333333333333"),
        ("0.5", "3", "0.16666666666666666667"),
        ("0", "31", "0"),
    ],
)
def test_postgresql_keeps_sixteen_digits_in_groups_of_four(dividend: str, divisor: str, expected: str) -> None:
    found = pg(D(dividend), D(divisor))
    assert found == D(expected)


def test_ruby_keeps_thirty_two_digits_or_sixteen_more_than_the_longer_operand() -> None:
    assert quot(D(1), D(3)) == D("0." + "3" * 32)
    assert quot(D("1.00000000000000001"), D(3)) == D("0.3333333333333333366666666666666667")


def test_a_float_is_cut_after_sixteen_digits() -> None:
    assert through_float(D("58.064516129032258")) == D("58.06451612903225")
    assert fdiv(D("58.064516129032258"), D(1)) == D("58.06451612903225")


@pytest.mark.parametrize(
    ("value", "decimals", "expected"), [("150", -2, "200"), ("0.105", 2, "0.11"), ("-2.5", 0, "-3")]
)
def test_half_is_rounded_away_from_zero(value: str, decimals: int, expected: str) -> None:
    assert half_up(D(value), decimals) == D(expected)


def test_ceiling_and_floor_go_by_the_number_line() -> None:
    assert (ceiling(D("-2.5")), floor(D("-2.5"))) == (-2, -3)


@pytest.mark.parametrize(
    ("amount", "currency", "cents"),
    [
        ("0.105", "USD", 11),
        ("12345.5", "JPY", 12346),
        ("0.3145", "MRO", 1),
        ("1.00005", "CLF", 10001),
        ("1", "KWD", 1000),
    ],
)
def test_cents_follow_the_currency(amount: str, currency: str, cents: int) -> None:
    assert to_cents(D(amount), currency) == cents


@pytest.mark.parametrize(
    ("value", "shown"), [("21", "21.0"), ("0.10", "0.1"), ("1E-7", "0.0000001"), ("1E+3", "1000.0"), ("-0", "0.0")]
)
def test_decimals_are_printed_plain(value: str, shown: str) -> None:
    assert text(D(value)) == shown


@pytest.mark.parametrize(("value", "shown"), [(1e-05, "1.0e-05"), (1.5e-05, "1.5e-05"), (0.07, "0.07"), (2.0, "2.0")])
def test_floats_are_printed_as_ruby_does(value: float, shown: str) -> None:
    assert float_text(value) == shown


def test_bounds_stay_the_json_numbers_that_they_are() -> None:
    assert [repr(json_number(D(bound))) for bound in ("10", "10.0", "0.5", "1E+20")] == [
        "10",
        "10.0",
        "0.5",
        "100000000000000000000",
    ]


def test_a_binary_float_is_rounded_by_its_exact_value() -> None:
    assert significant(76.65, 16) == D("76.65000000000001")


def test_a_yaml_float_means_the_figure_that_was_written() -> None:
    assert number(0.1) == Decimal("0.1")


@pytest.mark.parametrize("value", ["", "abc", "1,000", "0x10", "Infinity", None, False])
def test_what_is_no_figure_is_refused(value: object) -> None:
    with pytest.raises(InvalidPriceError, match="is not a number"):
        number(value)


def test_rules_follow_the_version_of_the_server() -> None:
    assert rules_of((1, 51)) == LATEST == Rules()
    assert rules_of((1, 50)) == BEFORE_1_51
    assert rules_of((2, 0), licensed=True).licensed


@given(st.decimals(allow_nan=False, allow_infinity=False), st.decimals(allow_nan=False, allow_infinity=False))
def test_a_quotient_has_as_many_digits_as_its_longer_operand_asks_for(dividend: Decimal, divisor: Decimal) -> None:
    assume(bool(divisor) and abs(dividend.adjusted()) < 1_000 and abs(divisor.adjusted()) < 1_000)
    longest = max(len(each.normalize(Context(prec=1_000)).as_tuple().digits) for each in (dividend, divisor))
    context = Context(prec=max(32, longest + 16), rounding=ROUND_HALF_UP)

    assert str(quot(dividend, divisor)) == str(context.divide(dividend, divisor))
