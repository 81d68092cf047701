"""Incoming events: fees billed in advance, and usage that passes a threshold."""

from dataclasses import replace
from datetime import datetime

from lago_gitops.pricing.accounts.account import (
    Account,
    Held,
    Issued,
    Kind,
    OwnedPart,
    SubscriptionStatus,
    Usage,
    active,
    line_of,
    serving,
    with_held,
)
from lago_gitops.pricing.accounts.issuing import loose_fee, settled
from lago_gitops.pricing.catalog.items import Charge, UsageThreshold
from lago_gitops.pricing.fees.advance import event_fees
from lago_gitops.pricing.fees.booking import booked
from lago_gitops.pricing.fees.charges import early_charge_fees
from lago_gitops.pricing.fees.fee import Fee, ItemType
from lago_gitops.pricing.fees.terms import Terms
from lago_gitops.pricing.invoicing.history import Part, Reason
from lago_gitops.pricing.invoicing.invoice import Invoice, invoice
from lago_gitops.pricing.invoicing.progressive import LifetimeUsage, passed
from lago_gitops.pricing.periods.boundaries import View, boundaries
from lago_gitops.pricing.periods.spans import local_date
from lago_gitops.pricing.periods.subscription import usage_span
from lago_gitops.pricing.usage.buckets import usages


def received(account: Account, line: str, usage: Usage, now: datetime | None = None) -> Account:
    """The account with the advance fees of a line's last event, each on its own invoice or without one.

    `now`: when the event arrived, if that differs from its own time.
    """
    events = usage.get(line, ())
    number = serving(account, line, events[-1].at) if events else None
    if number is None:
        return account
    held = account.subscriptions[number]
    made, heights = event_fees(held.subscription, events, held.heights, account.rules)
    account = with_held(account, number, replace(held, heights=heights))
    for fee in made.fees:
        account = _billed(account, number, replace(fee, subscription=number), now or made.event.at)
    return account


def current_fees(account: Account, number: int, at: datetime, usage: Usage) -> tuple[Fee, ...]:
    """Fees for the current period's usage so far, including charges billed in advance; without minimums."""
    charges = account.subscriptions[number].subscription.plan.charges
    return _early_fees(account, number, charges, at, usage)


def lifetime_usage(account: Account, number: int, at: datetime, usage: Usage) -> LifetimeUsage:
    """The line's lifetime usage, as Lago counts it.

    Lago adds up the invoices when it creates one for a period; later invoices for events wait for the next one.
    An invoice for two subscriptions of the line counts twice.
    """
    line = line_of(account, account.subscriptions[number].line)
    owned = [
        (issued, each)
        for issued in account.invoices
        if issued.kind == Kind.SUBSCRIPTION
        for each in issued.parts
        if each.subscription in line
    ]
    counted = max((at for at, (_, each) in enumerate(owned, 1) if _of_a_period(each)), default=0)
    invoiced = sum(_charges_cents(issued.invoice.fees) for issued, _ in owned[:counted])
    return LifetimeUsage(invoiced, _charges_cents(current_fees(account, number, at, usage)))


def _of_a_period(owned: OwnedPart) -> bool:
    return owned.part.reason != Reason.IN_ADVANCE_CHARGE


def _charges_cents(fees: tuple[Fee, ...]) -> int:
    return sum(fee.amount_cents for fee in fees if fee.item_type == ItemType.CHARGE)


def thresholds_checked(account: Account, line: str, at: datetime, usage: Usage) -> Account:
    """The account, with a progressive invoice if the line's usage has passed thresholds; it is never a draft."""
    number = active(account, line)
    thresholds = _thresholds(account.subscriptions[number]) if number is not None else ()
    if number is None or not thresholds or not account.rules.licensed:
        return account
    last, used = _last_progressive(account, number, at), lifetime_usage(account, number, at, usage)
    reached = passed(thresholds, used, last.fees_amount_cents if last else 0)
    if not reached:
        return account
    subscription = account.subscriptions[number].subscription
    charges = tuple(each for each in subscription.plan.charges if each.invoiceable and not each.pay_in_advance)
    fees = _early_fees(account, number, charges, at, usage)
    part = Part(boundaries(View(subscription, at, running=True)), Reason.PROGRESSIVE_BILLING, at, at, fees)
    unsettled = Issued(
        kind=Kind.PROGRESSIVE,
        status=SubscriptionStatus.FINALIZED,
        issued_on=local_date(at, account.zone),
        made_at=at,
        parts=(OwnedPart(number, part),),
        invoice=invoice((), subscription.plan.currency),
        thresholds=reached,
        lifetime=used,
    )
    after = settled(account, len(account.invoices), unsettled)
    return account if _is_repeated(account, after.invoices[-1]) else after


def _thresholds(held: Held) -> tuple[UsageThreshold, ...]:
    return held.subscription.plan.usage_thresholds if held.thresholds is None else held.thresholds


def _early_fees(
    account: Account, number: int, charges: tuple[Charge, ...], at: datetime, usage: Usage
) -> tuple[Fee, ...]:
    held = account.subscriptions[number]
    subscription = held.subscription
    span = usage_span(subscription, local_date(at, subscription.zone))
    terms = Terms(span, subscription.plan.currency, account.rules)
    events = usage.get(held.line, ())
    fees = (
        fee for charge in charges for fee in early_charge_fees(charge, usages(charge, events, span, held.levels), terms)
    )
    return tuple(booked(fee, subscription, at, number) for fee in fees)


def _billed(account: Account, number: int, fee: Fee, now: datetime) -> Account:
    subscription = account.subscriptions[number].subscription
    charge = next(each for each in subscription.plan.charges if each.code == fee.charge_code)
    if not charge.invoiceable:
        return replace(account, loose=(*account.loose, loose_fee(account, fee, now)))
    at = fee.billed_at or now
    part = Part(boundaries(View(subscription, at)), Reason.IN_ADVANCE_CHARGE, at, now, (fee,))
    unsettled = Issued(
        kind=Kind.SUBSCRIPTION,
        status=SubscriptionStatus.FINALIZED,
        issued_on=local_date(at, account.zone),
        made_at=now,
        parts=(OwnedPart(number, part),),
        invoice=invoice((), fee.currency),
    )
    return settled(account, len(account.invoices), unsettled)


def _last_progressive(account: Account, number: int, at: datetime) -> Invoice | None:
    """The last progressive invoice of the current period."""
    for issued in reversed(account.invoices):
        if issued.kind == Kind.PROGRESSIVE:
            for owned in issued.parts:
                span = owned.part.boundaries.charges
                if owned.subscription == number and span is not None and span.start <= at < span.end:
                    return issued.invoice
    return None


def _is_repeated(account: Account, made: Issued) -> bool:
    """Whether Lago takes the invoice for a duplicate: the same threshold, usage and progressive credit."""
    return any(_identity(account, each) == _identity(account, made) for each in account.invoices if each.thresholds)


def _identity(account: Account, issued: Issued) -> tuple[object, ...]:
    last = issued.thresholds[-1]
    credits_ = issued.invoice.progressive_credits if last.recurring else ()
    line = account.subscriptions[issued.parts[0].subscription].line
    invoiced = issued.lifetime.invoiced_cents if issued.lifetime else 0
    return line, invoiced, last.amount_cents, tuple(credit.invoice for credit in credits_)
