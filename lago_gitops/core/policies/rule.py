"""A policy: what it is about, and what follows."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from enum import StrEnum
from types import MappingProxyType

from lago_gitops.core.assessment.change_class import ChangeClass
from lago_gitops.core.assessment.guard import Requirement
from lago_gitops.core.model.effects import EffectClass, Hit
from lago_gitops.core.model.patterns import fits
from lago_gitops.core.model.problem import Mark
from lago_gitops.core.model.resources import Address
from lago_gitops.core.policies.window import Window

FROM_NOTHING = Decimal("Infinity")
"""Percent of a price that was nothing: more than any number."""
NOTHING = MappingProxyType[str, Decimal]({})


class RuleResult(StrEnum):
    WARN = "warn"  # people are told
    REQUIRE = "require"  # somebody has to agree, or time has to pass
    REFUSE = "refuse"


@dataclass(frozen=True, slots=True)
class ChangeFacts:
    """What policies judge of one change.

    `rise` and `fall` are in percent, of the price of it that changes most; FROM_NOTHING for what was free.
    `amounts` is the monthly change of fees that don't depend on usage, by currency, for all who pay them.
    Each is None where it isn't known.
    """

    address: Address
    action: str  # create, update or delete
    class_: ChangeClass
    effects: frozenset[EffectClass] = frozenset()
    hit: Hit = ()
    rise: Decimal | None = Decimal(0)
    fall: Decimal | None = Decimal(0)
    amounts: Mapping[str, Decimal] | None = field(default_factory=lambda: NOTHING)


@dataclass(frozen=True, slots=True)
class Bounds:
    """Both inclusive. What isn't known may be within, so it is taken to be."""

    at_least: Decimal | None = None
    at_most: Decimal | None = None

    def admit(self, value: Decimal | int | None) -> bool:
        if value is None:
            return True
        return (self.at_least is None or value >= self.at_least) and (self.at_most is None or value <= self.at_most)


@dataclass(frozen=True, slots=True)
class Condition:
    """All that is given has to hold; what is empty or None holds always.

    The first seven pick changes, one by one; numbers of money and subscriptions are those of all that are picked, so
    that nobody gets around them by changing plan after plan.
    """

    kinds: tuple[str, ...] = ()
    codes: tuple[str, ...] = ()  # patterns
    actions: tuple[str, ...] = ()
    classes: tuple[ChangeClass, ...] = ()
    effects: tuple[EffectClass, ...] = ()
    rise: Bounds | None = None
    fall: Bounds | None = None
    amount: Bounds | None = None
    currency: str = ""  # of the amount; empty: any
    subscriptions: Bounds | None = None
    during: tuple[Window, ...] = ()  # one of them
    outside: tuple[Window, ...] = ()  # all of them

    def picks(self, facts: ChangeFacts) -> bool:
        return (
            (not self.kinds or facts.address.kind in self.kinds)
            and (not self.codes or fits(facts.address.key, self.codes))
            and (not self.actions or facts.action in self.actions)
            and (not self.classes or facts.class_ in self.classes)
            and (not self.effects or not facts.effects.isdisjoint(self.effects))
            and (self.rise is None or self.rise.admit(facts.rise))
            and (self.fall is None or self.fall.admit(facts.fall))
        )


@dataclass(frozen=True, slots=True)
class PolicyRule:
    """`name` is its waiver, too. `environments` are patterns; without any it holds wherever customers are billed."""

    name: str
    mark: Mark
    result: RuleResult
    because: str
    environments: tuple[str, ...] = ()
    when: Condition = field(default_factory=Condition)
    requirement: Requirement | None = None

    def holds_in(self, environment: str, *, is_billed: bool) -> bool:
        """Nobody is billed by the sandbox: there a policy holds that names it."""
        return fits(environment, self.environments) if self.environments else is_billed
