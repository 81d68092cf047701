"""How far each change of a plan goes, and which of its price changes are compared for that."""

from collections.abc import Iterable, Iterator, Mapping
from decimal import Decimal
from heapq import nsmallest
from operator import itemgetter
from typing import Any

from lago_gitops.core.assessment.change_class import Classified, PriceMove, classified
from lago_gitops.core.model.effects import gravest
from lago_gitops.core.model.resources import Change, Create, Update
from lago_gitops.core.model.types import Lock
from lago_gitops.core.plan import ChangePlan
from lago_gitops.core.policies.rule import FROM_NOTHING
from lago_gitops.pricing.base.numbers import ZERO
from lago_gitops.render.plan.known import Known
from lago_gitops.render.prices.amounts import amount_moves
from lago_gitops.render.prices.changes import price_changes
from lago_gitops.render.prices.model import PlanChange
from lago_gitops.render.prices.moves import own_price_moves, price_moves

MEASURES = "aggregation_type"  # a field that shows how usage is aggregated
PRICES_SHOWN = 200  # changes


def compared_prices(changes: Iterable[Known], metrics: Mapping[str, Mapping[str, Any]]) -> dict[str, PlanChange | None]:
    """Price changes by id of the change; only for the gravest and largest changes, since it takes a while."""
    priced = [
        (-gravest([effect.weight for effect in one.effects]), -size, one)
        for one in changes
        if one.shows_prices and (size := _size(one)) is not None
    ]
    found: dict[str, PlanChange | None] = {}
    for *_, one in nsmallest(PRICES_SHOWN, priced, key=itemgetter(0, 1)):
        before = one.change.live.fields if isinstance(one.change, Update) else None
        found[one.id] = price_changes(before, one.change.desired.fields, metrics, _replaced(one.change))
    return found


def _size(one: Known) -> Decimal | None:
    """Of the amount that changes most, in per cent; what only a comparison tells comes before any amount. None where
    prices say nothing about it."""
    if one.amounts is None:
        return ZERO if isinstance(one.change, Create) else None
    if not one.amounts.touch_prices:
        return None
    return max(map(abs, one.amounts.percents), default=ZERO) if one.amounts.are_all else FROM_NOTHING


def classes_of(changes: Iterable[Known], compared: Mapping[str, PlanChange | None]) -> Iterator[Classified]:
    """The class of each change."""
    for one in changes:
        is_cosmetic = one.telling is not None and not any(one.telling)
        yield classified(one.change, one.effects, _moves(one, compared), is_cosmetic=is_cosmetic)


def _moves(one: Known, compared: Mapping[str, PlanChange | None]) -> tuple[PriceMove, ...] | None:
    """None for changes beyond the number that is compared, unless their amounts tell it."""
    own = tuple(own_price_moves(one.change))
    if one.amounts is None or not one.shows_prices:
        return own
    if one.id in compared:
        found = compared[one.id]
        return own if found is None else (*price_moves(found), *own)
    return (*amount_moves(one.amounts), *own) if one.amounts.are_all else None


def measures(plan: ChangePlan) -> dict[str, Mapping[str, Any]]:
    """The metrics that exist once the plan is applied, by code."""
    found = {one.address.key: one.fields for one in plan.comparison.live.values() if MEASURES in one.fields}
    return found | {one.address.key: one.desired.fields for one in plan.changes if MEASURES in one.desired.fields}


def _replaced(change: Change) -> dict[tuple[str, str], tuple[str, ...]]:
    """Charges that Lago can't change in place, each with the fields that prevent it."""
    found: dict[tuple[str, str], tuple[str, ...]] = {}
    for one in change.fields if isinstance(change, Update) else ():
        if one.lock is Lock.REPLACE and len(one.keys) > 2:
            charge = one.keys[0], one.keys[1]
            found[charge] = (*found.get(charge, ()), one.keys[2])
    return found
