"""Taxes: which of them apply to a fee, and how much they are, after coupons."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from decimal import Decimal

from lago_gitops.pricing.base.errors import InvalidPriceError
from lago_gitops.pricing.base.numbers import (
    KEPT_DECIMALS,
    ZERO,
    exact,
    fdiv,
    half_up,
    number,
    whole_float,
)
from lago_gitops.pricing.catalog.items import Tax
from lago_gitops.pricing.fees.fee import Fee


@dataclass(frozen=True, slots=True)
class TaxLevels:
    """Tax codes by level. The first level with any replaces the rest; those of the fee, or its plan, come first."""

    taxes: Mapping[str, Tax] = field(default_factory=dict)
    customer: tuple[str, ...] = ()
    billing_entity: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class AppliedTax:
    code: str
    rate: float  # per cent
    amount_cents: int
    fees_amount_cents: int


@exact
def taxed(fee: Fee, levels: TaxLevels) -> Fee:
    """The fee with its taxes, rounded once for all of them. Raises InvalidPriceError for an unknown code."""
    taxes = taxes_of(fee, levels)
    precise = sum((fdiv(fee.precise_base_cents * number(tax.rate), Decimal(100)) for tax in taxes), ZERO)
    return replace(
        fee,
        taxes=taxes,
        taxes_amount_cents=whole_float(sum(_float_cents(fee.base_cents, tax) for tax in taxes)),
        precise_taxes_amount_cents=half_up(precise, KEPT_DECIMALS),
    )


def taxes_of(fee: Fee, levels: TaxLevels) -> tuple[Tax, ...]:
    """Its own, else the customer's, else the billing entity's. Raises InvalidPriceError for one without a manifest."""
    codes = fee.tax_codes or levels.customer or levels.billing_entity
    unknown = [code for code in codes if code not in levels.taxes]
    if unknown:
        raise InvalidPriceError(f"no manifest describes tax {unknown[0]!r}, so its rate is not known")
    return tuple(levels.taxes[code] for code in codes)


@exact
def tax_amount_cents(fee: Fee, tax: Tax) -> int:
    """The amount of one tax on one fee, rounded separately."""
    return whole_float(_float_cents(fee.base_cents, tax))


@exact
def applied_taxes(fees: tuple[Fee, ...]) -> tuple[AppliedTax, ...]:
    """The taxes of an invoice, by code: rounded separately, so they may not add up to the invoice's taxes."""
    taxes = {tax.code: tax for fee in fees for tax in fee.taxes}
    return tuple(_applied(fees, taxes[code]) for code in sorted(taxes))


@exact
def taxes_amount_cents(fees: tuple[Fee, ...]) -> int:
    """The total of an invoice's taxes: rounded once, over all fees and taxes."""
    taxes = {tax.code: tax for fee in fees for tax in fee.taxes}
    return whole_float(sum(_float_cents(_base(fees, taxes[code]), taxes[code]) for code in sorted(taxes)))


def _applied(fees: tuple[Fee, ...], tax: Tax) -> AppliedTax:
    base = _base(fees, tax)
    return AppliedTax(tax.code, tax.rate, whole_float(_float_cents(base, tax)), int(base))


def _base(fees: Iterable[Fee], tax: Tax) -> Decimal:
    return sum((fee.base_cents for fee in fees if tax in fee.taxes), ZERO)


def _float_cents(base: Decimal, tax: Tax) -> float:
    # Lago multiplies decimals and divides a float.
    return float(base * number(tax.rate)) / 100
