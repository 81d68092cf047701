"""What Lago knows about a customer: subscriptions, invoices, fees without an invoice, credits; and queries on it."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, timedelta, tzinfo
from enum import StrEnum

from lago_gitops.pricing.base.rules import LATEST, Rules
from lago_gitops.pricing.catalog.items import Plan, UsageThreshold
from lago_gitops.pricing.fees.advance import NO_HEIGHTS, Heights
from lago_gitops.pricing.fees.fee import Fee
from lago_gitops.pricing.invoicing.coupons import AppliedCoupon
from lago_gitops.pricing.invoicing.credit_notes import CreditNote
from lago_gitops.pricing.invoicing.history import History, Part, Reason
from lago_gitops.pricing.invoicing.invoice import Invoice
from lago_gitops.pricing.invoicing.progressive import LifetimeUsage
from lago_gitops.pricing.invoicing.taxes import TaxLevels
from lago_gitops.pricing.periods.spans import local_date
from lago_gitops.pricing.periods.subscription import Subscription
from lago_gitops.pricing.usage.aggregations import Events
from lago_gitops.pricing.usage.buckets import NO_LEVELS, Levels

Usage = Mapping[str, Events]  # by line, in chronological order


class Kind(StrEnum):
    """Lago's invoice types."""

    SUBSCRIPTION = "subscription"
    PROGRESSIVE = "progressive_billing"
    STATEMENT = "advance_charges"


class SubscriptionStatus(StrEnum):
    DRAFT = "draft"
    FINALIZED = "finalized"


@dataclass(frozen=True, slots=True)
class Held:
    """A subscription of the account. Successive subscriptions with the same external id form a line."""

    line: str
    subscription: Subscription
    upcoming: Plan | None = None  # a cheaper plan, due at the end of the period
    predecessor: int | None = None
    thresholds: tuple[UsageThreshold, ...] | None = None  # None: the plan's
    levels: Levels = field(default_factory=lambda: NO_LEVELS)
    heights: Heights = field(default_factory=lambda: NO_HEIGHTS)


@dataclass(frozen=True, slots=True)
class OwnedPart:
    subscription: int
    part: Part
    opening: Levels = field(default_factory=lambda: NO_LEVELS)  # the levels of recurring weighted sums before


@dataclass(frozen=True, slots=True)
class Issued:
    """An invoice of the account; its number is its position there."""

    kind: Kind
    status: SubscriptionStatus
    issued_on: date  # for a draft: the day of finalization
    made_at: datetime
    parts: tuple[OwnedPart, ...]
    invoice: Invoice
    thresholds: tuple[UsageThreshold, ...] = ()  # for a progressive invoice: the thresholds passed
    lifetime: LifetimeUsage | None = None  # of a progressive invoice, at that time
    paid_cents: int = 0

    @property
    def is_final(self) -> bool:
        return self.status == SubscriptionStatus.FINALIZED


@dataclass(frozen=True, slots=True)
class LooseFee:
    """A fee billed in advance without an invoice. Once it is paid, a statement may list it."""

    fee: Fee
    made_at: datetime
    paid_at: datetime | None = None
    statement: int | None = None  # the number of that invoice


@dataclass(frozen=True, slots=True)
class Account:
    taxes: TaxLevels = field(default_factory=TaxLevels)
    zone: tzinfo = UTC
    grace_days: int = 0  # days for which invoices stay drafts
    rules: Rules = LATEST
    coupons: tuple[AppliedCoupon, ...] = ()  # in order of application
    prepaid_cents: int = 0
    subscriptions: tuple[Held, ...] = ()
    invoices: tuple[Issued, ...] = ()
    loose: tuple[LooseFee, ...] = ()
    notes: tuple[CreditNote, ...] = ()


def history(account: Account, number: int, without: int | None = None) -> History:
    """The history of one subscription, without the invoice that is being recomputed."""
    held = account.subscriptions[number]
    predecessor = held.predecessor
    return History(
        levels=held.levels,
        parts=tuple(part for at, part in parts_of(account, number) if at != without),
        loose=tuple(each.fee for each in account.loose if each.fee.subscription == number),
        predecessor=tuple(
            fee for _, part in (() if predecessor is None else parts_of(account, predecessor)) for fee in part.fees
        ),
    )


def parts_of(account: Account, number: int) -> Iterator[tuple[int, Part]]:
    """A subscription's parts with the numbers of their invoices; none of statements, whose fees were billed before."""
    for at, issued in enumerate(account.invoices):
        if issued.kind != Kind.STATEMENT:
            for owned in issued.parts:
                if owned.subscription == number:
                    yield at, owned.part


def line_of(account: Account, line: str) -> tuple[int, ...]:
    return tuple(number for number, held in enumerate(account.subscriptions) if held.line == line)


def active(account: Account, line: str) -> int | None:
    """The number of a line's running subscription."""
    return next((at for at in line_of(account, line) if account.subscriptions[at].subscription.ended_at is None), None)


def serving(account: Account, line: str, at: datetime) -> int | None:
    """The number of the subscription that an event belongs to: the latest of those that ran at its instant."""
    for number in reversed(line_of(account, line)):
        subscription = account.subscriptions[number].subscription
        if subscription.started_at <= at and (subscription.ended_at is None or subscription.ended_at >= at):
            return number
    return None


def with_held(account: Account, number: int, held: Held) -> Account:
    subscriptions = (*account.subscriptions[:number], held, *account.subscriptions[number + 1 :])
    return replace(account, subscriptions=subscriptions)


def was_billed_on(account: Account, number: int, day: date) -> bool:
    """Whether the periodic billing of that day is already done."""
    zone = account.subscriptions[number].subscription.zone
    return any(
        part.reason == Reason.PERIODIC and local_date(part.at, zone) == day for _, part in parts_of(account, number)
    )


def billing_second(at: datetime) -> datetime:
    """The instant at which changes are billed: rounded up to a whole second."""
    return (at + timedelta(seconds=1)).replace(microsecond=0)
