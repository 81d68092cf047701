"""Lago's arithmetic: exact decimals, its three kinds of division, rounding, and the way it prints numbers."""

from collections.abc import Callable
from decimal import (
    ROUND_CEILING,
    ROUND_DOWN,
    ROUND_FLOOR,
    ROUND_HALF_UP,
    Context,
    Decimal,
    DivisionByZero,
    Inexact,
    InvalidOperation,
    Overflow,
    getcontext,
    localcontext,
)
from functools import lru_cache, wraps
from typing import Any, Final, ParamSpec, TypeVar, cast

from lago_gitops.pricing.base.currencies import exponent, subunits
from lago_gitops.pricing.base.errors import InvalidPriceError, UnratableError

P = ParamSpec("P")
T = TypeVar("T")

ZERO: Final = Decimal(0)
ONE: Final = Decimal(1)
HUNDRED: Final = Decimal(100)
KEPT_DECIMALS: Final = (
    15  # decimals of precise cents, precise taxes and unit amounts: the scale of their database columns
)
COUPON_DECIMALS: Final = 5
UNIT_DECIMALS: Final = 5  # decimals to which prorated units are rounded up

_DIGITS: Final = 10_000
_NUMBERS_KEPT: Final = 8_192  # price lists repeat their figures
# Sums and products are exact or raise: so do divisions by mistake, and absurdly long figures.
_EXACT: Final = Context(prec=_DIGITS, traps=[Inexact, InvalidOperation, DivisionByZero, Overflow])
_ROUNDING: Final = Context(prec=_DIGITS, rounding=ROUND_HALF_UP, traps=[InvalidOperation, DivisionByZero, Overflow])

_SHORT: Final = 16  # characters, so that there are no more digits
_OF_SHORT: Final = Context(prec=32, rounding=ROUND_HALF_UP)


def exact(function: Callable[P, T]) -> Callable[P, T]:
    """Let `function` add and multiply decimals without rounding.

    Raises UnratableError when the figures would need more than 10,000 digits.
    """

    @wraps(function)
    def run(*args: P.args, **kwargs: P.kwargs) -> T:
        try:
            if (
                getcontext().prec == _DIGITS
            ):  # called by another exact function: entering the context again would double the cost
                return function(*args, **kwargs)
            with localcontext(_EXACT):
                return function(*args, **kwargs)
        except (Inexact, Overflow, InvalidOperation) as error:
            raise UnratableError(
                f"the figures need more than {_DIGITS} digits, more than an invoice can show"
            ) from error

    return run


def number(value: object) -> Decimal:
    """A number in a price list or an event: text that Lago accepts ("1e2", " 1 ", ".5"), or a JSON number.

    Raises InvalidPriceError for anything else, including NaN and infinity.
    """
    type_ = type(value)
    if type_ is str or type_ is int:  # most figures of price lists
        return _read(value)
    if isinstance(value, Decimal) and value.is_finite():
        return value
    try:
        return _read(repr(value) if isinstance(value, float) else str(value))
    except InvalidPriceError:
        raise _no_number(value) from None


@lru_cache(_NUMBERS_KEPT)
def _read(written: Any) -> Decimal:
    """A number from text, or from an integer."""
    try:
        read = Decimal(written)
    except InvalidOperation:
        raise _no_number(written) from None
    if not read.is_finite():
        raise _no_number(written)
    return read


def _no_number(written: object) -> InvalidPriceError:
    return InvalidPriceError(f"{written!r} is not a number: write digits, such as '0.002'")


def quot(dividend: Decimal, divisor: Decimal) -> Decimal:
    """The quotient of two decimals in Ruby: 32 significant digits, more if an operand has more than 16."""
    if len(str(dividend)) <= _SHORT and len(str(divisor)) <= _SHORT:  # nearly all: to count their digits takes longer
        return _OF_SHORT.divide(dividend, divisor)
    digits = max(32, _significant(dividend) + 16, _significant(divisor) + 16)
    return Context(prec=digits, rounding=ROUND_HALF_UP).divide(dividend, divisor)


def pg(dividend: Decimal, divisor: Decimal) -> Decimal:
    """The quotient of two PostgreSQL numerics: at least 16 significant digits, counted in groups of four."""
    weight, lead = _leading_group(dividend)
    divisor_weight, divisor_lead = _leading_group(divisor)
    groups = weight - divisor_weight - (1 if lead <= divisor_lead else 0)
    decimals = max(16 - 4 * groups, _scale(dividend), _scale(divisor), 0)
    # Half-up looks at one digit only, so digits after it can be cut.
    return half_up(_cut_quotient(dividend, divisor, decimals + 1), decimals)


def through_float(value: Decimal) -> Decimal:
    """`value` after a trip through a 64-bit float in Lago: its shortest text, cut (not rounded) after 16 digits."""
    return _cut(Decimal(repr(float(value))), 16)


def fdiv(dividend: Decimal, divisor: Decimal) -> Decimal:
    """Ruby's fdiv of a decimal by a decimal: only the dividend goes through a float."""
    return quot(through_float(dividend), divisor)


def from_percent(value: Decimal) -> Decimal:
    """A hundredth; exact."""
    return value.scaleb(-2)


def half_up(value: Decimal, decimals: int = 0) -> Decimal:
    """Rounded half away from zero; negative `decimals` round to tens, hundreds …"""
    return _rounded(value, decimals, ROUND_HALF_UP)


def ceiling(value: Decimal, decimals: int = 0) -> Decimal:
    """Rounded up the number line: −2.5 becomes −2."""
    return _rounded(value, decimals, ROUND_CEILING)


def floor(value: Decimal, decimals: int = 0) -> Decimal:
    """Rounded down the number line: −2.5 becomes −3."""
    return _rounded(value, decimals, ROUND_FLOOR)


def cut_decimals(value: Decimal, decimals: int) -> Decimal:
    """Cut (not rounded) after so many decimals."""
    return _rounded(value, decimals, ROUND_DOWN)


def whole(value: Decimal) -> int:
    """The nearest integer, halves away from zero: the way cents are rounded."""
    return int(half_up(value))


def whole_float(value: float) -> int:
    """A float rounded half away from zero, by its exact binary value."""
    return whole(Decimal(value))


def to_cents(amount: Decimal, currency: str) -> int:
    """An amount in units as subunits of the currency; fractions of a subunit left by the rounding are dropped (MRO)."""
    return int(half_up(amount, exponent(currency)) * subunits(currency))


def from_cents(cents: Decimal | int, currency: str) -> Decimal:
    """Subunits as units; exact, since every number of subunits divides a power of ten."""
    return quot(Decimal(cents), Decimal(subunits(currency)))


def significant(value: float, digits: int) -> Decimal:
    """A float's exact binary value, rounded to so many significant digits."""
    return Context(prec=digits, rounding=ROUND_HALF_UP).create_decimal(Decimal(value))


def text(value: Decimal) -> str:
    """Lago's notation of decimals: no exponent, no trailing zeros, at least one decimal."""
    if not value:
        return "0.0"
    whole_part, _, decimals = format(value, "f").partition(".")
    return f"{whole_part}.{decimals.rstrip('0') or '0'}"


def float_text(value: float) -> str:
    """Ruby's notation of floats: like Python's, but the mantissa of 1e-05 is 1.0."""
    mantissa, mark, power = repr(value).partition("e")
    return f"{mantissa}.0e{power}" if mark and "." not in mantissa else repr(value)


def json_number(value: Decimal) -> int | float:
    """A JSON number as stored: 10 stays an integer, 10.0 and 0.5 are floats."""
    return float(value) if _scale(value) else int(value)


def _rounded(value: Decimal, decimals: int, rounding: str) -> Decimal:
    shifted = value.scaleb(decimals, context=_ROUNDING).to_integral_value(rounding, context=_ROUNDING)
    return shifted.scaleb(-decimals, context=_ROUNDING)


def _significant(value: Decimal) -> int:
    return len(value.normalize(_ROUNDING).as_tuple().digits)


def _scale(value: Decimal) -> int:
    return max(0, -_exponent(value))


def _exponent(value: Decimal) -> int:
    return cast("int", value.as_tuple().exponent)  # a letter only in NaN and infinity, which `number` rejects


def _leading_group(value: Decimal) -> tuple[int, int]:
    """Position and value of the first base-10,000 digit: (0, 17) for 17, (1, 1) for 10000, (−1, 5000) for 0.5."""
    if not value:
        return 0, 0
    weight = value.adjusted() // 4
    return weight, int(abs(value).scaleb(-4 * weight, context=_ROUNDING))


def _cut_quotient(dividend: Decimal, divisor: Decimal, decimals: int) -> Decimal:
    digits = max(1, dividend.adjusted() - divisor.adjusted() + 1 + decimals) + 1
    return Context(prec=digits, rounding=ROUND_DOWN).divide(dividend, divisor)


def _cut(value: Decimal, digits: int) -> Decimal:
    return Context(prec=digits, rounding=ROUND_DOWN).plus(value)
