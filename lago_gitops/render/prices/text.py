"""Price changes for a terminal, in the form of a price list."""

from collections.abc import Iterator, Mapping
from typing import Final

from lago_gitops.render.base.columns import aligned
from lago_gitops.render.base.paint import Paint
from lago_gitops.render.base.values import printable
from lago_gitops.render.prices.costs import verdict
from lago_gitops.render.prices.model import ChargeChange, PlanChange, PriceChange
from lago_gitops.render.prices.tiers import Sign
from lago_gitops.render.prices.words import (
    Currencies,
    charge_title,
    cost_rows,
    currencies_of,
    figure_text,
    filter_title,
    replacement,
    tier_cells,
)

SIGNS: Final[Mapping[Sign, str]] = {Sign.SAME: " ", Sign.CHANGED: "~", Sign.NEW: "+", Sign.GONE: "-"}
COLOURS: Final[Mapping[Sign, str]] = {Sign.CHANGED: "yellow", Sign.NEW: "green", Sign.GONE: "red"}


def prices_text(change: PlanChange, paint: Paint) -> str:
    """The plan, then its prices."""
    title = f"{_sign(change.sign, paint)} plan {printable(change.code)}  ({change.currency}, {change.interval})"
    return "\n".join((title, *price_lines(change, paint)))


def price_lines(change: PlanChange, paint: Paint) -> Iterator[str]:
    """The plan's figures, then per charge its tiers, sample costs, and for which usage it is dearer."""
    yield from (f"    {printable(note)}" for note in change.notes)
    currencies = change.currency_before, change.currency
    yield from (f"    {figure_text(each, currencies, change.sign)}" for each in change.figures)
    for charge in change.charges:
        yield from _charge(charge, currencies_of(charge, currencies), paint)


def _charge(charge: ChargeChange, currencies: Currencies, paint: Paint) -> Iterator[str]:
    yield f"    {_sign(charge.sign, paint)} {charge_title(charge)}"
    if charge.replaced:
        yield f"        {replacement(charge)}"
    yield from (f"        {figure_text(each, currencies, charge.sign)}" for each in charge.figures)
    if charge.notes:
        yield f"        {printable('; '.join(charge.notes))}"
    for price in charge.prices:
        yield from _price(price, charge, currencies, paint)


def _price(price: PriceChange, charge: ChargeChange, currencies: Currencies, paint: Paint) -> Iterator[str]:
    if price.label:
        yield f"      {_sign(price.sign, paint)} {filter_title(price)}"
    if price.sign is Sign.CHANGED or not price.label:
        yield from _figures(price, currencies)
    yield from _tiers(price, currencies, paint)
    yield from _costs(price, currencies, f"usage/{charge.period}")
    if price.comparison is not None:
        yield f"        {verdict(price.comparison)}"


def _figures(price: PriceChange, currencies: Currencies) -> Iterator[str]:
    """The price of a new or removed one in one line; for others, the figures that differ."""
    if price.sign is Sign.CHANGED:
        yield from (f"        {figure_text(each, currencies)}" for each in price.figures)
    elif not price.tiers:
        yield f"        {printable(price.after or price.before or '')}"


# Tiers ------------------------------------------------------------------------------------------------------------


def _tiers(price: PriceChange, currencies: Currencies, paint: Paint) -> Iterator[str]:
    if not price.tiers:
        return
    head, *cells = tier_cells(price, currencies)
    signs = [" ", *(_sign(row.sign, paint) for row in price.tiers)]
    for sign, line in zip(signs, aligned([head, *cells]), strict=True):
        yield f"      {sign} {line}"


# Usage ------------------------------------------------------------------------------------------------------------


def _costs(price: PriceChange, currencies: Currencies, usage: str) -> Iterator[str]:
    if price.costs:
        yield from (f"        {line}" for line in aligned(cost_rows(price, currencies, usage), right_from=1))
        if price.assumed:
            yield f"        assumed: {price.assumed}"
    elif price.assumed:
        yield f"        {price.assumed}"


def _sign(sign: Sign, paint: Paint) -> str:
    return paint(SIGNS[sign], COLOURS[sign]) if sign in COLOURS else SIGNS[sign]
