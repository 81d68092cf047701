"""The facts of each change of a plan that policies judge: class, effects, subscriptions affected, and price moves."""

from collections.abc import Iterator, Mapping
from decimal import Decimal

from lago_gitops.core.model.kind import ResourceKind
from lago_gitops.core.plan import ChangePlan
from lago_gitops.core.policies.rule import NOTHING, ChangeFacts
from lago_gitops.pricing.base.currencies import subunits
from lago_gitops.pricing.base.numbers import quot
from lago_gitops.render.impact.fees import fee_impact
from lago_gitops.render.plan.change import action
from lago_gitops.render.plan.classes import classes_of, compared_prices, measures
from lago_gitops.render.plan.known import Known, known_changes
from lago_gitops.render.prices.largest import Percent, largest, own_percents, plan_percents
from lago_gitops.render.prices.model import PlanChange

Compared = Mapping[str, PlanChange | None]


def policy_facts(plan: ChangePlan, kinds: Mapping[str, ResourceKind]) -> tuple[ChangeFacts, ...]:
    """One for each change, in their order."""
    changes = known_changes(plan, kinds)
    compared = compared_prices(changes, measures(plan))
    amounts = _amounts(plan, kinds)
    facts: list[ChangeFacts] = []
    for one, classified in zip(changes, classes_of(changes, compared), strict=True):
        moved = largest(_percents(one, compared))
        address = one.change.address
        facts.append(
            ChangeFacts(
                address=address,
                action=action(one.change),
                class_=classified.class_,
                effects=frozenset(effect.class_ for effect in one.effects),
                hit=tuple(hit for effect in one.effects for hit in effect.hit),
                rise=moved.rise,
                fall=moved.fall,
                amounts=amounts.get(str(address), NOTHING),
            )
        )
    return tuple(facts)


def _percents(one: Known, compared: Compared) -> Iterator[Percent]:
    """None for updates beyond the number that is compared, unless their amounts tell it."""
    yield from own_percents(one.change)
    if one.amounts is None or not one.shows_prices:
        return
    if one.id in compared:
        moves = compared[one.id]
        yield from plan_percents(moves) if moves is not None else ()
    elif one.amounts.are_all:
        yield from one.amounts.percents
    else:
        yield None


def _amounts(plan: ChangePlan, kinds: Mapping[str, ResourceKind]) -> Mapping[str, Mapping[str, Decimal] | None]:
    """By address of plans with a changed fee; None when it isn't known how many pay it."""
    amounts: dict[str, Mapping[str, Decimal] | None] = {}
    for line in fee_impact(plan, kinds)["plans"]:
        cents, currency = line["difference_cents_a_month"], line["currency"]
        amounts[line["address"]] = (
            None if cents is None else {currency: quot(Decimal(cents), Decimal(subunits(currency)))}
        )
    return amounts
