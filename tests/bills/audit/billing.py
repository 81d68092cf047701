"""Recorded fees in the shape in which Lago lists them."""

from collections.abc import Mapping
from typing import Any

from lago_gitops.bills.audit.billed import BilledFee, billed_fee, filters_of
from lago_gitops.bills.audit.rating import Offer
from lago_gitops.pricing.catalog.items import Plan
from lago_gitops.pricing.fees.fee import ItemType

OCTOBER = {"from_date": "2026-10-01T00:00:00+00:00", "to_date": "2026-10-31T23:59:59+00:00"}


def listed(fee: Mapping[str, Any], currency: str = "USD", event: str = "") -> dict[str, Any]:
    """The codes of charges stand in for their ids."""
    said = {name: value for name, value in fee.items() if value is not None}
    code = fee.get("charge_code") or fee.get("fixed_charge_code") or fee.get("charge")
    return {
        **OCTOBER,
        "lago_id": "fee",
        "external_subscription_id": "s",
        "lago_subscription_id": "s",
        "created_at": "2026-11-01T00:00:00Z",
        "amount_currency": currency,
        **said,
        "item": {
            "type": fee.get("item_type", "charge"),
            "code": fee.get("item_code", ""),
            "filters": fee.get("filters"),
            "grouped_by": fee.get("grouped_by"),
        },
        "lago_charge_id": code,
        "event_transaction_id": event or fee.get("event"),
        "lago_true_up_parent_fee_id": fee.get("true_up_of"),
    }


def billed(fee: Mapping[str, Any], currency: str = "USD", event: str = "") -> BilledFee:
    found = billed_fee(listed(fee, currency, event))
    assert found is not None
    return found


def own_offer(fee: BilledFee, plan: Plan) -> Offer | None:
    """What the plan that made the fee asked for it."""
    items = plan.fixed_charges if fee.item_type is ItemType.FIXED_CHARGE else plan.charges
    charge = next((each for each in items if each.code == fee.item_id), None)
    if charge is None:
        return None
    filters = getattr(charge, "filters", ())
    return Offer(charge, next((each.price for each in filters if filters_of(each.values) == fee.filters), charge.price))
