"""Who is subscribed to what, as far as Lago tells."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any, TypeVar

from lago_gitops.core.model.resources import Address

T = TypeVar("T")
Number = int | None
"""Of distinct subscriptions; None where Lago does not tell."""


def is_some(number: Number) -> bool:
    """Whether there is, or may be, one."""
    return number is None or number > 0


def added(numbers: Iterable[Number]) -> Number:
    """Their sum; None as soon as one is not known."""
    known = tuple(numbers)
    return None if None in known else sum(filter(None, known))


@dataclass(frozen=True, slots=True)
class Subscribers:
    """Subscriptions of a plan. `own`: how many of the active ones have prices of their own, and so a plan of their own.

    `period_ends` is the last day of the running period, where all have the same.
    """

    active: Number = 0
    pending: Number = 0
    own: Number = 0
    period_ends: date | None = None

    @property
    def all(self) -> Number:
        return added((self.active, self.pending))

    @property
    def plain(self) -> Number:
        """The active ones that have the plan itself; at most so many, where `own` is not known."""
        return self.active if self.active is None or self.own is None else self.active - self.own


NOBODY = Subscribers()
UNKNOWN = Subscribers(None, None, None)


@dataclass(frozen=True, slots=True)
class Move:
    """A subscription that waits to move to a cheaper plan; `fee_cents` is what it pays until then, if known."""

    old: Address
    new: Address
    fee_cents: int | None = None


@dataclass(frozen=True, slots=True)
class OwnPlan:
    """The plan of a subscription with prices of its own; `fields` are canonical. Lists of plans leave it out."""

    plan: Address  # the one that it was copied from
    fields: Mapping[str, Any]
    subscription: str = ""  # its external id


@dataclass(frozen=True, slots=True)
class Audience:
    """Of the whole organization. Only plans that were asked about are in `plans`.

    `moves`, `own_plans` and `ended_plans` are None where Lago was not asked, or there are too many to read. An
    overridden plan stays when its subscription ends, and goes on using what it bills: so there are `ended_plans`.
    `copied` are the plans that overridden ones were copied from, as far as Lago tells.
    """

    total: Number = 0
    plans: Mapping[Address, Subscribers] = field(default_factory=dict)
    moves: tuple[Move, ...] | None = ()
    own_plans: tuple[OwnPlan, ...] | None = ()
    ended_plans: tuple[OwnPlan, ...] | None = ()
    copied: frozenset[Address] = frozenset()
    _to: Mapping[Address, list[Move]] = field(init=False, repr=False, compare=False)
    _from: Mapping[Address, list[Move]] = field(init=False, repr=False, compare=False)
    _copies: Mapping[Address, list[OwnPlan]] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "_to", _grouped(self.moves, lambda one: one.new))
        object.__setattr__(self, "_from", _grouped(self.moves, lambda one: one.old))
        object.__setattr__(self, "_copies", _grouped(self.own_plans, lambda one: one.plan))

    def of(self, plan: Address) -> Subscribers:
        """A plan that isn't there has nobody."""
        return self.plans.get(plan, UNKNOWN if self.total is None else NOBODY)

    def moves_to(self, plan: Address) -> Sequence[Move] | None:
        """None where `moves` is."""
        return None if self.moves is None else self._to.get(plan, ())

    def moves_from(self, plan: Address) -> Sequence[Move] | None:
        """None where `moves` is."""
        return None if self.moves is None else self._from.get(plan, ())

    def copies_of(self, plan: Address) -> Sequence[OwnPlan] | None:
        """The overridden plans made of it; None where `own_plans` is."""
        return None if self.own_plans is None else self._copies.get(plan, ())


def _grouped(items: Iterable[T] | None, key: Callable[[T], Address]) -> Mapping[Address, list[T]]:
    groups: dict[Address, list[T]] = {}
    for item in items or ():
        groups.setdefault(key(item), []).append(item)
    return groups


NO_AUDIENCE = Audience()
HIDDEN = Audience(None, {}, None, None, None)
"""Of an organization that Lago tells nothing of: there may be anybody."""
