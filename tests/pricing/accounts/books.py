"""A customer in a line, and what an account holds as a test reads it."""

from datetime import datetime
from typing import Any

from lago_gitops.pricing.accounts.account import Account, Held, Usage
from lago_gitops.pricing.accounts.starting import started
from lago_gitops.pricing.catalog.items import Plan
from lago_gitops.pricing.usage.events import Event
from tests.pricing.samples import LICENSED, at, subscription

LINE = "s"
CLIENT = Account(rules=LICENSED)


def of(plan: Plan, account: Account = CLIENT, day: int = 1, *events: Event, **held: Any) -> Account:
    """A customer with a subscription from a day of October on."""
    return started(account, Held(LINE, subscription(plan, day), **held), used(*events))


def used(*events: Event) -> Usage:
    return {LINE: events}


def made(account: Account) -> list[tuple[str, int, int]]:
    """Each invoice: why, what its fees are and what is to be paid, in cents."""
    return [
        (each.parts[0].part.reason.value, each.invoice.fees_amount_cents, each.invoice.total_amount_cents)
        for each in account.invoices
    ]


def fees(account: Account, number: int = -1) -> list[tuple[str, int]]:
    return [(fee.item_type.value, fee.amount_cents) for fee in account.invoices[number].invoice.fees]


def first_of(month: int) -> datetime:
    return at(1, 0, month)
