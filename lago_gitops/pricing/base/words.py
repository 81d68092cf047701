"""Figures for people: money with its symbol, thousands separators, percentages with their sign."""

from collections.abc import Iterable
from decimal import ROUND_HALF_UP, Context, Decimal
from functools import lru_cache
from typing import Final

from lago_gitops.core.model.currencies import SYMBOLS, money_of
from lago_gitops.pricing.base.currencies import exponent
from lago_gitops.pricing.base.numbers import half_up, quot

__all__ = [
    "MINUS",
    "SYMBOLS",
    "decimals",
    "figure",
    "least_decimals",
    "money",
    "money_of",
    "percent",
    "percent_range",
    "signed_money",
    "signed_percent",
    "signed_points",
]

MINUS: Final = "−"
_FIGURES_KEPT: Final = 8_192  # price lists repeat theirs
_WIDE: Final = Context(prec=1000, rounding=ROUND_HALF_UP)


@lru_cache(_FIGURES_KEPT)
def money(amount: Decimal, currency: str, places: int | None = None) -> str:
    """An amount in units of the currency, `-1.5` as `−€1.50`: with all of its decimals, and at least the currency's.

    A currency unknown to Lago is a pricing unit, with two decimals.
    """
    own, size = decimals(amount), abs(amount)
    if places is None:
        places = max(least_decimals(currency), own)
    elif places < own:
        size = half_up(size, places)
    figures = f"{size:,.{places}f}"
    name = SYMBOLS.get(currency) or f"{currency} "
    return f"{MINUS if amount < 0 else ''}{name}{figures}"


def signed_money(cents: int, currency: str) -> str:
    """A difference: +€9.00, −€9.00; €0.00 without a sign."""
    return ("+" if cents > 0 else "") + money_of(cents, currency)


def least_decimals(currency: str) -> int:
    """The number of decimals with which amounts of the currency are written."""
    try:
        return exponent(currency)
    except ValueError:
        return 2


def figure(value: Decimal) -> str:
    """A number of units: `1,000,000`, `0.5`."""
    places = decimals(value)
    return f"{MINUS if value < 0 else ''}{abs(value):,.{places}f}"


def percent(before: Decimal, after: Decimal) -> str:
    """The change in per cent, to one decimal: `+10%`, `−11.5%`; `–` for none, `new` if there was nothing before."""
    if before == after:
        return "–"
    if not before:
        return "new"
    return signed_percent(quot((after - before) * 100, before))


def signed_percent(change: Decimal) -> str:
    """To a decimal: `+10%`, `−11.5%`, `+<0.1%`."""
    shown = f"{half_up(abs(change), 1):,.1f}".removesuffix(".0")
    return f"{'+' if change > 0 else MINUS}{'<0.1' if shown == '0' else shown}%"


def signed_points(change: Decimal) -> str:
    """A difference of percentages: `+1 point`, `−2.5 points`."""
    size = figure(abs(change))
    return f"{'+' if change > 0 else MINUS}{size} {'point' if size == '1' else 'points'}"


def percent_range(changes: Iterable[Decimal]) -> str:
    """From the least to the largest of at least one: `+3%`, `+2.9% to +3.1%`."""
    ordered = sorted(changes)
    return " to ".join(dict.fromkeys(map(signed_percent, (ordered[0], ordered[-1]))))


@lru_cache(_FIGURES_KEPT)
def decimals(value: Decimal) -> int:
    """The number of decimals, without trailing zeros."""
    exponent_ = value.normalize(_WIDE).as_tuple().exponent
    return max(0, -exponent_) if isinstance(exponent_, int) else 0
