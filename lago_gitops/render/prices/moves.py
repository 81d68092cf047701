"""Which prices of a plan become dearer and which cheaper: by their curves, or else by rated amounts."""

from collections.abc import Iterable, Iterator
from decimal import Decimal
from typing import Any

from lago_gitops.core.assessment.change_class import PriceMove
from lago_gitops.core.model.currencies import money_of
from lago_gitops.core.model.resources import Change, FieldChange
from lago_gitops.kinds.own_prices import CHEAPER, DEARER, is_rate, own_prices
from lago_gitops.render.base.values import shown
from lago_gitops.render.prices.costs import sides
from lago_gitops.render.prices.model import ChargeChange, Figure, PlanChange, PriceChange
from lago_gitops.render.prices.tiers import Sign
from lago_gitops.render.prices.words import Currencies, figure_sides

CHEAPER_WHEN_MORE = {"trial days", "free units", "free events", "package size"}
NOT_COMPARED = {"billed in advance", "on invoices", "paid fees grouped by"}  # when something is billed, not how much
RATED = "costs"  # the total cost of a fixed charge's units
TOLD_APART = {"model", "units", "taxes"}  # by prices, costs, and tax codes


def price_moves(change: PlanChange) -> tuple[PriceMove, ...]:
    """Moves of a plan that changes; a new one has nothing to compare with."""
    if change.sign is Sign.NEW:
        return ()
    currencies = change.currency_before, change.currency
    own = (move for figure in change.figures for move in _of_figure(figure, "", currencies))
    return (*own, *(move for charge in change.charges for move in _of_charge(charge, currencies)))


def own_price_moves(change: Change) -> Iterator[PriceMove]:
    """What an update outside of plans makes dearer or cheaper; changes that do not compare (currency) count as both."""
    for field, sign in own_prices(change):
        ways = {sign * way for way in _ways(field)}
        sides = " → ".join(_side(change, field, value) for value in (field.before, field.after))
        words = f"{field.where.removesuffix('_cents')} {sides}"
        yield PriceMove(words, is_dearer=DEARER in ways, is_cheaper=CHEAPER in ways)


def _side(change: Change, field: FieldChange, value: Any) -> str:
    """Amounts as money, rates as percentages."""
    if is_rate(change.address.kind, field.where):
        return f"{shown(value)}%"
    currency = change.desired.fields.get("amount_currency")
    is_money = currency and field.where.endswith("_cents") and isinstance(value, int)
    return money_of(value, currency) if is_money and currency else shown(value)


def _ways(field: FieldChange) -> tuple[int, ...]:
    """Whether it rises (1), falls (−1), or both."""
    before, after = field.before, field.after
    if isinstance(before, tuple) and isinstance(after, tuple):
        return (1,) * bool(set(after) - set(before)) + (-1,) * bool(set(before) - set(after))
    if isinstance(after, bool):
        return (1,) if after else (-1,)
    if isinstance(before, int | Decimal) and isinstance(after, int | Decimal):
        return (1,) if after > before else (-1,)
    return (1, -1)


def _of_charge(charge: ChargeChange, currencies: Currencies) -> Iterator[PriceMove]:
    name = f"{charge.sort} {charge.code!r}"
    if charge.sign is Sign.NEW:
        is_free = all(cost.after == 0 for price in charge.prices for cost in price.costs)
        yield PriceMove(f"{name} is new", is_dearer=not (is_free and charge.prices), is_cheaper=False)
    elif charge.sign is Sign.GONE:
        yield PriceMove(f"{name} is removed", is_dearer=False, is_cheaper=True)
    else:
        for figure in charge.figures:
            yield from _of_figure(figure, f"{name}: ", currencies)
        is_rated = any(figure.label == RATED for figure in charge.figures)
        yield from (_of_price(price, name) for price in charge.prices if not is_rated)


def _of_figure(figure: Figure, name: str, currencies: Currencies) -> Iterator[PriceMove]:
    if figure.label in NOT_COMPARED | TOLD_APART:
        return
    words = f"{name}{figure.label} {' → '.join(figure_sides(figure, currencies))}"
    before, after = _number(figure.before), _number(figure.after)
    if before is None or after is None:
        yield PriceMove(words, is_dearer=True, is_cheaper=False)  # words, such as intervals, don't compare
    elif figure.label in CHEAPER_WHEN_MORE:
        yield PriceMove(words, is_dearer=after < before, is_cheaper=after > before)
    else:
        yield PriceMove(words, is_dearer=after > before, is_cheaper=after < before)


def _of_price(price: PriceChange, name: str) -> PriceMove:
    of = f"{name}, {price.label}" if price.label else name
    told = f"{price.before or 'nothing'} → {price.after or 'nothing'}"
    words = f"{of}: {told if price.comparison is None else sides(price.comparison)}"
    signs = set(_signs(price))
    return PriceMove(words, is_dearer=1 in signs or not signs, is_cheaper=-1 in signs)


def _signs(price: PriceChange) -> Iterator[int]:
    """Whether it is dearer (1), cheaper (−1) or both for some usage; empty if unknown."""
    if price.comparison is not None:
        yield from (stretch.sign for stretch in price.comparison.stretches)
    yield from _by_cost(price)


def _by_cost(price: PriceChange) -> Iterable[int]:
    for cost in price.costs:
        if cost.before is not None and cost.after is not None:
            yield (cost.after > cost.before) - (cost.after < cost.before)


def _number(value: Decimal | str | None) -> Decimal | None:
    return None if isinstance(value, str) else value or Decimal(0)
