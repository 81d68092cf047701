"""Prices, tiers and costs in words and table cells, for every output format."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from decimal import Decimal
from functools import lru_cache
from typing import Final

from lago_gitops.pricing.base.numbers import exact, half_up
from lago_gitops.pricing.base.words import decimals, figure, least_decimals, money, percent
from lago_gitops.render.base.values import printable
from lago_gitops.render.prices.costs import UsageCost
from lago_gitops.render.prices.model import ChargeChange, Figure, PriceChange, Unit, Value
from lago_gitops.render.prices.tiers import Sign, TierRow

NO_INVOICE: Final = "no invoice"
NOTHING: Final = "–"
_THOUSAND: Final = Decimal(1_000)
_MILLION: Final = Decimal(1_000_000)
_USAGES_KEPT: Final = 4_096  # price lists repeat theirs
Currencies = tuple[str, str]


@lru_cache(_USAGES_KEPT)
@exact
def compact(units: Decimal) -> str:
    """A usage, abbreviated without loss: 50k, 2.5M, 10,001."""
    for size, letter in ((_MILLION, "M"), (_THOUSAND, "k")):
        if units >= size and units % (size / 100) == 0:
            return f"{figure(units / size)}{letter}"
    return figure(units)


def currencies_of(charge: ChargeChange, plan: Currencies) -> Currencies:
    """The currencies of a charge's prices, before and after: its pricing unit, or the plan's currency."""
    return (charge.unit_code, charge.unit_code) if charge.unit_code else plan


def charge_title(charge: ChargeChange) -> str:
    """`charge calls  graduated on metric calls (count)`, without control characters."""
    on = "metric" if charge.sort == "charge" else "add-on"
    how = f" ({charge.aggregation})" if charge.aggregation else ""
    return printable(f"{charge.sort} {charge.code}  {charge.model} on {on} {charge.of}{how}")


def replacement(charge: ChargeChange) -> str:
    """Why a charge is replaced, if it is."""
    return f"deleted and created again: Lago can't change {', '.join(charge.replaced)} of a {charge.sort} in place"


def filter_title(price: PriceChange) -> str:
    """`filter region=us: €3.00 per unit, was €2.00 per unit (the charge's own price)`, without control characters."""
    match price.sign:
        case Sign.NEW if price.before is not None:
            value_text = f": {price.after}, was {price.before} ({_whose(price.was_of)})"
        case Sign.NEW:
            value_text = f": {price.after}"
        case Sign.GONE if price.after is not None:
            value_text = f": {price.before}, now {price.after} ({_whose(price.now_of)})"
        case Sign.GONE:
            value_text = f": {price.before}"
        case _:
            value_text = ""
    return printable(f"filter {price.label}{value_text}")


def _whose(filter_label: str | None) -> str:
    return f"filter {filter_label}" if filter_label else "the charge's own price"


def figure_text(each: Figure, currencies: Currencies, sign: Sign = Sign.CHANGED) -> str:
    """`plan fee  €49.00 → €59.00 a month +20.4%`; a new or removed one has one side."""
    before, after = figure_sides(each, currencies)
    if sign is not Sign.CHANGED:
        return f"{each.label}  {after if sign is Sign.NEW else before}"
    comparable = currencies[0] == currencies[1] and each.per[0] == each.per[1]
    if each.per[0] == each.per[1] and each.after is not None:
        before = value_text(each.before, each.unit, currencies[0])
    return f"{each.label}  {before} → {after}{value_change(each.before, each.after) if comparable else ''}"


def figure_sides(each: Figure, currencies: Currencies) -> tuple[str, str]:
    """Before and after; money with its period."""
    before, after = (
        value_text(value, each.unit, currency) + (_per(period) if value is not None else "")
        for value, currency, period in zip((each.before, each.after), currencies, each.per, strict=True)
    )
    return before, after


def _per(period: str) -> str:
    return f" a {period}" if period else ""


def value_text(value: Value, unit: Unit, currency: str) -> str:
    """One side of a figure."""
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


def value_change(before: Value, after: Value) -> str:
    """` +10%`, with a leading space; empty when there is nothing to compare."""
    if not isinstance(before, Decimal) or not isinstance(after, Decimal) or before == after or not before:
        return ""
    return f" {percent(before, after)}"


def tier_cells(price: PriceChange, currencies: Currencies) -> list[tuple[str, str, str, str]]:
    """The table of a price's tiers, with its header first: range, price, flat amount, and what happened to the tier."""
    title = "rate" if price.tier_units == (Unit.PERCENT, Unit.PERCENT) else "per unit"
    places = _places(price, currencies)
    return [
        ("tier", title, "flat", ""),
        *(
            (
                tier_range(row),
                _two(_prices(row, price, currencies, places), _tier_change(row, price, currencies)),
                _two(_flats(row, currencies, places), _flat_change(row, currencies)),
                row.note,
            )
            for row in price.tiers
        ),
    ]


@dataclass(frozen=True, slots=True)
class TierSides:
    """A stretch of usage, and what it costs on both sides: `€0.0022 per unit + €5`."""

    range: str
    before: str
    after: str


def tier_sides(
    rows: Iterable[TierRow], price: PriceChange, currencies: Currencies
) -> Iterator[tuple[TierRow, TierSides]]:
    """Some tiers of a price, each in words, for a table that has no columns of its own for tiers."""
    places = _places(price, currencies)
    return ((row, _sides(row, price, currencies, places)) for row in rows)


def _sides(row: TierRow, price: PriceChange, currencies: Currencies, places: "_Places") -> TierSides:
    units = ["" if unit is Unit.PERCENT else " per unit" for unit in price.tier_units]
    sides = [
        f"{amount}{unit}{f' + {flat}' if value else ''}" if amount else NOTHING
        for amount, unit, flat, value in zip(
            _prices(row, price, currencies, places),
            units,
            _flats(row, currencies, places),
            (row.flat_before, row.flat_after),
            strict=True,
        )
    ]
    return TierSides(tier_range(row), sides[0], sides[1])


@dataclass(frozen=True, slots=True)
class _Places:
    """Decimals that all amounts of a column have."""

    price: int
    flat: int


def _places(price: PriceChange, currencies: Currencies) -> _Places:
    before, after = price.tier_units
    amounts = [row.price_before for row in price.tiers] if before is Unit.MONEY else []
    amounts += [row.price_after for row in price.tiers] if after is Unit.MONEY else []
    flats = [flat for row in price.tiers for flat in (row.flat_before, row.flat_after)]
    return _Places(_most_decimals(amounts, least_decimals(currencies[1])), _most_decimals(flats, 0))


def _most_decimals(amounts: Iterable[Decimal | None], least: int) -> int:
    return max([least, *(decimals(amount) for amount in amounts if amount is not None)])


def tier_range(row: TierRow) -> str:
    """`10,001 – 100,000`, indented if it is a part of the tier above."""
    end = row.was_end if row.split_at else row.end
    return f"{'  ↳ ' if row.inner else ''}{figure(row.start)} – {'∞' if end is None else figure(end)}"


def _prices(row: TierRow, price: PriceChange, currencies: Currencies, places: _Places) -> tuple[str, str]:
    sides = zip((row.price_before, row.price_after), price.tier_units, currencies, strict=True)
    before, after = (
        "" if value is None else f"{figure(value)}%" if unit is Unit.PERCENT else money(value, currency, places.price)
        for value, unit, currency in sides
    )
    return before, after


def _flats(row: TierRow, currencies: Currencies, places: _Places) -> tuple[str, str]:
    before, after = (
        "" if value is None else money(value, currency, places.flat)
        for value, currency in zip((row.flat_before, row.flat_after), currencies, strict=True)
    )
    return before, after


def _two(sides: tuple[str, str], change: str) -> str:
    return " → ".join(dict.fromkeys(filter(None, sides))) + change


def _tier_change(row: TierRow, price: PriceChange, currencies: Currencies) -> str:
    comparable = price.tier_units[0] is price.tier_units[1] and currencies[0] == currencies[1]
    return value_change(row.price_before, row.price_after) if comparable else ""


def _flat_change(row: TierRow, currencies: Currencies) -> str:
    return value_change(row.flat_before, row.flat_after) if currencies[0] == currencies[1] else ""


def cost_rows(price: PriceChange, currencies: Currencies, usage: str) -> list[list[str]]:
    """Rows of sample costs: the usages, the costs now and after, and the change."""
    rows = [[usage, *(compact(each.units) for each in price.costs)]]
    if any(each.events is not None for each in price.costs):
        rows.append(["events", *(f"{each.events or 1:,}" for each in price.costs)])
    before, after = price.before is not None, price.after is not None
    if before:
        rows.append(["now", *(_cost(each.before, currencies[0]) for each in price.costs)])
    if after:
        rows.append(["after" if before else "costs", *(_cost(each.after, currencies[1]) for each in price.costs)])
    if before and after and currencies[0] == currencies[1]:
        rows.append(["change", *(_cost_change(each, currencies[0]) for each in price.costs)])
    return rows


def _cost(amount: Decimal | None, currency: str) -> str:
    """A cost as billed: rounded to the currency's decimals."""
    return NO_INVOICE if amount is None else money(amount, currency, least_decimals(currency))


def _cost_change(each: UsageCost, currency: str) -> str:
    if each.before is None or each.after is None:
        return ""
    before, after = (half_up(amount, least_decimals(currency)) for amount in (each.before, each.after))
    return percent(before, after)
