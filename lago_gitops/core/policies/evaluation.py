"""Evaluates policies for the changes of a plan, at a given moment."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from lago_gitops.core.assessment.change_class import highest
from lago_gitops.core.assessment.guard import Policy, Verdict
from lago_gitops.core.model.audience import Number
from lago_gitops.core.model.effects import distinct
from lago_gitops.core.model.plurals import counted
from lago_gitops.core.model.resources import Address
from lago_gitops.core.model.scalars import plain
from lago_gitops.core.policies.rule import FROM_NOTHING, Bounds, ChangeFacts, Condition, PolicyRule, RuleResult


@dataclass(frozen=True, slots=True)
class Fired:
    """A policy that matches: which changes, and by which facts, in words. `stands`: nobody has allowed it."""

    rule: PolicyRule
    addresses: tuple[Address, ...]
    subscriptions: Number
    facts: str
    stands: bool

    @property
    def reason(self) -> str:
        return f"{self.rule.because} ({self.facts})" if self.facts else self.rule.because


def fired(
    rules: Iterable[PolicyRule], facts: Sequence[ChangeFacts], at: datetime, allowed: Iterable[str] = ()
) -> tuple[Fired, ...]:
    """In the order of the rules, which are those that hold in the environment."""
    waived = frozenset(allowed)
    picks = ((rule, tuple(one for one in facts if rule.when.picks(one))) for rule in rules)
    return tuple(
        Fired(
            rule,
            tuple(one.address for one in picked),
            _subscriptions(picked),
            ", ".join(_words(rule.when, picked, at)),
            stands=rule.result is not RuleResult.WARN and rule.name not in waived,
        )
        for rule, picked in picks
        if picked and _holds(rule.when, picked, at)
    )


def standing(fired_rules: Iterable[Fired]) -> Iterator[Verdict]:
    """As guards have it: no approval of the plan answers them, only whoever may waive them by name."""
    for one in fired_rules:
        if one.stands:
            yield Verdict(
                one.rule.name, Policy.REFUSE, one.reason, one.addresses, one.subscriptions, one.rule.requirement
            )


def _holds(when: Condition, picked: Sequence[ChangeFacts], at: datetime) -> bool:
    return (
        (when.subscriptions is None or when.subscriptions.admit(_subscriptions(picked)))
        and (when.amount is None or any(map(when.amount.admit, _amounts(when, picked).values())))
        and (not when.during or any(window.has(at) for window in when.during))
        and not any(window.has(at) for window in when.outside)
    )


def _subscriptions(picked: Iterable[ChangeFacts]) -> Number:
    return distinct(hit for one in picked for hit in one.hit)


def _amounts(when: Condition, picked: Iterable[ChangeFacts]) -> Mapping[str, Decimal | None]:
    """Of all changes together, by currency; None under every currency as soon as one isn't known."""
    sums: dict[str, Decimal] = {}
    for one in picked:
        if one.amounts is None:
            return {when.currency: None}
        for currency, amount in one.amounts.items():
            sums[currency] = sums.get(currency, Decimal(0)) + amount
    if when.currency:
        return {when.currency: sums.get(when.currency, Decimal(0))}
    return sums or {"": Decimal(0)}


# In words -----------------------------------------------------------------------------------------------------------


def _words(when: Condition, picked: Sequence[ChangeFacts], at: datetime) -> Iterator[str]:
    """The facts that the policy asks about."""
    if when.classes and (class_ := highest(one.class_ for one in picked)) is not None:
        yield class_
    if when.rise is not None:
        yield _percent([one.rise for one in picked], "up")
    if when.fall is not None:
        yield _percent([one.fall for one in picked], "down")
    if when.subscriptions is not None:
        yield counted(_subscriptions(picked), "subscription")
    if when.amount is not None:
        yield from _amount_words(when.amount, _amounts(when, picked))
    if when.during or when.outside:
        yield (when.during or when.outside)[0].shown(at)


def _percent(values: Sequence[Decimal | None], way: str) -> str:
    known = [value for value in values if value is not None]
    if len(known) < len(values):
        return f"{way} by an unknown percentage"
    most = max(known)
    return f"{way} from nothing" if most == FROM_NOTHING else f"{way} by {plain(round(most, 2))}%"


def _amount_words(bounds: Bounds, amounts: Mapping[str, Decimal | None]) -> Iterator[str]:
    for currency, amount in amounts.items():
        if amount is None:
            yield "fees by an unknown amount a month"
        elif not amount:
            yield "fees as they are"
        elif bounds.admit(amount):
            yield f"fees by {'+' if amount > 0 else ''}{plain(round(amount, 2))} {currency} a month"
