"""From fees to an invoice: progressive credits, coupons, taxes, credit notes, prepaid credits, totals."""

from collections.abc import Iterator
from dataclasses import dataclass, replace

from lago_gitops.pricing.base.numbers import whole
from lago_gitops.pricing.fees.fee import Fee
from lago_gitops.pricing.invoicing.coupons import AppliedCoupon, Credit, discounted
from lago_gitops.pricing.invoicing.taxes import (
    AppliedTax,
    TaxLevels,
    applied_taxes,
    tax_amount_cents,
    taxed,
    taxes_amount_cents,
)


@dataclass(frozen=True, slots=True)
class ProgressiveCredit:
    """What an earlier invoice of the same period already billed."""

    invoice: int  # the invoice's number
    amount_cents: int


@dataclass(frozen=True, slots=True)
class NoteCredit:
    """A payment by a credit note."""

    note: int  # the note's number
    amount_cents: int


@dataclass(frozen=True, slots=True)
class Invoice:
    """Totals are computed in this order: fees, progressive credits, coupons, taxes, credit notes, prepaid credits."""

    currency: str
    fees: tuple[Fee, ...]
    credits: tuple[Credit, ...]  # one per coupon, in the order applied
    applied_taxes: tuple[AppliedTax, ...]
    fees_amount_cents: int
    coupons_amount_cents: int
    taxes_amount_cents: int
    coupons: tuple[AppliedCoupon, ...] = ()  # coupons after this invoice
    progressive_credits: tuple[ProgressiveCredit, ...] = ()
    note_credits: tuple[NoteCredit, ...] = ()
    prepaid_credit_amount_cents: int = 0

    @property
    def progressive_billing_credit_amount_cents(self) -> int:
        return sum(credit.amount_cents for credit in self.progressive_credits)

    @property
    def sub_total_excluding_taxes_amount_cents(self) -> int:
        return self.fees_amount_cents - self.progressive_billing_credit_amount_cents - self.coupons_amount_cents

    @property
    def sub_total_including_taxes_amount_cents(self) -> int:
        return self.sub_total_excluding_taxes_amount_cents + self.taxes_amount_cents

    @property
    def credit_notes_amount_cents(self) -> int:
        return sum(credit.amount_cents for credit in self.note_credits)

    @property
    def total_amount_cents(self) -> int:
        paid = self.credit_notes_amount_cents + self.prepaid_credit_amount_cents
        return self.sub_total_including_taxes_amount_cents - paid


def invoice(
    fees: tuple[Fee, ...],
    currency: str,
    taxes: TaxLevels | None = None,
    coupons: tuple[AppliedCoupon, ...] = (),
    progressive: tuple[ProgressiveCredit, ...] = (),
) -> Invoice:
    """The invoice of these fees; coupons in order of application.

    Progressive credits must already be spread over the fees, as Lago does with coupons.
    """
    credited = sum(credit.amount_cents for credit in progressive)
    after = discounted(fees, coupons, currency, credited)
    final = tuple(taxed(fee, taxes or TaxLevels()) for fee in after.fees)
    return Invoice(
        currency=currency,
        fees=final,
        credits=after.credits,
        applied_taxes=applied_taxes(final),
        fees_amount_cents=sum(fee.amount_cents for fee in final),
        coupons_amount_cents=sum(credit.amount_cents for credit in after.credits),
        taxes_amount_cents=taxes_amount_cents(final),
        coupons=after.coupons,
        progressive_credits=progressive,
    )


def statement(fees: tuple[Fee, ...], currency: str) -> Invoice:
    """The invoice of fees that were paid one by one: with the sum of their taxes at the time, and no coupons."""
    return Invoice(
        currency=currency,
        fees=fees,
        credits=(),
        applied_taxes=tuple(_summed_taxes(fees)),
        fees_amount_cents=sum(fee.amount_cents for fee in fees),
        coupons_amount_cents=0,
        taxes_amount_cents=sum(fee.taxes_amount_cents for fee in fees),
    )


def paid(made: Invoice, notes: tuple[NoteCredit, ...], prepaid_credit_amount_cents: int = 0) -> Invoice:
    """The invoice with what credit notes and prepaid credits pay of it."""
    return replace(made, note_credits=notes, prepaid_credit_amount_cents=prepaid_credit_amount_cents)


def _summed_taxes(fees: tuple[Fee, ...]) -> Iterator[AppliedTax]:
    """Taxes by code, rounded per fee, with the rate of the first fee that has them."""
    codes = sorted({tax.code for fee in fees for tax in fee.taxes})
    for code in codes:
        bearing = [(fee, tax) for fee in fees for tax in fee.taxes if tax.code == code]
        yield AppliedTax(
            code=code,
            rate=bearing[0][1].rate,
            amount_cents=sum(tax_amount_cents(fee, tax) for fee, tax in bearing),
            fees_amount_cents=sum(whole(fee.base_cents) for fee, _ in bearing),
        )
