"""Subscriptions that end, and plans that follow one another."""

from dataclasses import dataclass, replace
from datetime import datetime

from lago_gitops.pricing.accounts.account import (
    Account,
    Usage,
    billing_second,
    parts_of,
    with_held,
)
from lago_gitops.pricing.accounts.issuing import DueBill, issued
from lago_gitops.pricing.accounts.periodic import ended, succeeding, successor_of
from lago_gitops.pricing.accounts.starting import is_in_trial
from lago_gitops.pricing.accounts.statements import stated
from lago_gitops.pricing.catalog.items import Interval, Plan
from lago_gitops.pricing.fees.fee import ItemType
from lago_gitops.pricing.invoicing.history import Reason
from lago_gitops.pricing.invoicing.termination_notes import OnTermination, Unused, termination_note
from lago_gitops.pricing.periods.boundaries import View, beginning, boundaries
from lago_gitops.pricing.periods.subscription import Change, Subscription, running_at

_A_YEAR = {
    Interval.WEEKLY: 52,
    Interval.MONTHLY: 12,
    Interval.QUARTERLY: 4,
    Interval.SEMIANNUAL: 2,
    Interval.YEARLY: 1,
}


def terminated(
    account: Account,
    number: int,
    at: datetime,
    usage: Usage,
    on_termination: OnTermination = OnTermination.CREDIT,
) -> Account:
    """The account after a subscription's end: with its last invoice, and a credit note for the unused advance fee."""
    return stated(
        issued(uninvoiced_end(account, number, at, on_termination), (DueBill(number, Reason.TERMINATING),), at, usage),
        (number,),
        at,
    )


def uninvoiced_end(
    account: Account, number: int, at: datetime, on_termination: OnTermination = OnTermination.CREDIT
) -> Account:
    """Like `terminated`, but without a last invoice."""
    account = with_held(account, number, ended(account.subscriptions[number], at))
    return _noted(account, number, on_termination)


def is_upgrade(old: Plan, new: Plan) -> bool:
    """Whether the plan follows at once: when it costs as much per year, or more."""
    return new.amount_cents * _A_YEAR[new.interval] >= old.amount_cents * _A_YEAR[old.interval]


@dataclass(frozen=True, slots=True)
class SubscriptionMove:
    """A change of plan at an instant. Lago itself starts the new subscription a moment after the old one ends."""

    plan: Plan
    at: datetime
    started_at: datetime | None = None  # None: at the same instant


def changed(account: Account, number: int, change: SubscriptionMove, usage: Usage) -> Account:
    """The account after a change of plan: to a dearer one at once, to a cheaper one when the period ends."""
    held, plan = account.subscriptions[number], change.plan
    if not is_upgrade(held.subscription.plan, plan):
        return with_held(account, number, replace(held, upcoming=plan))
    following, now = len(account.subscriptions), billing_second(change.at)
    account = with_held(account, number, ended(held, change.at, successor_of(plan, Change.UPGRADE)))
    account = _noted(account, number, OnTermination.CREDIT)
    new = succeeding(held, plan, change.started_at or change.at, Change.UPGRADE, number)
    account = replace(account, subscriptions=(*account.subscriptions, new))
    parts = [DueBill(number, Reason.TERMINATING)]
    if _bills_at_once(new.subscription, now):
        parts.append(DueBill(following, Reason.STARTING))
    return stated(issued(account, parts, now, usage), tuple(each.subscription for each in parts), now)


def _bills_at_once(subscription: Subscription, now: datetime) -> bool:
    plan = subscription.plan
    if any(charge.pay_in_advance for charge in plan.fixed_charges):
        return True
    return plan.pay_in_advance and not is_in_trial(subscription, now)


def _noted(account: Account, number: int, on_termination: OnTermination) -> Account:
    """With the credit note for the unused rest of the last subscription fee billed in advance."""
    unused = _unused(account, number)
    if unused is None or not _was_billed(account, number):
        return account
    others = tuple(note for note in account.notes if note.invoice == unused.number)
    note = termination_note(unused, on_termination, others)
    return replace(account, notes=(*account.notes, note)) if note else account


def _unused(account: Account, number: int) -> Unused | None:
    subscription = account.subscriptions[number].subscription
    if not subscription.plan.pay_in_advance:
        return None
    for at in reversed(range(len(account.invoices))):
        issued_ = account.invoices[at]
        for position, fee in enumerate(issued_.invoice.fees):
            if fee.item_type == ItemType.SUBSCRIPTION and fee.subscription == number:
                noted = (item for note in account.notes if note.invoice == at for item in note.items)
                return Unused(
                    subscription=subscription,
                    invoice=issued_.invoice,
                    number=at,
                    fee=position,
                    noted_cents=sum(item.amount_cents for item in noted if item.fee == position),
                    paid_cents=issued_.paid_cents,
                    invoice_is_final=issued_.is_final,
                )
    return None


def _was_billed(account: Account, number: int) -> bool:
    """Whether the period in which the subscription ends was already billed in advance."""
    subscription = running_at(account.subscriptions[number].subscription)
    ended_at = account.subscriptions[number].subscription.ended_at or subscription.started_at
    start = beginning(View(subscription, ended_at, running=True))
    if start < subscription.started_at:
        return True
    span = boundaries(View(subscription, start)).subscription
    return any(
        (part.boundaries.subscription.start, part.boundaries.subscription.end) == (span.start, span.end)
        for _, part in parts_of(account, number)
    )
