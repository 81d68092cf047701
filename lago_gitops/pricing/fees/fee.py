"""A fee in the form of Lago's fee object, and its JSON."""

from dataclasses import dataclass, fields, is_dataclass
from datetime import UTC, datetime
from decimal import Decimal
from enum import StrEnum
from typing import Any

from lago_gitops.pricing.base.numbers import ZERO, exact, from_cents, text, through_float, whole
from lago_gitops.pricing.catalog.items import PricingUnit, Tax
from lago_gitops.pricing.models.rated import NO_DETAILS

Values = tuple[tuple[str, tuple[str, ...]], ...]


class ItemType(StrEnum):
    SUBSCRIPTION = "subscription"
    CHARGE = "charge"
    FIXED_CHARGE = "fixed_charge"
    COMMITMENT = "commitment"
    ADD_ON = "add_on"
    CREDIT = "credit"


@dataclass(frozen=True, slots=True)
class UnitAmounts:
    """The figures of a fee in the pricing unit of its charge, before conversion; 100 "cents" each."""

    amount_cents: int
    precise_amount_cents: Decimal
    unit_amount_cents: int
    precise_unit_amount: Decimal
    unit: PricingUnit

    @property
    def conversion_rate(self) -> Decimal:
        return self.unit.conversion_rate


@dataclass(frozen=True, slots=True)
class Fee:
    item_type: ItemType
    item_code: str  # code of the plan, metric or add-on
    currency: str
    start: datetime
    end: datetime
    amount_cents: int
    precise_amount_cents: Decimal
    units: Decimal = Decimal(1)
    precise_unit_amount: Decimal = ZERO  # in units of the currency
    total_aggregated_units: Decimal | None = None
    events_count: int | None = None
    details: Any = NO_DETAILS
    charge_code: str | None = None  # of the charge or fixed charge
    filters: Values | None = None
    filter_invoice_display_name: str | None = None
    grouped_by: tuple[tuple[str, str | None], ...] = ()
    true_up: bool = False  # whether it is the true-up to the charge's minimum
    unit_amounts: UnitAmounts | None = None
    tax_codes: tuple[str, ...] = ()  # the charge's own taxes, or the plan's; empty: the customer's …
    invoice_display_name: str | None = None  # if the fee has its own name
    subscription: int = 0  # whose fee, when an invoice has those of several subscriptions: its number in the account
    plan_code: str = ""  # the subscription's
    billed_at: datetime | None = None  # the instant billed
    event: str | None = None  # transaction id of the event behind the fee
    # Added by the invoice:
    taxes: tuple[Tax, ...] = ()
    precise_coupons_amount_cents: Decimal = ZERO
    taxes_amount_cents: int = 0
    precise_taxes_amount_cents: Decimal = ZERO

    @property
    def base_cents(self) -> Decimal:
        """The rounded amount less coupons."""
        return self.amount_cents - self.precise_coupons_amount_cents

    @property
    def precise_base_cents(self) -> Decimal:
        """The precise amount less coupons."""
        return self.precise_amount_cents - self.precise_coupons_amount_cents


@exact
def to_json(fee: Fee) -> dict[str, Any]:
    """The fields of Lago's fee object that depend on usage and price: decimals are text, cents are integers."""
    return {
        **_item(fee),
        "units": text(fee.units),
        "total_aggregated_units": None if fee.total_aggregated_units is None else text(fee.total_aggregated_units),
        "events_count": fee.events_count,
        "amount_cents": fee.amount_cents,
        "precise_amount": _amount(fee, fee.precise_amount_cents),
        "precise_unit_amount": text(fee.precise_unit_amount),
        "amount_details": rendered(fee.details),
        "precise_coupons_amount_cents": text(fee.precise_coupons_amount_cents),
        "sub_total_excluding_taxes_amount_cents": whole(fee.base_cents),
        "sub_total_excluding_taxes_precise_amount_cents": text(fee.precise_base_cents),
        "taxes_rate": float(sum(tax.rate for tax in fee.taxes)),
        "taxes_amount_cents": fee.taxes_amount_cents,
        "taxes_precise_amount": _amount(fee, fee.precise_taxes_amount_cents),
        "total_amount_cents": fee.amount_cents + fee.taxes_amount_cents,
        "precise_total_amount": _amount(fee, fee.precise_amount_cents + fee.precise_taxes_amount_cents),
        "amount_currency": fee.currency,
        "from_date": _instant(fee.start),
        "to_date": _instant(fee.end),
    }


def rendered(value: Any) -> Any:
    """Amount details as JSON: decimals become text, dataclasses objects; integers and floats stay numbers."""
    if is_dataclass(value):
        return {field.name: rendered(getattr(value, field.name)) for field in fields(value)}
    if isinstance(value, tuple):
        return [rendered(item) for item in value]
    return text(value) if isinstance(value, Decimal) else value


def _item(fee: Fee) -> dict[str, Any]:
    return {
        "item": {
            "type": fee.item_type.value,
            "code": fee.item_code,
            "filters": None if fee.filters is None else {key: list(values) for key, values in fee.filters},
            "filter_invoice_display_name": fee.filter_invoice_display_name,
            "grouped_by": dict(fee.grouped_by),
        },
        "charge_code": fee.charge_code if fee.item_type == ItemType.CHARGE else None,
        "fixed_charge_code": fee.charge_code if fee.item_type == ItemType.FIXED_CHARGE else None,
    }


def _amount(fee: Fee, precise_cents: Decimal) -> str:
    # Lago divides the cents as a float.
    return text(from_cents(through_float(precise_cents), fee.currency))


def _instant(at: datetime) -> str:
    return at.astimezone(UTC).replace(microsecond=0).isoformat()
