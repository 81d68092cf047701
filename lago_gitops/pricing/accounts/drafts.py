"""Drafts: refreshed with current data, and finalized when the grace period is over."""

from dataclasses import replace
from datetime import datetime

from lago_gitops.pricing.accounts.account import Account, SubscriptionStatus, Usage
from lago_gitops.pricing.accounts.issuing import recomputed, with_issued
from lago_gitops.pricing.fees.fee import ItemType
from lago_gitops.pricing.invoicing.credit_notes import CreditNote
from lago_gitops.pricing.invoicing.credit_notes import refreshed as note_refreshed
from lago_gitops.pricing.invoicing.invoice import Invoice
from lago_gitops.pricing.periods.spans import local_date


def refreshed(account: Account, now: datetime, usage: Usage) -> Account:
    """The account with all drafts recomputed."""
    for number, issued in enumerate(account.invoices):
        if issued.status == SubscriptionStatus.DRAFT:
            account = _again(account, number, now, usage)
    return account


def finalized(account: Account, now: datetime, usage: Usage) -> Account:
    """The account with drafts whose grace period is over: recomputed, with coupons, and issued on this day."""
    today = local_date(now, account.zone)
    for number, issued in enumerate(account.invoices):
        if issued.status == SubscriptionStatus.DRAFT and issued.issued_on <= today:
            final = replace(issued, status=SubscriptionStatus.FINALIZED, issued_on=today)
            account = _again(with_issued(account, number, final), number, now, usage)
            notes = (replace(each, finalized=True) if each.invoice == number else each for each in account.notes)
            account = replace(account, notes=tuple(notes))
    return account


def _again(account: Account, number: int, now: datetime, usage: Usage) -> Account:
    before = account.invoices[number].invoice
    account = recomputed(account, number, now, usage)
    after = account.invoices[number].invoice
    notes = (_note_again(note, before, after) if note.invoice == number else note for note in account.notes)
    return replace(account, notes=tuple(notes))


def _note_again(note: CreditNote, before: Invoice, after: Invoice) -> CreditNote:
    """A credit note on a draft is for the subscription fee of one of its subscriptions."""
    owner = before.fees[note.items[0].fee].subscription
    for position, fee in enumerate(after.fees):
        if fee.item_type == ItemType.SUBSCRIPTION and fee.subscription == owner:
            return note_refreshed(note, before, after, position)
    return note
