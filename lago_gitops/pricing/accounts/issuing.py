"""Issuing an invoice of an account: drafts, credits, coupons, taxes, payment by credit notes and prepaid credits."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from itertools import compress

from lago_gitops.pricing.accounts.account import (
    Account,
    Issued,
    Kind,
    LooseFee,
    OwnedPart,
    SubscriptionStatus,
    Usage,
    history,
    with_held,
)
from lago_gitops.pricing.fees.fee import Fee
from lago_gitops.pricing.invoicing.credit_notes import paid_by, progressive_note
from lago_gitops.pricing.invoicing.due import Due
from lago_gitops.pricing.invoicing.history import Reason
from lago_gitops.pricing.invoicing.invoice import Invoice, ProgressiveCredit, invoice, paid
from lago_gitops.pricing.invoicing.parts import BilledPart, part
from lago_gitops.pricing.invoicing.progressive import credit, less
from lago_gitops.pricing.invoicing.taxes import taxed
from lago_gitops.pricing.periods.spans import local_date


@dataclass(frozen=True, slots=True)
class DueBill:
    """A subscription to bill, by its number, and why."""

    subscription: int
    reason: Reason


def issued(account: Account, billed: Iterable[DueBill], at: datetime, usage: Usage) -> Account:
    """The account with one more invoice: a draft if the customer has a grace period.

    Raises UnratableError where Lago fails and creates no invoice.
    """
    number = len(account.invoices)
    parts: list[OwnedPart] = []
    for each in billed:
        opening = account.subscriptions[each.subscription].levels
        made = part(replace(_due(account, each, at, usage), beside=_beside(account, parts, each.subscription)))
        account = _with_made(account, each.subscription, made, at)
        parts.append(OwnedPart(each.subscription, made.part, opening))
    draft = Issued(
        kind=Kind.SUBSCRIPTION,
        status=SubscriptionStatus.DRAFT if account.grace_days else SubscriptionStatus.FINALIZED,
        issued_on=local_date(at, account.zone) + timedelta(days=account.grace_days),
        made_at=at,
        parts=tuple(parts),
        invoice=invoice((), account.subscriptions[parts[0].subscription].subscription.plan.currency),
    )
    return settled(account, number, draft)


def recomputed(account: Account, number: int, now: datetime, usage: Usage) -> Account:
    """The account with a draft recomputed from current usage, prices and taxes."""
    draft = account.invoices[number]
    parts: list[OwnedPart] = []
    for owned in draft.parts:
        due = _due_again(account, number, owned, now, usage)
        made = part(replace(due, beside=_beside(account, parts, owned.subscription)))
        account = _with_made(account, owned.subscription, made, now)
        parts.append(replace(owned, part=made.part))
    return settled(account, number, replace(draft, parts=tuple(parts)))


def settled(account: Account, number: int, unsettled: Issued) -> Account:
    """The account with the invoice of these parts under its number. Drafts have no coupons, and nothing pays them."""
    account, fees, progressive = _credited(account, number, unsettled)
    final = unsettled.status == SubscriptionStatus.FINALIZED
    has_amount = any(fee.amount_cents for fee in fees)
    made = invoice(
        fees=fees,
        currency=unsettled.invoice.currency,
        taxes=account.taxes,
        coupons=account.coupons if final and has_amount else (),
        progressive=progressive,
    )
    if final:
        account, made = _paid(replace(account, coupons=made.coupons or account.coupons), number, made)
    return with_issued(account, number, replace(unsettled, invoice=made))


def with_issued(account: Account, number: int, issued_: Issued) -> Account:
    """The account with the invoice under its number: a new one, or one that replaces its draft."""
    invoices = (*account.invoices[:number], issued_, *account.invoices[number + 1 :])
    return replace(account, invoices=invoices)


def loose_fee(account: Account, fee: Fee, at: datetime) -> LooseFee:
    """A fee without an invoice is taxed at once."""
    return LooseFee(taxed(fee, account.taxes), at)


def _due(account: Account, billed: DueBill, at: datetime, usage: Usage) -> Due:
    held = account.subscriptions[billed.subscription]
    return Due(
        subscription=held.subscription,
        reason=billed.reason,
        at=at,
        usage=usage.get(held.line, ()),
        history=history(account, billed.subscription),
        rules=account.rules,
        number=billed.subscription,
    )


def _due_again(account: Account, number: int, owned: OwnedPart, now: datetime, usage: Usage) -> Due:
    held = account.subscriptions[owned.subscription]
    past = history(account, owned.subscription, without=number)
    return Due(
        subscription=held.subscription,
        reason=owned.part.reason,
        at=owned.part.at,
        usage=usage.get(held.line, ()),
        history=replace(past, levels=owned.opening),
        rules=account.rules,
        made_at=owned.part.made_at,
        now=now,
        number=owned.subscription,
    )


def _beside(account: Account, parts: Iterable[OwnedPart], number: int) -> tuple[Fee, ...]:
    """Fees of other subscriptions to the same plan that are already on the invoice."""
    plan = account.subscriptions[number].subscription.plan
    same = (each for each in parts if account.subscriptions[each.subscription].subscription.plan == plan)
    return tuple(fee for each in same for fee in each.part.fees)


def _with_made(account: Account, number: int, made: BilledPart, at: datetime) -> Account:
    held = replace(account.subscriptions[number], levels=made.levels)
    loose = tuple(loose_fee(account, fee, at) for fee in made.loose)
    return replace(with_held(account, number, held), loose=(*account.loose, *loose))


def _credited(
    account: Account, number: int, unsettled: Issued
) -> tuple[Account, tuple[Fee, ...], tuple[ProgressiveCredit, ...]]:
    """Deducts what progressive invoices have billed; if usage has fallen since, a credit note returns the rest."""
    fees = tuple(fee for owned in unsettled.parts for fee in owned.part.fees)
    credits_ = []
    for owned in unsettled.parts:
        last = None if owned.part.reason == Reason.IN_ADVANCE_CHARGE else _last_progressive(account, owned)
        if last is None:
            continue
        before = account.invoices[last].invoice
        off = credit(owned.part.fees, before, _given_cents(account, last, number))
        if off.excess_cents:
            others = tuple(note for note in account.notes if note.invoice == last)
            note = progressive_note(before, last, off.excess_cents, others)
            account = replace(account, notes=(*account.notes, *([note] if note else [])))
        if off.cents:
            fees = _less_what_was_billed(account, fees, owned.subscription, before)
            credits_.append(ProgressiveCredit(last, off.cents))
    return account, fees, tuple(credits_)


def _less_what_was_billed(account: Account, fees: tuple[Fee, ...], number: int, before: Invoice) -> tuple[Fee, ...]:
    """The fees of an invoice, those of the subscription's plan with what a progressive invoice billed of it."""
    plan = account.subscriptions[number].subscription.plan
    of_plan = [account.subscriptions[fee.subscription].subscription.plan == plan for fee in fees]
    reduced = iter(less(compress(fees, of_plan), before))
    return tuple(next(reduced) if same else fee for fee, same in zip(fees, of_plan, strict=True))


def _given_cents(account: Account, progressive: int, without: int) -> int:
    """How much of a progressive invoice notes, and invoices other than the new one, have credited."""
    credits_ = (
        credit.amount_cents
        for number, issued_ in enumerate(account.invoices)
        for credit in issued_.invoice.progressive_credits
        if number != without and credit.invoice == progressive
    )
    return sum(credits_) + sum(note.split.credit_cents for note in account.notes if note.invoice == progressive)


def _last_progressive(account: Account, owned: OwnedPart) -> int | None:
    span = owned.part.boundaries.charges
    if span is None:
        return None
    of_the_period = [
        number
        for number, issued_ in enumerate(account.invoices)
        if issued_.kind == Kind.PROGRESSIVE and any(_covers(each, owned, span.start) for each in issued_.parts)
    ]
    return of_the_period[-1] if of_the_period else None


def _covers(progressive: OwnedPart, owned: OwnedPart, start: datetime) -> bool:
    span = progressive.part.boundaries.charges
    return progressive.subscription == owned.subscription and span is not None and span.start <= start < span.end


def _paid(account: Account, number: int, made: Invoice) -> tuple[Account, Invoice]:
    by_notes = paid_by(account.notes, made, number)
    made = paid(made, by_notes.credits)
    prepaid = max(min(account.prepaid_cents, made.total_amount_cents), 0)
    account = replace(account, notes=by_notes.notes, prepaid_cents=account.prepaid_cents - prepaid)
    return account, paid(made, by_notes.credits, prepaid)
