"""Changes of prices as a person reads a price list."""

from collections.abc import Iterator, Mapping, Sequence
from decimal import Decimal
from typing import Any, Final

from lago_gitops.pricing.base.numbers import half_up
from lago_gitops.pricing.base.words import decimals, figure, least_decimals, money, percent
from lago_gitops.render.columns import aligned
from lago_gitops.render.paint import Paint
from lago_gitops.render.price_changes import ChargeChange, Figure, PlanChange, PriceChange, Unit, Value
from lago_gitops.render.price_documents import read_prices
from lago_gitops.render.tier_changes import Sign, TierRow
from lago_gitops.render.usage_costs import UsageCost, verdict
from lago_gitops.render.values import printable

SIGNS: Final[Mapping[Sign, str]] = {Sign.SAME: " ", Sign.CHANGED: "~", Sign.NEW: "+", Sign.GONE: "-"}
COLOURS: Final[Mapping[Sign, str]] = {Sign.CHANGED: "yellow", Sign.NEW: "green", Sign.GONE: "red"}
PERIODS: Final = {
    "weekly": "week",
    "monthly": "month",
    "quarterly": "quarter",
    "semiannual": "half-year",
    "yearly": "year",
}
NO_INVOICE: Final = "no invoice"

_THOUSAND: Final = Decimal(1_000)
_MILLION: Final = Decimal(1_000_000)


def prices_text(document: Mapping[str, Any], paint: Paint) -> str:
    """The figures of the plan, then charge by charge tiers, costs of some usages, and who pays more."""
    return "\n".join(_plan(read_prices(document), paint))


def compact(units: Decimal) -> str:
    """A usage as short as it goes without loss: 50k, 2.5M, 10,001."""
    for size, letter in ((_MILLION, "M"), (_THOUSAND, "k")):
        if units >= size and units % (size / 100) == 0:
            return f"{figure(units / size)}{letter}"
    return figure(units)


def _plan(change: PlanChange, paint: Paint) -> Iterator[str]:
    yield f"{paint('~', 'yellow')} plan {printable(change.code)}  ({change.currency}, {change.interval})"
    currencies = change.currency_before, change.currency
    yield from (f"    {_figure(each, currencies)}" for each in change.figures)
    for charge in change.charges:
        unit = printable(charge.unit_code)
        yield from _charge(charge, (unit, unit) if unit else currencies, PERIODS[change.usage_interval], paint)


def _charge(charge: ChargeChange, currencies: tuple[str, str], period: str, paint: Paint) -> Iterator[str]:
    on = "metric" if charge.sort == "charge" else "add-on"
    how = f" ({charge.aggregation})" if charge.aggregation else ""
    named = f"{charge.sort} {printable(charge.code)}"
    yield f"    {_sign(charge.sign, paint)} {named}  {charge.model} on {on} {printable(charge.of)}{how}"
    yield from (f"        {_figure(each, currencies)}" for each in charge.figures)
    for price in charge.prices:
        yield from _price(price, currencies, f"usage/{period}", paint)


def _price(price: PriceChange, currencies: tuple[str, str], usage: str, paint: Paint) -> Iterator[str]:
    if price.label:
        yield f"      {_sign(price.sign, paint)} filter {printable(price.label)}"
    yield from (f"        {_figure(each, currencies)}" for each in price.figures)
    yield from _tiers(price.tiers, currencies, paint)
    yield from _costs(price, currencies, usage)
    if price.comparison is not None:
        yield f"        {verdict(price.comparison)}"


def _figure(each: Figure, currencies: tuple[str, str]) -> str:
    before, after = (
        _said(value, each.unit, of) for value, of in zip((each.before, each.after), currencies, strict=True)
    )
    change = _change(each.before, each.after) if currencies[0] == currencies[1] else ""
    return f"{each.label}  {before} → {after}{change}"


def _said(value: Value, unit: Unit, currency: str) -> str:
    match value, unit:
        case None, _:
            return "none"
        case Decimal(), Unit.MONEY:
            return money(value, currency)
        case Decimal(), Unit.PERCENT:
            return f"{figure(value)}%"
        case Decimal(), _:
            return figure(value)
        case _:
            return printable(str(value))


def _change(before: Value, after: Value) -> str:
    """Per cent, where there is something to compare."""
    if not isinstance(before, Decimal) or not isinstance(after, Decimal) or before == after or not before:
        return ""
    return f" {percent(before, after)}"


# Tiers ------------------------------------------------------------------------------------------------------------


def _tiers(rows: Sequence[TierRow], currencies: tuple[str, str], paint: Paint) -> Iterator[str]:
    if not rows:
        return
    prices = [value for row in rows for value in (row.price_before, row.price_after) if value is not None]
    flats = [value for row in rows for value in (row.flat_before, row.flat_after) if value is not None]
    places = max(least_decimals(currencies[1]), *map(decimals, prices))
    flat_places = max(map(decimals, flats))
    cells = [("tier", "per unit", "flat", "")] + [
        (
            _range(row),
            _two(row.price_before, row.price_after, currencies, places),
            _two(row.flat_before, row.flat_after, currencies, flat_places),
            row.note,
        )
        for row in rows
    ]
    signs = [" ", *(_sign(row.sign, paint) for row in rows)]
    for sign, line in zip(signs, aligned(cells), strict=True):
        yield f"      {sign} {line}"


def _range(row: TierRow) -> str:
    end = row.was_end if row.split_at else row.end
    return f"{'  ↳ ' if row.inner else ''}{figure(row.start)} – {'∞' if end is None else figure(end)}"


def _two(before: Decimal | None, after: Decimal | None, currencies: tuple[str, str], places: int) -> str:
    shown = [
        money(value, currency, places)
        for value, currency in zip((before, after), currencies, strict=True)
        if value is not None
    ]
    return " → ".join(dict.fromkeys(shown)) + _change(before, after)


# Usage ------------------------------------------------------------------------------------------------------------


def _costs(price: PriceChange, currencies: tuple[str, str], usage: str) -> Iterator[str]:
    if not price.costs:
        return
    rows = [(usage, *(compact(each.units) for each in price.costs))]
    if price.sign is not Sign.NEW:
        rows.append(("now", *(_cost(each.before, currencies[0]) for each in price.costs)))
    if price.sign is not Sign.GONE:
        rows.append(("after", *(_cost(each.after, currencies[1]) for each in price.costs)))
    if price.sign is Sign.CHANGED and currencies[0] == currencies[1]:
        rows.append(("change", *(_cost_change(each, currencies[0]) for each in price.costs)))
    for line in aligned(rows, right_from=1):
        yield f"        {line}"


def _cost(amount: Decimal | None, currency: str) -> str:
    """As it is billed: rounded to the currency's decimals."""
    return NO_INVOICE if amount is None else money(amount, currency, least_decimals(currency))


def _cost_change(each: UsageCost, currency: str) -> str:
    if each.before is None or each.after is None:
        return ""
    before, after = (half_up(amount, least_decimals(currency)) for amount in (each.before, each.after))
    return percent(before, after)


# Layout -----------------------------------------------------------------------------------------------------------


def _sign(sign: Sign, paint: Paint) -> str:
    return paint(SIGNS[sign], COLOURS[sign]) if sign in COLOURS else SIGNS[sign]
