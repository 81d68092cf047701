"""Progressive billing: what an earlier invoice of the same period has already billed."""

from datetime import datetime

from lago_gitops.pricing.base.numbers import text
from lago_gitops.pricing.invoicing.credit_notes import progressive_note
from lago_gitops.pricing.invoicing.invoice import Invoice
from lago_gitops.pricing.invoicing.progressive import credit, less
from lago_gitops.sandbox.base.clock import unstamp
from lago_gitops.sandbox.base.doc import Doc
from lago_gitops.sandbox.base.storage.kinds import BILLED_PERIOD, CREDIT, CREDIT_NOTE, INVOICE
from lago_gitops.sandbox.base.world import World
from lago_gitops.sandbox.billing import credit_notes
from lago_gitops.sandbox.rating import fees, invoices

Credits = tuple[tuple[str, int], ...]  # by the id of the progressive invoice, in cents


def credited(world: World, invoice: Doc, lines: list[Doc]) -> tuple[list[Doc], Credits]:
    """Fees less what the last progressive invoice billed; a credit note returns the rest if usage decreased."""
    credits_used: list[tuple[str, int]] = []
    for period in world.store.referrers(BILLED_PERIOD, invoice["id"]):
        last = None if period["reason"] == "in_advance_charge" else _last(world, period)
        if last is None:
            continue
        own = [fees.read(each) for each in lines if each["subscription_id"] == period["subscription_id"]]
        before = invoices.invoice(world, last)
        off = credit(own, before, _given_cents(world, last, invoice))
        if off.excess_cents:
            note = progressive_note(before, 0, off.excess_cents, invoices.notes(world, last))
            if note is not None:
                credit_notes.saved(world, last, note)
        if off.cents:
            _take_off(lines, before)
            credits_used.append((last["id"], off.cents))
    return lines, tuple(credits_used)


def _take_off(lines: list[Doc], before: Invoice) -> None:
    for line, fee in zip(lines, less(map(fees.read, lines), before), strict=True):
        line["precise_coupons_amount_cents"] = text(fee.precise_coupons_amount_cents)


def _last(world: World, period: Doc) -> Doc | None:
    """The last progressive invoice of the billed period."""
    if period["charges"] is None:
        return None
    start = unstamp(period["charges"]["start"])
    return _latest(world, period["subscription_id"], start, without=period["invoice_id"])


def running(world: World, subscription: Doc) -> Doc | None:
    """The last progressive invoice of the current period."""
    return _latest(world, subscription["id"], world.now())


def _latest(world: World, subscription_id: str, instant: datetime, without: str | None = None) -> Doc | None:
    """Voided ones don't count."""
    for period in reversed(world.store.children(BILLED_PERIOD, subscription_id)):
        span = period["charges"]
        is_of_then = span is not None and unstamp(span["start"]) <= instant < unstamp(span["end"])
        if period["reason"] == "progressive_billing" and is_of_then and period["invoice_id"] != without:
            invoice = world.store.with_deleted(INVOICE, period["invoice_id"])
            if invoice["status"] == "finalized":
                return invoice
    return None


def _given_cents(world: World, progressive: Doc, without: Doc) -> int:
    """What credit notes and other invoices have credited of a progressive one, unless voided since."""
    used = (each for each in world.store.referrers(CREDIT, progressive["id"]) if each["invoice_id"] != without["id"])
    counting = (each for each in used if _counts(world.store.with_deleted(INVOICE, each["invoice_id"])))
    noted = (
        each for each in world.store.referrers(CREDIT_NOTE, progressive["id"]) if each["credit_status"] != "voided"
    )
    return int(sum(each["amount_cents"] for each in counting) + sum(each["credit_amount_cents"] for each in noted))


def _counts(invoice: Doc) -> bool:
    return invoice["status"] not in ("voided", "closed")
