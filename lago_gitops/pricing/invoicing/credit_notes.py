"""Credit notes that Lago creates automatically: their contents, items, and payments."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from decimal import Decimal

from lago_gitops.pricing.base.numbers import ZERO, cut_decimals, exact, fdiv, half_up, whole
from lago_gitops.pricing.invoicing.invoice import Invoice, NoteCredit
from lago_gitops.pricing.invoicing.note_taxes import DECIMALS, Item, NotedTax, NoteTaxes


@dataclass(frozen=True, slots=True)
class Split:
    """How a note pays: as a credit, as a refund, or by offsetting what is still due on the invoice."""

    credit_cents: int
    refund_cents: int = 0
    offset_cents: int = 0

    @property
    def total_cents(self) -> int:
        return self.credit_cents + self.refund_cents + self.offset_cents


@dataclass(frozen=True, slots=True)
class CreditNote:
    invoice: int  # the number of its invoice
    currency: str
    reason: str
    items: tuple[Item, ...]
    precise_coupons_adjustment_cents: Decimal
    precise_taxes_cents: Decimal
    taxes_rate: float
    applied_taxes: tuple[NotedTax, ...]
    split: Split
    total_cents: int  # of the split, but for the cent by which `adjusted` may move it
    balance_cents: int  # credit left
    finalized: bool = True

    @property
    def precise_sub_total_cents(self) -> Decimal:
        items = sum((item.precise_amount_cents for item in self.items), ZERO)
        return items - self.precise_coupons_adjustment_cents

    @property
    def precise_total_cents(self) -> Decimal:
        return self.precise_sub_total_cents + self.precise_taxes_cents

    @property
    def sub_total_cents(self) -> int:
        return whole(self.precise_sub_total_cents)

    @property
    def taxes_cents(self) -> int:
        return whole(self.precise_taxes_cents)

    @property
    def coupons_adjustment_cents(self) -> int:
        return whole(self.precise_coupons_adjustment_cents)

    @property
    def credit_status(self) -> str:
        return "available" if self.balance_cents else "consumed"

    @property
    def refund_status(self) -> str | None:
        return "pending" if self.split.refund_cents else None


@dataclass(frozen=True, slots=True)
class Paid:
    """What notes pay of an invoice, and the notes with their remaining credit."""

    credits: tuple[NoteCredit, ...]
    notes: tuple[CreditNote, ...]


@exact
def progressive_note(
    invoice: Invoice, number: int, excess_cents: int, others: Iterable[CreditNote] = ()
) -> CreditNote | None:
    """For usage that fell below what a progressive invoice billed: credits its fees, the largest first."""
    left, items, others = excess_cents, [], tuple(others)
    noted = [item for other in others for item in other.items]
    for position in sorted(range(len(invoice.fees)), key=lambda at: -invoice.fees[at].amount_cents):
        before = sum(item.amount_cents for item in noted if item.fee == position)
        taken = min(left, invoice.fees[position].amount_cents - before)
        if left > 0:
            items.append(Item(position, Decimal(taken)))
            left -= taken
    taxes = NoteTaxes(invoice, tuple(items))
    adjustment = cut_decimals(taxes.coupons_adjustment_cents, DECIMALS)
    credit = whole(excess_cents - adjustment + sum(tax.amount_cents for tax in taxes.applied))
    if not credit:
        return None
    return adjusted(closed(new_note(invoice, number, tuple(items), "other", Split(credit)), invoice, others))


@exact
def refreshed(note: CreditNote, before: Invoice, after: Invoice, fee: int) -> CreditNote:
    """A note on the subscription fee of a recomputed draft; `fee`: its current position on the draft."""
    amount = after.fees[fee].amount_cents
    items = tuple(
        Item(fee, kept(fdiv(item.precise_amount_cents, Decimal(old)) * amount) if old else ZERO)
        for item in note.items
        for old in (before.fees[item.fee].amount_cents,)
    )
    taxes = NoteTaxes(after, items)
    taxes_cents = sum(tax.amount_cents for tax in taxes.applied)
    total = sum((item.precise_amount_cents for item in items), ZERO) - taxes.coupons_adjustment_cents + taxes_cents
    split = replace(note.split, credit_cents=whole(total))
    again = new_note(after, note.invoice, items, note.reason, split)
    again = replace(
        again, precise_taxes_cents=Decimal(taxes_cents), total_cents=split.credit_cents + split.refund_cents
    )
    return adjusted(replace(again, finalized=note.finalized))


def paid_by(notes: tuple[CreditNote, ...], invoice: Invoice, number: int) -> Paid:
    """What finalized notes on other invoices in the same currency pay of an invoice, the oldest first."""
    left, credits_, after = invoice.total_amount_cents, [], []
    for position, note in enumerate(notes):
        usable = note.finalized and note.invoice != number and note.currency == invoice.currency
        cents = min(note.balance_cents, left) if usable else 0
        if cents > 0:
            credits_.append(NoteCredit(position, cents))
            left -= cents
        after.append(replace(note, balance_cents=note.balance_cents - max(cents, 0)))
    return Paid(tuple(credits_), tuple(after))


def new_note(invoice: Invoice, number_: int, items: tuple[Item, ...], reason: str, split: Split) -> CreditNote:
    taxes = NoteTaxes(invoice, items)
    return CreditNote(
        invoice=number_,
        currency=invoice.currency,
        reason=reason,
        items=items,
        precise_coupons_adjustment_cents=kept(taxes.coupons_adjustment_cents),
        precise_taxes_cents=kept(taxes.precise_cents),
        taxes_rate=taxes.rate,
        applied_taxes=taxes.applied,
        split=split,
        total_cents=split.total_cents,
        balance_cents=split.credit_cents,
    )


def closed(note: CreditNote, invoice: Invoice, others: Iterable[CreditNote]) -> CreditNote:
    """The last note on an invoice corrects rounding of taxes in the `others`; on a draft, each note does."""
    others = tuple(others)
    credited = sum(item.amount_cents for each in (*others, note) for item in each.items)
    if note.finalized and credited < invoice.fees_amount_cents:
        return note
    drift = sum((other.taxes_cents - other.precise_taxes_cents for other in others), ZERO)
    return replace(note, precise_taxes_cents=note.precise_taxes_cents - drift)


def adjusted(note: CreditNote) -> CreditNote:
    """Adjusted by a cent, so that the rounded subtotal and the rounded taxes add up to the total."""
    drift = note.sub_total_cents - (note.total_cents - note.taxes_cents)
    if not drift:
        return note
    total, split = note.total_cents + (1 if drift > 0 else -1), note.split
    if split.credit_cents > 0:
        split = replace(split, credit_cents=total - split.refund_cents)
    else:
        split = replace(split, refund_cents=total)
    return replace(note, split=split, total_cents=total, balance_cents=split.credit_cents)


def kept(value: Decimal) -> Decimal:
    return half_up(value, DECIMALS)
