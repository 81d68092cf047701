"""What may be done without asking, by the class of its effects; each guard has a waiver of its own."""

from collections.abc import Iterable, Iterator, Mapping, Sequence, Set
from dataclasses import dataclass, field
from decimal import Decimal
from enum import StrEnum
from types import MappingProxyType

from lago_gitops.core.model.audience import Number
from lago_gitops.core.model.effects import Effect, EffectClass, distinct_subscriptions
from lago_gitops.core.model.resources import Address, Change, Delete, Update


class Policy(StrEnum):
    ALLOW = "allow"
    ASK = "ask"  # a person says yes at the terminal, or the class is allowed for this run
    REFUSE = "refuse"  # the class has to be allowed for this run


DEFAULTS: Mapping[EffectClass, Policy] = MappingProxyType(
    {
        EffectClass.DELETES: Policy.ASK,
        EffectClass.ENDS_SUBSCRIPTIONS: Policy.REFUSE,
        EffectClass.CHANGES_BILLS: Policy.ASK,
        EffectClass.LOSES_USAGE: Policy.REFUSE,
        EffectClass.CASCADES: Policy.ASK,
        EffectClass.BILLS_TWICE: Policy.REFUSE,
        EffectClass.INVOICES_NOW: Policy.REFUSE,
        EffectClass.MOVES_SUBSCRIBERS: Policy.REFUSE,
        EffectClass.CANCELS_DOWNGRADES: Policy.ASK,
        EffectClass.CHANGES_TERMS: Policy.ASK,
        EffectClass.CHANGES_ENTITLEMENTS: Policy.ASK,
        EffectClass.ENDS_DISCOUNTS: Policy.REFUSE,
        EffectClass.CODE_BURNED: Policy.ASK,
        EffectClass.LEAVES_OUT: Policy.ALLOW,
        EffectClass.NEEDS_LICENCE: Policy.ALLOW,
    }
)
MANY_DELETES, MANY_UPDATES = "many-deletes", "many-updates"
WAIVERS = (*(class_.value for class_ in EffectClass), MANY_DELETES, MANY_UPDATES)
"""What `--allow` takes."""


@dataclass(frozen=True, slots=True)
class Limit:
    """At most so many, and at most such a share of what is there, in percent; None: no limit. At every size."""

    number: int | None = None
    percent: Decimal | None = None


@dataclass(frozen=True, slots=True)
class Guards:
    """An environment's rules."""

    policies: Mapping[EffectClass, Policy] = field(default_factory=lambda: DEFAULTS)
    deletes: Limit = field(default_factory=lambda: Limit(20, Decimal(50)))
    updates: Limit = field(default_factory=Limit)


OPEN = Guards(dict.fromkeys(EffectClass, Policy.ALLOW), Limit(), Limit())
"""Everything goes: of the sandbox, where nobody is billed."""


LABEL = "lago:allow-"
"""What labels that waive a guard begin with; its name follows."""


@dataclass(frozen=True, slots=True)
class Requirement:
    """What answers a policy: a label (empty: none), given by one of `approvers` (`@login` or `@organization/team`;
    empty: whoever may write), and that `wait_s` seconds have passed since the plan was first shown."""

    label: str
    approvers: tuple[str, ...] = ()
    wait_s: int = 0


@dataclass(frozen=True, slots=True)
class Verdict:
    """What stands in the way until `waiver` is allowed, whose doing it is, and how many subscriptions it hits."""

    waiver: str
    policy: Policy
    reason: str
    addresses: tuple[Address, ...]
    subscriptions: Number = 0
    requirement: Requirement | None = None  # of a policy of the project's that wants somebody to agree


def verdicts(
    changes: Sequence[Change], effects: Sequence[Iterable[Effect]], there: int, guards: Guards, allowed: Set[str]
) -> tuple[Verdict, ...]:
    """What is neither allowed by the rules nor for this run; `there` is how many resources the manifests describe."""
    all_verdicts = [*_by_class(changes, effects, guards), *_by_number(changes, there, guards)]
    return tuple(one for one in all_verdicts if one.waiver not in allowed)


def _by_class(changes: Sequence[Change], effects: Sequence[Iterable[Effect]], guards: Guards) -> Iterator[Verdict]:
    by_class: dict[EffectClass, list[tuple[Address, Effect]]] = {}
    for change, each in zip(changes, effects, strict=True):
        for effect in each:
            by_class.setdefault(effect.class_, []).append((change.address, effect))
    for class_, mine in by_class.items():
        policy = guards.policies.get(class_, DEFAULTS[class_])
        if policy is not Policy.ALLOW:
            addresses = tuple(dict.fromkeys(address for address, _ in mine))
            hit = distinct_subscriptions(effect for _, effect in mine)
            yield Verdict(class_.value, policy, mine[0][1].sentence, addresses, hit)


def _by_number(changes: Sequence[Change], there: int, guards: Guards) -> Iterator[Verdict]:
    for waiver, sort, limit in (
        (MANY_DELETES, Delete, guards.deletes),
        (MANY_UPDATES, Update, guards.updates),
    ):
        mine = tuple(change.address for change in changes if isinstance(change, sort))
        if words := _beyond(len(mine), there, limit):
            yield Verdict(waiver, Policy.REFUSE, f"{len(mine)} of {there} resources: {words}", mine)


def _beyond(number: int, there: int, limit: Limit) -> str:
    if limit.number is not None and number > limit.number:
        return f"more than {limit.number}"
    if limit.percent is not None and number * 100 > limit.percent * there:
        return f"more than {limit.percent}%"
    return ""
