"""A fee that doesn't follow its price list, as plain JSON data."""

from collections.abc import Mapping
from datetime import datetime
from typing import Final

from lago_gitops.bills.audit.billed import BilledFee
from lago_gitops.bills.audit.listings import Listing, Place
from lago_gitops.bills.audit.shown import shown_price
from lago_gitops.bills.audit.verdicts import Differs
from lago_gitops.core.comparison.diff import field_changes
from lago_gitops.core.model.canonical import canonical
from lago_gitops.kinds.plan.table import PLAN
from lago_gitops.pricing.base.numbers import text
from lago_gitops.pricing.fees.fee import ItemType
from lago_gitops.render.base.values import shown as value
from lago_gitops.render.plan.change import field_document
from lago_gitops.render.plan.document import Document
from lago_gitops.render.schemas.reasons import Cause

_COLLECTIONS: Final[Mapping[ItemType, str]] = {ItemType.CHARGE: "charges", ItemType.FIXED_CHARGE: "fixed_charges"}


def difference_document(differs: Differs, lago: Listing, invoice_number: str) -> Document:
    """Amounts are in cents; `expected_amount_cents` is null when the usage isn't known.

    `reason` is a word for programs, `message` a sentence.
    """
    fee = differs.fee
    return {
        "fee": fee.lago_id,
        "invoice": fee.invoice_id or None,
        "invoice_number": invoice_number or None,
        "customer": fee.customer,
        "subscription": fee.subscription,
        "plan": differs.place.plan,
        "charge": differs.place.charge or None,
        "item_type": fee.item_type,
        "item": fee.item_code,
        "filters": {key: sorted(values) for key, values in sorted(fee.filters or ())} or None,
        "created_at": stamp(fee.created_at),
        "currency": fee.currency,
        "units": text(fee.units),
        "amount_cents": fee.amount_cents,
        "expected_amount_cents": differs.expected_cents,
        "price_list": differs.listing.name,
        "overridden": differs.reason is Cause.OVERRIDDEN,
        "reason": differs.reason,
        "message": message(differs, lago),
    }


def stamp(moment: datetime) -> str:
    """An instant in Lago's notation."""
    return f"{moment:%Y-%m-%dT%H:%M:%SZ}"


def message(differs: Differs, lago: Listing) -> str:
    """The likely reason, as a sentence without a full stop."""
    here, other = differs.listing.name, differs.other
    match differs.reason:
        case Cause.OVERRIDDEN:
            kept = f", that of {other}" if other else ""
            return f"overridden: the subscription has its own price{kept}"
        case Cause.EARLIER_PRICE:
            return f"billed at the price of {other}, after {here} had replaced it"
        case Cause.LATER_PRICE:
            return f"billed at the price of {other}, when {here} was still live"
        case Cause.CHANGED_IN_LAGO:
            return f"changed in Lago, not in {here}: {_changes(differs, lago) or 'its price differs'}"
        case Cause.NOT_LISTED:
            return f"Lago has this charge, {here} does not"
        case Cause.OTHER_FEES:
            return f"it tops up fees that don't follow {here} either"
        case Cause.ROUNDING:
            return "rounded differently"
        case Cause.COUPON:
            return "a coupon was deducted from the amount itself"
        case Cause.SERVER_VERSION:
            return "billed like a different version of Lago, or one with a different licence"
        case Cause.CHANGED_IN_BETWEEN:
            shown = shown_price(differs.fee)
            return f"billed at {shown}, a price that neither {here} nor Lago has now: it was changed in Lago in between"
    return f"neither {here} nor Lago's current price explains it"


def _changes(differs: Differs, lago: Listing) -> str:
    """Where Lago's price differs from the price list's."""
    place, listing = differs.place, differs.listing
    if place.plan not in listing.fields or place.plan not in lago.fields:
        return ""
    before, after = (canonical(PLAN.object, each.fields[place.plan]) for each in (listing, lago))
    changes = (
        field_document(change)
        for change in field_changes(PLAN.object, before, after)
        if _is_of(differs.fee, place, change.keys)
    )
    return ", ".join(f"{each['path']} {value(each['before'])} → {value(each['after'])}" for each in changes)


def _is_of(fee: BilledFee, place: Place, keys: tuple[object, ...]) -> bool:
    if fee.item_type is ItemType.SUBSCRIPTION:
        return keys[0] == "amount_cents"
    if fee.item_type is ItemType.COMMITMENT:
        return keys[0] == "minimum_commitment"
    return keys[:2] == (_COLLECTIONS[fee.item_type], place.charge)
