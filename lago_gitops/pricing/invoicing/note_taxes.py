"""Coupons and taxes on the items of a credit note."""

from dataclasses import dataclass
from decimal import Decimal

from lago_gitops.pricing.base.numbers import ZERO, fdiv, half_up, number, through_float, whole, whole_float
from lago_gitops.pricing.catalog.items import Tax
from lago_gitops.pricing.invoicing.invoice import Invoice

DECIMALS = 5  # decimals of the precise amounts of credit notes: the scale of their database columns


@dataclass(frozen=True, slots=True)
class Item:
    fee: int  # its position on the invoice
    precise_amount_cents: Decimal

    @property
    def amount_cents(self) -> int:
        return whole(self.precise_amount_cents)


@dataclass(frozen=True, slots=True)
class NotedTax:
    code: str
    rate: float
    amount_cents: int
    base_cents: int = 0


@dataclass(frozen=True, slots=True)
class NoteTaxes:
    invoice: Invoice
    items: tuple[Item, ...]

    @property
    def coupons_adjustment_cents(self) -> Decimal:
        return sum((self._coupons_cents(item) for item in self.items), ZERO)

    @property
    def precise_cents(self) -> Decimal:
        return through_float(Decimal(sum(self._cents(tax) for tax in self.taxes)))

    @property
    def applied(self) -> tuple[NotedTax, ...]:
        return tuple(
            NotedTax(tax.code, tax.rate, whole_float(self._cents(tax)), whole(self._base_cents(tax)))
            for tax in self.taxes
        )

    @property
    def taxes(self) -> tuple[Tax, ...]:
        """Taxes of the credited fees, by code."""
        taxes = {tax.code: tax for item in self.items for tax in self.invoice.fees[item.fee].taxes}
        return tuple(taxes[code] for code in sorted(taxes))

    @property
    def rate(self) -> float:
        """The total rate: each tax's rate times its share of the items."""
        total = sum((item.precise_amount_cents for item in self.items), ZERO) - self.coupons_adjustment_cents
        shares = (fdiv(self._base_cents(tax), total) * number(tax.rate) for tax in self.taxes if total)
        return float(half_up(sum(shares, ZERO), DECIMALS))

    def _cents(self, tax: Tax) -> float:
        return float(self._base_cents(tax) * number(tax.rate)) / 100

    def _base_cents(self, tax: Tax) -> Decimal:
        bearing = (item for item in self.items if tax in self.invoice.fees[item.fee].taxes)
        return sum((item.precise_amount_cents - self._coupons_cents(item) for item in bearing), ZERO)

    def _coupons_cents(self, item: Item) -> Decimal:
        fee = self.invoice.fees[item.fee]
        if not fee.amount_cents:
            return ZERO
        share = through_float(Decimal(float(item.precise_amount_cents) / fee.amount_cents))
        return fee.precise_coupons_amount_cents * share
