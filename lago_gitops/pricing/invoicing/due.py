"""What to bill of a subscription, and everything its fees depend on."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from lago_gitops.pricing.base.rules import LATEST, Rules
from lago_gitops.pricing.fees.booking import booked
from lago_gitops.pricing.fees.fee import Fee
from lago_gitops.pricing.fees.terms import Terms
from lago_gitops.pricing.invoicing.history import NEW, History, Reason
from lago_gitops.pricing.periods.boundaries import Boundaries, View, at_the_end, boundaries
from lago_gitops.pricing.periods.spans import Span
from lago_gitops.pricing.periods.subscription import Subscription, ended_by
from lago_gitops.pricing.usage.aggregations import Events
from lago_gitops.pricing.usage.buckets import BucketUsage

GivenUsage = Mapping[str, tuple[BucketUsage, ...]]  # by charge code


@dataclass(frozen=True, slots=True)
class Due:
    """A subscription to bill: why, at which instant, and its usage.

    `usage` is events, of which those billed in advance have their own fees; or usage by charge code, which is rated
    whether it is billed in advance or not.
    """

    subscription: Subscription
    reason: Reason
    at: datetime
    usage: Events | GivenUsage = ()
    history: History = NEW
    rules: Rules = LATEST
    made_at: datetime | None = None  # when the invoice was created; None: at that instant
    now: datetime | None = None  # when its fees are computed, repeatedly while it is a draft; None: when created
    number: int = 0  # of the subscription in its account
    beside: tuple[Fee, ...] = ()  # earlier fees on the same invoice, of subscriptions to the same plan


@dataclass(frozen=True, slots=True)
class Billing:
    due: Due
    boundaries: Boundaries

    @property
    def view(self) -> View:
        return View(self.due.subscription, self.due.at)

    @property
    def made_at(self) -> datetime:
        return self.due.made_at or self.due.at

    @property
    def is_first(self) -> bool:
        """Whether nothing of the subscription was invoiced before."""
        return not self.due.history.parts

    def terms(self, span: Span) -> Terms:
        return Terms(span, self.due.subscription.plan.currency, self.due.rules)

    def booked(self, fee: Fee) -> Fee:
        return booked(fee, self.due.subscription, self.due.at, self.due.number)


def due_boundaries(due: Due) -> Boundaries:
    """The spans that the part bills."""
    subscription = due.subscription
    running = subscription.upgraded and ended_by(subscription, due.at)
    recurring = (each.boundaries for each in due.history.parts if each.reason == Reason.PERIODIC)
    return boundaries(at_the_end(View(subscription, due.at, running), recurring))
