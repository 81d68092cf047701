"""Subscriptions that start, and trials that end."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta

from lago_gitops.pricing.accounts.account import (
    Account,
    Held,
    Issued,
    Kind,
    OwnedPart,
    SubscriptionStatus,
    Usage,
    parts_of,
    was_billed_on,
    with_held,
)
from lago_gitops.pricing.accounts.issuing import DueBill, issued, settled
from lago_gitops.pricing.fees.booking import booked
from lago_gitops.pricing.fees.fee import Fee
from lago_gitops.pricing.fees.fixed_charges import added_units_fee
from lago_gitops.pricing.fees.terms import Terms
from lago_gitops.pricing.invoicing.history import Part, Reason, has_subscription_fee
from lago_gitops.pricing.invoicing.invoice import invoice
from lago_gitops.pricing.periods.boundaries import View, boundaries, in_advance_span
from lago_gitops.pricing.periods.spans import local_date
from lago_gitops.pricing.periods.subscription import Subscription


def started(account: Account, held: Held, usage: Usage) -> Account:
    """The account with one more subscription, and the invoice for everything billed in advance at its start."""
    number, subscription = len(account.subscriptions), held.subscription
    account = replace(account, subscriptions=(*account.subscriptions, held))
    at = subscription.started_at
    if subscription.plan.pay_in_advance and not is_in_trial(subscription, at):
        return issued(account, (DueBill(number, Reason.STARTING),), at.replace(microsecond=0), usage)
    if any(charge.pay_in_advance for charge in subscription.plan.fixed_charges):
        return units_billed(account, number, at + timedelta(seconds=1))
    return account


def units_billed(account: Account, number: int, at: datetime) -> Account:
    """The account with an invoice for unpaid units of fixed charges billed in advance; it is never a draft."""
    subscription = account.subscriptions[number].subscription
    made = Part(boundaries(View(subscription, at)), Reason.IN_ADVANCE_CHARGE, at, at)
    fees = tuple(_unit_fees(account, number, at))
    unsettled = Issued(
        kind=Kind.SUBSCRIPTION,
        status=SubscriptionStatus.FINALIZED,
        issued_on=local_date(at, account.zone),
        made_at=at,
        parts=(OwnedPart(number, replace(made, fees=fees)),),
        invoice=invoice((), subscription.plan.currency),
    )
    return settled(account, len(account.invoices), unsettled)


def trials_ended(account: Account, at: datetime, usage: Usage) -> Account:
    """Lago's hourly job: plans billed in advance whose trial has ended are billed for the rest of the period."""
    for number, held in enumerate(account.subscriptions):
        subscription = held.subscription
        ends_at = subscription.trial_ends_at
        if subscription.ended_at or subscription.trial_ended or ends_at is None or ends_at > at:
            continue
        if subscription.plan.pay_in_advance and not _was_billed_then(account, number, at):
            account = issued(account, (DueBill(number, Reason.STARTING),), at, usage)
        ended = replace(account.subscriptions[number], subscription=replace(subscription, trial_ended=True))
        account = with_held(account, number, ended)
    return account


def is_in_trial(subscription: Subscription, now: datetime) -> bool:
    ends_at = subscription.trial_ends_at
    return ends_at is not None and not subscription.trial_ended and ends_at > now


def _was_billed_then(account: Account, number: int, at: datetime) -> bool:
    """By that day's periodic billing; or at the start, before Lago supported trials."""
    subscription = account.subscriptions[number].subscription
    first = subscription.started_at.astimezone(UTC).date()
    return was_billed_on(account, number, local_date(at, subscription.zone)) or any(
        part.at.astimezone(UTC).date() == first and has_subscription_fee(part) for _, part in parts_of(account, number)
    )


def _unit_fees(account: Account, number: int, at: datetime) -> Iterator[Fee]:
    subscription = account.subscriptions[number].subscription
    plan, span = subscription.plan, in_advance_span(subscription, at)
    if span is None:
        return
    terms = Terms(span, plan.currency, account.rules)
    billed = tuple(fee for _, part in parts_of(account, number) for fee in part.fees)
    for charge in plan.fixed_charges:
        if charge.pay_in_advance:
            fee = added_units_fee(charge, terms, at, subscription.units, billed)
            yield booked(fee, subscription, at, number)
