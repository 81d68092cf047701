"""A fee as Lago reports it: what was billed, and what the fee reveals about the usage behind it."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any, Final

from lago_gitops.pricing.base.numbers import ZERO, number
from lago_gitops.pricing.fees.fee import ItemType

Filters = frozenset[tuple[str, frozenset[str]]]
Group = frozenset[tuple[str, str | None]]
PRICED: Final = (ItemType.SUBSCRIPTION, ItemType.CHARGE, ItemType.FIXED_CHARGE, ItemType.COMMITMENT)
"""The types of fees that a price list determines."""


@dataclass(frozen=True, slots=True)
class BilledFee:
    lago_id: str
    item_type: ItemType
    item_code: str  # of the plan, metric or add-on
    item_id: str  # Lago's id of the charge or fixed charge; empty for other fees
    subscription: str  # external id
    subscription_id: str
    customer: str  # external id
    invoice_id: str  # empty: none, or not yet
    created_at: datetime
    start: datetime  # start and end of the period billed; of a commitment fee, when the fee was created
    end: datetime
    currency: str
    amount_cents: int
    precise_amount: Decimal  # in units of the currency
    unit_amount: Decimal  # of one unit, in units of the currency
    units: Decimal
    events_count: int
    details: Mapping[str, Any]
    filters: Filters | None = None  # None: the default bucket, or a charge without filters
    group: Group = frozenset()
    in_advance: bool = False
    event: str = ""  # transaction id of the event behind the fee
    true_up_of: str = ""  # the fee that this one raises to the charge's minimum
    coupons_cents: Decimal = ZERO


def billed_fee(answer: Mapping[str, Any]) -> BilledFee | None:
    """Read Lago's fee object; None for fees outside any price list: those of one-off invoices and of wallets.

    Raises KeyError, ValueError or InvalidPriceError when the object is not a fee.
    """
    item = answer["item"]
    if item["type"] not in PRICED:
        return None
    return BilledFee(
        lago_id=answer["lago_id"],
        item_type=ItemType(item["type"]),
        item_code=item["code"],
        item_id=answer.get("lago_charge_id") or answer.get("lago_fixed_charge_id") or "",
        subscription=answer["external_subscription_id"],
        subscription_id=answer["lago_subscription_id"],
        customer=answer.get("external_customer_id") or "",
        invoice_id=answer.get("lago_invoice_id") or "",
        created_at=moment(answer["created_at"]),
        start=moment(answer.get("from_date") or answer["created_at"]),
        end=moment(answer.get("to_date") or answer["created_at"]),
        currency=answer["amount_currency"],
        amount_cents=answer["amount_cents"],
        precise_amount=number(answer["precise_amount"]),
        unit_amount=number(answer.get("precise_unit_amount") or 0),
        units=number(answer["units"]),
        events_count=answer.get("events_count") or 0,
        details=answer.get("amount_details") or {},
        filters=_filters(item.get("filters")),
        group=frozenset((item.get("grouped_by") or {}).items()),
        in_advance=bool(answer.get("pay_in_advance")),
        event=answer.get("event_transaction_id") or "",
        true_up_of=answer.get("lago_true_up_parent_fee_id") or "",
        coupons_cents=number(answer.get("precise_coupons_amount_cents") or 0),
    )


def moment(text: str) -> datetime:
    """An instant as Lago writes it, in UTC. Raises ValueError."""
    read = datetime.fromisoformat(text)
    return read.replace(tzinfo=UTC) if read.tzinfo is None else read.astimezone(UTC)


def filters_of(values: tuple[tuple[str, tuple[str, ...]], ...]) -> Filters:
    """A price list's filter in the form that fees use."""
    return frozenset((key, frozenset(words)) for key, words in values)


def _filters(values: Mapping[str, list[str]] | None) -> Filters | None:
    if not values:
        return None
    return frozenset((key, frozenset(words)) for key, words in values.items())
