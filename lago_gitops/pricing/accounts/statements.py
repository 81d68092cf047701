"""Fees billed in advance without an invoice are paid one by one; a statement at the end of the period lists them."""

from dataclasses import replace
from datetime import datetime

from lago_gitops.pricing.accounts.account import Account, Issued, Kind, LooseFee, OwnedPart, SubscriptionStatus
from lago_gitops.pricing.invoicing.history import Part, Reason
from lago_gitops.pricing.invoicing.invoice import statement
from lago_gitops.pricing.periods.boundaries import Boundaries, View, boundaries
from lago_gitops.pricing.periods.spans import local_date


def loose_paid(account: Account, at: datetime) -> Account:
    """The account with all fees without an invoice marked as paid."""
    loose = tuple(each if each.paid_at else replace(each, paid_at=at) for each in account.loose)
    return replace(account, loose=loose)


def stated(account: Account, numbers: tuple[int, ...], at: datetime) -> Account:
    """The account with the statement of the paid fees of these subscriptions' lines, if there are any.

    If one of the plans has a charge that asks for a statement, it lists every paid fee, also those of other charges.
    While the subscriptions continue, fees of the current period wait.
    """
    taken = tuple(_taken(account, numbers, at))
    owners = tuple(dict.fromkeys(account.loose[each].fee.subscription for each in taken))
    if not any(_asks(account, owner) for owner in owners):
        return account
    fees = tuple(account.loose[each].fee for each in taken)
    bounds = _boundaries(account, (*owners, *numbers), at)
    issued = Issued(
        kind=Kind.STATEMENT,
        status=SubscriptionStatus.FINALIZED,
        issued_on=local_date(at, account.zone),
        made_at=at,
        parts=tuple(OwnedPart(owner, Part(bounds, Reason.IN_ADVANCE_PERIODIC, at, at)) for owner in owners),
        invoice=statement(fees, fees[0].currency),
    )
    number = len(account.invoices)
    loose = tuple(
        replace(each, statement=number) if position in taken else each for position, each in enumerate(account.loose)
    )
    return replace(account, invoices=(*account.invoices, issued), loose=loose)


def _taken(account: Account, numbers: tuple[int, ...], at: datetime) -> list[int]:
    lines = {account.subscriptions[number].line for number in numbers}
    go_on = all(_goes_on(account, number) for number in numbers)
    return [
        position
        for position, each in enumerate(account.loose)
        if account.subscriptions[each.fee.subscription].line in lines
        and _is_payable(each, at)
        and (not go_on or each.fee.end <= at)
    ]


def _is_payable(loose: LooseFee, at: datetime) -> bool:
    return loose.statement is None and loose.paid_at is not None and loose.paid_at <= at


def _goes_on(account: Account, number: int) -> bool:
    held = account.subscriptions[number]
    return held.subscription.ended_at is None and held.subscription.successor is None and held.upcoming is None


def _asks(account: Account, number: int) -> bool:
    charges = account.subscriptions[number].subscription.plan.charges
    return any(each.pay_in_advance and not each.invoiceable and each.regroups_paid_fees for each in charges)


def _boundaries(account: Account, numbers: tuple[int, ...], at: datetime) -> Boundaries:
    """The boundaries of the latest subscription's charges, also used for the subscription itself."""
    subscriptions = (account.subscriptions[number].subscription for number in numbers)
    latest = max(subscriptions, key=lambda each: each.started_at)
    ends = boundaries(View(latest, at))
    return Boundaries(ends.charges or ends.subscription, ends.charges, None)
