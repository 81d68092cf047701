"""Billing one subscription, invoice by invoice: the invoice of an occasion, and the state for the next one."""

from dataclasses import dataclass, field, replace
from datetime import date, datetime
from typing import Final

from lago_gitops.pricing.base.rules import LATEST, Rules
from lago_gitops.pricing.invoicing.due import Due, GivenUsage
from lago_gitops.pricing.invoicing.history import NEW, History, Reason
from lago_gitops.pricing.invoicing.invoice import Invoice, invoice
from lago_gitops.pricing.invoicing.parts import part
from lago_gitops.pricing.invoicing.taxes import TaxLevels
from lago_gitops.pricing.periods.boundaries import Boundaries
from lago_gitops.pricing.periods.spans import midnight
from lago_gitops.pricing.periods.subscription import Subscription
from lago_gitops.pricing.usage.aggregations import Events


@dataclass(frozen=True, slots=True)
class Periodic:
    """Periodic billing on a day, which should be the first of a period."""

    day: date


@dataclass(frozen=True, slots=True)
class Start:
    """The invoice at the start if something is billed in advance; a subscription that started in the past has none."""


@dataclass(frozen=True, slots=True)
class Termination:
    at: datetime


Occasion = Periodic | Start | Termination


@dataclass(frozen=True, slots=True)
class Setting:
    """What neither plan nor subscription determines: the taxes above the plan's, and the server's rules."""

    taxes: TaxLevels = field(default_factory=TaxLevels)
    rules: Rules = LATEST


PLAIN: Final = Setting()


@dataclass(frozen=True, slots=True)
class Billed:
    invoice: Invoice
    boundaries: Boundaries
    history: History  # for the next occasion


def bill(
    subscription: Subscription,
    occasion: Occasion,
    usage: Events | GivenUsage = (),
    history: History = NEW,
    setting: Setting = PLAIN,
) -> Billed:
    """The invoice of an occasion.

    `usage` is events, of which those billed in advance are left to `advance_fees`; or usage by charge code, which is
    rated whether it is billed in advance or not.
    Raises UnratableError where Lago fails and creates no invoice.
    """
    due = replace(_due(subscription, occasion), usage=usage, history=history, rules=setting.rules)
    made = part(due)
    issued = invoice(made.part.fees, subscription.plan.currency, setting.taxes, history.coupons)
    after = History(issued.coupons, made.levels, (*history.parts, made.part), (*history.loose, *made.loose))
    return Billed(issued, made.part.boundaries, after)


def _due(subscription: Subscription, occasion: Occasion) -> Due:
    match occasion:
        case Periodic(day):
            return Due(subscription, Reason.PERIODIC, midnight(day, subscription.zone))
        case Termination(at):
            return Due(replace(subscription, ended_at=at), Reason.TERMINATING, at)
        case Start():  # the last of its union
            return Due(subscription, Reason.STARTING, subscription.started_at)
