"""From fees to an invoice: coupons, then taxes, then totals."""

from dataclasses import dataclass

from lago_gitops.pricing.fees.fee import Fee
from lago_gitops.pricing.invoicing.coupons import AppliedCoupon, Credit, discounted
from lago_gitops.pricing.invoicing.taxes import AppliedTax, TaxLevels, applied_taxes, taxed, taxes_amount_cents


@dataclass(frozen=True, slots=True)
class Invoice:
    currency: str
    fees: tuple[Fee, ...]
    credits: tuple[Credit, ...]  # one a coupon, in the order applied
    applied_taxes: tuple[AppliedTax, ...]
    fees_amount_cents: int
    coupons_amount_cents: int
    taxes_amount_cents: int
    coupons: tuple[AppliedCoupon, ...] = ()  # as they are after this invoice

    @property
    def sub_total_excluding_taxes_amount_cents(self) -> int:
        return self.fees_amount_cents - self.coupons_amount_cents

    @property
    def total_amount_cents(self) -> int:
        """With taxes, before credit notes and prepaid credits, which no price list knows of."""
        return self.sub_total_excluding_taxes_amount_cents + self.taxes_amount_cents


def invoice(
    fees: tuple[Fee, ...],
    plan_code: str,
    currency: str,
    taxes: TaxLevels | None = None,
    coupons: tuple[AppliedCoupon, ...] = (),
) -> Invoice:
    """The invoice of these fees of one plan; coupons in order of application."""
    after = discounted(fees, coupons, plan_code, currency)
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
    )
