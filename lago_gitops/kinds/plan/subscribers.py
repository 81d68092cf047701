"""Who has a plan that changes, as far as the change reaches them."""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property

from lago_gitops.core.model.audience import Number, Subscribers, is_some
from lago_gitops.core.model.effects import Hit, Situation
from lago_gitops.core.model.plurals import counted
from lago_gitops.core.model.resources import Address, Change, Update
from lago_gitops.kinds.plan.timing import plan_reach
from lago_gitops.kinds.timing.line import When
from lago_gitops.kinds.timing.reach import Reached
from lago_gitops.kinds.timing.words import PeriodWords, period


@dataclass(frozen=True)
class Subscribed:
    """An update of a plan that somebody has, or may have."""

    change: Update
    situation: Situation

    @property
    def plan(self) -> Address:
        return self.change.live.address

    @property
    def subscribers(self) -> Subscribers:
        return self.situation.audience.of(self.plan)

    @property
    def follows(self) -> bool:
        """Whether overridden plans get the change as well."""
        return bool(self.change.desired.options.get(("cascade_updates",)))

    @property
    def number(self) -> Number:
        """The active subscriptions whose prices change; at most so many, where Lago doesn't tell who is overridden."""
        return self.subscribers.active if self.follows else self.subscribers.plain

    @property
    def hit(self) -> Hit:
        return ((self.plan, self.number),)

    @property
    def words(self) -> str:
        """Their number in a sentence."""
        return f"{counted(self.number, 'subscription')}{self.own_words}"

    @property
    def own_words(self) -> str:
        """How many of them are overridden; empty where none is reached."""
        own = self.subscribers.own
        return f" ({own:,} overridden, if their prices still equal the plan's)" if self.follows and own else ""

    @property
    def period(self) -> PeriodWords:
        return period(self.change.live.fields["interval"], self.subscribers.period_ends)

    @cached_property
    def reached(self) -> tuple[Reached, ...]:
        """The lines of the table of timings. Whether usage has passed a new threshold is not known, so it may have."""
        old = () if self.situation.version >= (1, 39) else (When.BEFORE_1_39,)
        return tuple(plan_reach(self.change, When.IN_USE, When.PASSED, *old))


def subscribed(change: Change, situation: Situation) -> Iterator[Subscribed]:
    """The update, if prices of somebody who is there may change by it."""
    if isinstance(change, Update) and is_some((subscribers := Subscribed(change, situation)).number):
        yield subscribers
