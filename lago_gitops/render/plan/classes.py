"""How far each change of a plan goes, and which of its price changes are compared for that."""

from collections.abc import Iterable, Iterator, Mapping
from decimal import Decimal
from heapq import nsmallest
from operator import itemgetter
from typing import Any

from lago_gitops.core.assessment.change_class import Classified, PriceMove, classified
from lago_gitops.core.model.effects import gravest
from lago_gitops.core.model.kind import ResourceKind
from lago_gitops.core.model.resources import Change, Create, Delete, Update
from lago_gitops.core.model.types import Lock
from lago_gitops.core.plan import ChangePlan
from lago_gitops.core.policies.rule import FROM_NOTHING
from lago_gitops.pricing.base.numbers import ZERO
from lago_gitops.render.prices.amounts import amount_moves, changed_amounts, percent, touches_prices
from lago_gitops.render.prices.changes import price_changes
from lago_gitops.render.prices.model import PlanChange
from lago_gitops.render.prices.moves import own_price_moves, price_moves

Telling = tuple[bool, ...] | None
MEASURES = "aggregation_type"  # a field that shows how usage is aggregated
PRICES_SHOWN = 200  # changes


def compared_prices(
    plan: ChangePlan, kinds: Mapping[str, ResourceKind], ids: Iterable[str]
) -> dict[str, PlanChange | None]:
    """Price changes by id of the change; only for the gravest and largest changes, since it takes a while."""
    metrics = measures(plan)
    priced = [
        (-gravest([effect.weight for effect in effects]), -size, id_, one)
        for id_, one, effects in zip(ids, plan.changes, plan.effects, strict=True)
        if not isinstance(one, Delete) and kinds[one.address.kind].shows_prices(one)
        if (size := _size(one)) is not None
    ]
    found: dict[str, PlanChange | None] = {}
    for *_, id_, one in nsmallest(PRICES_SHOWN, priced, key=itemgetter(0, 1)):
        before = one.live.fields if isinstance(one, Update) else None
        found[id_] = price_changes(before, one.desired.fields, metrics, _replaced(one))
    return found


def _size(change: Create | Update) -> Decimal | None:
    """Of the amount that changes most, in per cent; what only a comparison tells comes before any amount. None where
    prices say nothing about it."""
    if isinstance(change, Create):
        return ZERO
    amounts = changed_amounts(change)
    if amounts is None:
        return FROM_NOTHING
    if not amounts:
        return ZERO if touches_prices(change) else None
    percents = [percent(one.before, one.after) for one in amounts]
    return max([FROM_NOTHING if one is None else abs(one) for one in percents])


def classes_of(
    plan: ChangePlan,
    kinds: Mapping[str, ResourceKind],
    ids: Iterable[str],
    compared: Mapping[str, PlanChange | None],
    tells: Iterable[Telling],
) -> Iterator[Classified]:
    """The class of each change. `tells`: for each field of an update whether it is more than a name."""
    for id_, change, effects, fields in zip(ids, plan.changes, plan.effects, tells, strict=True):
        own = tuple(own_price_moves(change))
        is_priced = kinds[change.address.kind].shows_prices(change)
        moves = _moves(compared, id_, change, own) if is_priced and isinstance(change, Update) else own
        yield classified(change, effects, moves, is_cosmetic=fields is not None and not any(fields))


def _moves(
    compared: Mapping[str, PlanChange | None], id_: str, change: Update, own: tuple[PriceMove, ...]
) -> tuple[PriceMove, ...] | None:
    """None for changes beyond the number that is compared, unless their amounts tell it."""
    if id_ not in compared:
        amounts = amount_moves(change)
        return None if amounts is None else (*amounts, *own)
    found = compared[id_]
    return own if found is None else (*price_moves(found), *own)


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
