"""The facts of each change of a plan that policies judge: class, effects, subscriptions affected, and price moves."""

from collections.abc import Iterator, Mapping
from decimal import Decimal

from lago_gitops.core.identity import change_id
from lago_gitops.core.model.kind import ResourceKind
from lago_gitops.core.model.resources import Change, Update
from lago_gitops.core.plan import ChangePlan
from lago_gitops.core.policies.rule import FROM_NOTHING, NOTHING, ChangeFacts
from lago_gitops.kinds.own_prices import telling
from lago_gitops.pricing.base.currencies import subunits
from lago_gitops.pricing.base.numbers import quot
from lago_gitops.render.impact.fees import fee_impact
from lago_gitops.render.plan.change import action
from lago_gitops.render.plan.classes import classes_of, compared_prices
from lago_gitops.render.prices.amounts import changed_amounts, percent
from lago_gitops.render.prices.largest import Percent, largest, own_percents, plan_percents
from lago_gitops.render.prices.model import PlanChange

Compared = Mapping[str, PlanChange | None]


def policy_facts(plan: ChangePlan, kinds: Mapping[str, ResourceKind]) -> tuple[ChangeFacts, ...]:
    """One for each change, in their order."""
    ids = [change_id(change) for change in plan.changes]
    compared = compared_prices(plan, kinds, ids)
    amounts = _amounts(plan, kinds)
    classes = classes_of(plan, kinds, ids, compared, map(telling, plan.changes))
    facts: list[ChangeFacts] = []
    for id_, change, effects, classified in zip(ids, plan.changes, plan.effects, classes, strict=True):
        is_priced = kinds[change.address.kind].shows_prices(change)
        moved = largest(_percents(id_, change, compared, is_priced=is_priced))
        facts.append(
            ChangeFacts(
                address=change.address,
                action=action(change),
                class_=classified.class_,
                effects=frozenset(one.class_ for one in effects),
                hit=tuple(hit for one in effects for hit in one.hit),
                rise=moved.rise,
                fall=moved.fall,
                amounts=amounts.get(str(change.address), NOTHING),
            )
        )
    return tuple(facts)


def _percents(id_: str, change: Change, compared: Compared, *, is_priced: bool) -> Iterator[Percent]:
    """None for updates beyond the number that is compared, unless their amounts tell it."""
    yield from own_percents(change)
    if not is_priced or not isinstance(change, Update):
        return
    if id_ in compared:
        moves = compared[id_]
        yield from plan_percents(moves) if moves is not None else ()
    elif (amounts := changed_amounts(change)) is None:
        yield None
    else:
        for one in amounts:
            moved = percent(one.before, one.after)
            yield FROM_NOTHING if moved is None else moved


def _amounts(plan: ChangePlan, kinds: Mapping[str, ResourceKind]) -> Mapping[str, Mapping[str, Decimal] | None]:
    """By address of plans with a changed fee; None when it isn't known how many pay it."""
    amounts: dict[str, Mapping[str, Decimal] | None] = {}
    for line in fee_impact(plan, kinds)["plans"]:
        cents, currency = line["difference_cents_a_month"], line["currency"]
        amounts[line["address"]] = (
            None if cents is None else {currency: quot(Decimal(cents), Decimal(subunits(currency)))}
        )
    return amounts
