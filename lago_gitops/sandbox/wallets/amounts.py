"""Credits of a wallet and their value: exact decimals, stored as text with five decimal places."""

from decimal import ROUND_FLOOR, ROUND_HALF_UP, Context, Decimal
from typing import Any, NamedTuple

from lago_gitops.pricing.base.currencies import exponent, subunits
from lago_gitops.sandbox.base.doc import Doc
from lago_gitops.sandbox.base.values.casts import exact
from lago_gitops.sandbox.base.values.numerals import amount, plain

MOST = Decimal(10) ** 25 - 1
CREDITS = exact(5, 30)
_PLACES = Decimal("0.00001")
_QUOTIENT = Context(prec=40)


class Credit(NamedTuple):
    """A number of credits, worth `cents` in the wallet's currency."""

    credits: Decimal
    cents: int

    @property
    def text(self) -> str:
        return kept(self.credits)


def sent(value: Any) -> Decimal | None:
    """An amount in a request: a text, not negative; None for anything else."""
    number = amount(value)
    return None if number is None or not 0 <= number <= MOST else number


def of_credits(wallet: Doc, number: Decimal) -> Credit:
    """Truncated to five decimal places, and to what its value in whole cents buys."""
    cents = _worth(wallet, number.quantize(_PLACES, ROUND_FLOOR, Context(prec=100)))
    return of_cents(wallet, cents)


def voided(wallet: Doc, number: Decimal) -> Credit:
    """Voids exactly the credits named, whatever their value in cents."""
    number = number.quantize(_PLACES, ROUND_FLOOR, Context(prec=100))
    return Credit(number, _worth(wallet, number))


def of_cents(wallet: Doc, cents: int) -> Credit:
    units = Decimal(cents) / subunits(wallet["currency"])
    return Credit(_QUOTIENT.divide(units, Decimal(wallet["rate_amount"])), cents)


def rounds_to_nothing(wallet: Doc, number: Decimal | None) -> bool:
    return number is not None and number > 0 and of_credits(wallet, number).cents == 0


def _worth(wallet: Doc, number: Decimal) -> int:
    units = (number * Decimal(wallet["rate_amount"])).quantize(
        Decimal(1).scaleb(-exponent(wallet["currency"])), ROUND_HALF_UP, Context(prec=100)
    )
    return int(units * subunits(wallet["currency"]))


def worth(cents: int, currency: str) -> str:
    """An amount in units of the currency, as in transactions."""
    return kept(Decimal(cents) / subunits(currency))


def kept(number: Decimal) -> str:
    return plain(number.quantize(_PLACES, ROUND_HALF_UP, Context(prec=100)))


def added(one: str, other: Decimal) -> str:
    return kept(Decimal(one) + other)
