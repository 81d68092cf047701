"""The table of a review: prices now and after."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any, Final

from lago_gitops.core.model.plurals import in_words
from lago_gitops.kinds.own_prices import DEARER, PRICES, RATES, is_rate
from lago_gitops.pricing.base.numbers import ZERO, quot
from lago_gitops.pricing.base.words import percent, signed_points
from lago_gitops.render.plan.field_values import field_path, field_value
from lago_gitops.render.prices.model import ChargeChange, Figure, PlanChange, PriceChange, Unit
from lago_gitops.render.prices.tiers import Sign
from lago_gitops.render.prices.words import Currencies, currencies_of, figure_sides, tier_sides

Document = Mapping[str, Any]
NOTHING: Final = "–"
NEW: Final = "new"
GONE: Final = "gone"


@dataclass(frozen=True, slots=True)
class PriceRow:
    """One price. `charge` and `filter` are codes by the user, or empty; everything else is our own wording.

    `trend` is 1 for dearer, −1 for cheaper, 0 for neither, or both depending on usage; `size` is the change as a
    share of the amount before.
    """

    charge: str
    filter: str
    what: str
    before: str
    after: str
    change: str
    trend: int = 0
    size: float = 0.0


def price_rows(change: PlanChange) -> tuple[PriceRow, ...]:
    """The figures of a plan, then those of its charges."""
    currencies = change.currency_before, change.currency
    return (
        *(_figure_row("", each, currencies, change.sign) for each in change.figures),
        *(row for charge in change.charges for row in _charge_rows(charge, currencies_of(charge, currencies))),
    )


def field_rows(change: Document) -> tuple[PriceRow, ...]:
    """The fields of an update that its prices don't cover."""
    return tuple(field_row(one, change["kind"]) for one in change.get("fields", ()) if not one.get("in_prices"))


def amount_fields(change: Document) -> tuple[Document, ...]:
    """Those of them that are amounts or rates on both sides, of a kind that has prices besides plans: found without
    making a row of each."""
    if change["kind"] not in PRICES:
        return ()
    rates = RATES.get(change["kind"], ())
    others = (one for one in change.get("fields", ()) if not one.get("in_prices"))
    return tuple(one for one in others if (one.get("currency") or one["path"] in rates) and _is_on_both_sides(one))


def field_row(one: Document, kind: str) -> PriceRow:
    """Amounts with the share by which they change, rates with their points."""
    path, before, after = one["path"], one["before"], one["after"]
    dearer = PRICES.get(kind, {}).get(path) == DEARER  # a trend is about what customers pay
    currency, rate = one.get("currency"), is_rate(kind, path)
    now, then = (NOTHING if value is None else field_value(value, currency, rate=rate) for value in (before, after))
    if rate and before is not None and after is not None:
        points = signed_points(Decimal(after) - Decimal(before))
        return PriceRow("", "", in_words(path), now, then, points, dearer * _sign_of(Decimal(before), Decimal(after)))
    if currency and isinstance(before, int) and isinstance(after, int):
        was, will = Decimal(before), Decimal(after)
        what = in_words(path.removesuffix("_cents"))
        return PriceRow("", "", what, now, then, _percent(was, will), dearer * _sign_of(was, will), _size(was, will))
    return PriceRow("", field_path(path, currency), "", now, then, "")


def directions(change: PlanChange) -> tuple[int, int]:
    """How many prices of an update rise and how many fall; one that does both, depending on usage, counts as both.

    0 and 0 if the currency changes: amounts in different currencies don't compare.
    """
    if change.currency != change.currency_before:
        return 0, 0
    figures = [_figure_signs(each) for each in change.figures]
    figures += [
        _figure_signs(each) for charge in change.charges if charge.sign is Sign.CHANGED for each in charge.figures
    ]
    usage = (charge for charge in change.charges if charge.sort == "charge")  # for others, the figures say it
    prices = [_price_signs(price) for charge in usage for price in charge.prices]
    return sum(1 in signs for signs in (*figures, *prices)), sum(-1 in signs for signs in (*figures, *prices))


def _figure_row(charge: str, each: Figure, currencies: Currencies, sign: Sign) -> PriceRow:
    before, after = figure_sides(each, currencies)
    comparable = currencies[0] == currencies[1] and each.per[0] == each.per[1]
    change = _percent(each.before, each.after) if comparable else ""
    if sign is Sign.NEW or each.before is None:
        return PriceRow(charge, "", each.label, NOTHING, after, NEW, size=1.0)
    if sign is Sign.GONE or each.after is None:
        return PriceRow(charge, "", each.label, before, NOTHING, GONE, size=1.0)
    size = _size(each.before, each.after)
    return PriceRow(
        charge, "", each.label, before, after, change, _only(_figure_signs(each)) if comparable else 0, size
    )


def _charge_rows(charge: ChargeChange, currencies: Currencies) -> Iterator[PriceRow]:
    for each in charge.figures:
        yield _figure_row(charge.code, each, currencies, charge.sign)
    for price in charge.prices:
        yield from _price_rows(charge, price, currencies)


def _price_rows(charge: ChargeChange, price: PriceChange, currencies: Currencies) -> Iterator[PriceRow]:
    what = "" if charge.sort == "charge" else charge.sort
    if price.sign is Sign.CHANGED and price.tiers:
        yield from _tier_rows(charge.code, price, currencies)
        return
    changes = {Sign.NEW: NEW, Sign.GONE: GONE}
    yield PriceRow(
        charge.code,
        price.label,
        what,
        price.before or NOTHING,
        price.after or NOTHING,
        changes.get(price.sign) or _only_percent(price) or _range(price),
        _only(_price_signs(price)),
        max((_size(each.before, each.after) for each in price.costs), default=1.0),
    )


def _tier_rows(code: str, price: PriceChange, currencies: Currencies) -> Iterator[PriceRow]:
    """Tiers that change, and other changes of the price, one row each."""
    for each in price.figures:
        yield _figure_row(code, each, currencies, Sign.CHANGED)
    changed = (row for row in price.tiers if row.sign is not Sign.SAME or row.note)
    for row, sides in tier_sides(changed, price, currencies):
        change = _percent(row.price_before, row.price_after) if _comparable(row, price, currencies) else ""
        moved = _sign_of(row.price_before, row.price_after) or _sign_of(row.flat_before, row.flat_after)
        size = _size(row.price_before, row.price_after)
        yield PriceRow(
            code,
            price.label,
            sides.range,
            sides.before,
            sides.after,
            row.note if change in {"", NOTHING} else change,
            moved,
            size,
        )


def _comparable(row: Any, price: PriceChange, currencies: Currencies) -> bool:
    units = price.tier_units
    return None not in (row.price_before, row.price_after) and units[0] is units[1] and currencies[0] == currencies[1]


def _is_on_both_sides(one: Document) -> bool:
    """An amount that was 0 has no share by which it changes."""
    before, after = one["before"], one["after"]
    if one.get("currency"):
        return isinstance(before, int) and isinstance(after, int) and before != 0
    return before is not None and after is not None


def _percent(before: Any, after: Any) -> str:
    numbers = isinstance(before, Decimal) and isinstance(after, Decimal) and before
    return percent(before, after) if numbers else ""


def _size(before: Any, after: Any) -> float:
    """1 if there was nothing before."""
    if not isinstance(before, Decimal) or not isinstance(after, Decimal) or not before:
        return float(before != after)
    return float(abs(quot(after - before, before)))


def _only_percent(price: PriceChange) -> str:
    """The change of a price with a single figure."""
    numbers = [each for each in price.figures if each.unit in {Unit.MONEY, Unit.PERCENT}]
    return _percent(numbers[0].before, numbers[0].after) if len(price.figures) == len(numbers) == 1 else ""


def _range(price: PriceChange) -> str:
    """From the smallest to the largest change at the usages shown."""
    pairs = [(each.before, each.after) for each in price.costs if each.before and each.after is not None]
    changes = sorted(pairs, key=lambda pair: quot(pair[1] - pair[0], pair[0]))
    said = dict.fromkeys(percent(*pair) for pair in (changes[:1] + changes[-1:]))
    return " to ".join(said)


def _figure_signs(each: Figure) -> set[int]:
    """Only for money of the same period; an amount that there wasn't, such as a minimum, is nothing."""
    if each.unit is not Unit.MONEY or each.per[0] != each.per[1] or not each.per[0]:
        return set()
    return {_sign_of(each.before or ZERO, each.after or ZERO)} - {0}


def _price_signs(price: PriceChange) -> set[int]:
    if price.before is None or price.after is None:
        return set()
    if price.comparison is not None:
        return {stretch.sign for stretch in price.comparison.stretches} - {0}
    if not price.costs:
        return {_sign_of(each.before, each.after) for each in price.figures} - {0} if len(price.figures) == 1 else set()
    return {_sign_of(each.before, each.after) for each in price.costs} - {0}


def _only(signs: set[int]) -> int:
    return next(iter(signs)) if len(signs) == 1 else 0


def _sign_of(before: Any, after: Any) -> int:
    if not isinstance(before, Decimal) or not isinstance(after, Decimal):
        return 0
    return (after > before) - (after < before)
