"""How fees are rendered. Names are the current ones, not those when the fee was created."""

from datetime import UTC
from decimal import Decimal
from typing import Any

from lago_gitops.pricing.base.numbers import from_cents, text, through_float, whole
from lago_gitops.pricing.periods.boundaries import View, boundaries
from lago_gitops.sandbox.base.clock import to_second, unstamp
from lago_gitops.sandbox.base.doc import Doc
from lago_gitops.sandbox.base.storage.kinds import (
    ADD_ON,
    CHARGE,
    CUSTOMER,
    FEE,
    FIXED_CHARGE,
    METRIC,
    PLAN,
    SUBSCRIPTION,
    WALLET_TRANSACTION,
)
from lago_gitops.sandbox.base.storage.store import Where
from lago_gitops.sandbox.base.world import World
from lago_gitops.sandbox.rating import lifecycle

_DATED = ("charge", "subscription", "add_on", "fixed_charge")


def rendered_alone(world: World, fee: Doc) -> Doc:
    return {**rendered(world, fee), "applied_taxes": [_tax(fee, each) for each in fee["taxes"]]}


def rendered(world: World, fee: Doc) -> Doc:
    subscription = (
        None if fee["subscription_id"] is None else world.store.with_deleted(SUBSCRIPTION, fee["subscription_id"])
    )
    customer: Doc = {} if subscription is None else world.store.with_deleted(CUSTOMER, fee["customer_id"])
    newer: Doc = {"lago_fixed_charge_id": fee["fixed_charge_id"], "lago_original_fee_id": None}
    topped = world.store.first(
        FEE, Where("kind = 'fee' AND json_extract(doc, '$.true_up_parent_id') = ?", (fee["id"],))
    )
    return {
        "lago_id": fee["id"],
        "lago_charge_id": fee["charge_id"],
        "lago_charge_filter_id": fee["charge_filter_id"],
        "lago_invoice_id": fee["invoice_id"],
        "lago_true_up_fee_id": None if topped is None else topped["id"],
        "lago_true_up_parent_fee_id": fee["true_up_parent_id"],
        "lago_subscription_id": fee["subscription_id"],
        "external_subscription_id": None if subscription is None else subscription["external_id"],
        "lago_customer_id": customer.get("id"),
        "external_customer_id": customer.get("external_id"),
        "item": item(world, fee),
        "pay_in_advance": _in_advance(world, fee),
        "invoiceable": _charge(world, fee).get("invoiceable", True),
        **_money(world, fee),
        **_rest(world, fee),
        **(newer if world.can.fee_details else {}),
    }


def _money(world: World, fee: Doc) -> Doc:
    precise, taxes = Decimal(fee["precise_amount_cents"]), Decimal(fee["precise_taxes_amount_cents"])
    coupons = Decimal(fee["precise_coupons_amount_cents"])
    newer = {
        "sub_total_excluding_taxes_amount_cents": whole(fee["amount_cents"] - coupons),
        "sub_total_excluding_taxes_precise_amount_cents": text(precise - coupons),
    }
    return {
        "amount_cents": fee["amount_cents"],
        "amount_currency": fee["currency"],
        "precise_amount": _units(fee, precise),
        "precise_total_amount": _units(fee, precise + taxes),
        "taxes_amount_cents": fee["taxes_amount_cents"],
        "taxes_precise_amount": _units(fee, taxes),
        "taxes_rate": float(sum(each["rate"] for each in fee["taxes"])),
        "total_aggregated_units": fee["total_aggregated_units"],
        "total_amount_cents": fee["amount_cents"] + fee["taxes_amount_cents"],
        "total_amount_currency": fee["currency"],
        "units": fee["units"],
        "precise_unit_amount": fee["precise_unit_amount"],
        "precise_coupons_amount_cents": fee["precise_coupons_amount_cents"],
        **(newer if world.can.fee_details else {}),
    }


def _units(fee: Doc, cents: Decimal) -> str:
    # Lago divides a float of the cents.
    return text(from_cents(through_float(cents), fee["currency"]))


def _rest(world: World, fee: Doc) -> Doc:
    shown: Doc = {
        "description": fee["description"],
        "events_count": fee["events_count"],
        "payment_status": fee["payment_status"],
        "created_at": to_second(fee["created_at"]),
        **{name: to_second(fee[name]) for name in ("succeeded_at", "failed_at", "refunded_at")},
        "amount_details": fee["amount_details"],
        "self_billed": False,
        "pricing_unit_details": _pricing_unit(fee),
        **({"presentation_breakdowns": []} if world.can.presentation_group_keys else {}),
    }
    if fee["fee_type"] in _DATED:
        first, last = _dates(world, fee)
        shown |= {"from_date": first, "to_date": last}
    if fee["fee_type"] == "charge" and _in_advance(world, fee):
        shown["event_transaction_id"] = fee["event"]
    return shown


def _dates(world: World, fee: Doc) -> tuple[str, str]:
    """For a fee billed in advance without an invoice, and for recurring units: the period that was current then.

    They are computed when rendered, so the end of the subscription changes them.
    """
    billed_as_it_came = fee["event"] is not None and _charge(world, fee).get("invoiceable", True)
    if fee["fee_type"] != "charge" or billed_as_it_came or not _charge(world, fee)["pay_in_advance"]:
        return _instant(fee["start"]), _instant(fee["end"])
    subscription = world.store.with_deleted(SUBSCRIPTION, fee["subscription_id"])
    span = boundaries(
        View(lifecycle.subscription(world, subscription), unstamp(fee["created_at"]), running=True)
    ).charges
    if span is None:
        return _instant(fee["start"]), _instant(fee["end"])
    first, last = (at.astimezone(UTC).date() for at in (span.start, span.end))
    return f"{first}T00:00:00+00:00", f"{last}T23:59:59+00:00"


def _instant(kept: str) -> str:
    return unstamp(kept).replace(microsecond=0).isoformat()


def _pricing_unit(fee: Doc) -> Doc | None:
    unit = fee["pricing_unit"]
    if unit is None:
        return None
    return {
        "lago_pricing_unit_id": None,
        "pricing_unit_code": unit["code"],
        "short_name": unit["short_name"],
        "amount_cents": unit["amount_cents"],
        "precise_amount_cents": unit["precise_amount_cents"],
        "unit_amount_cents": unit["unit_amount_cents"],
        "precise_unit_amount": unit["precise_unit_amount"],
        "conversion_rate": unit["conversion_rate"],
    }


def _tax(fee: Doc, applied: Doc) -> Doc:
    tax = applied["tax"]
    return {
        "lago_id": applied["id"] if fee["id"] else None,
        "lago_fee_id": fee["id"],
        "lago_tax_id": tax["id"],
        "tax_name": tax["name"],
        "tax_code": tax["code"],
        "tax_rate": applied["rate"],
        "tax_description": tax["description"],
        "amount_cents": applied.get("amount_cents", fee["taxes_amount_cents"]),
        "amount_currency": fee["currency"],
        "created_at": to_second(fee["created_at"]),
    }


def _in_advance(world: World, fee: Doc) -> bool:
    if fee["fee_type"] == "subscription":
        return bool(world.store.with_deleted(PLAN, fee["plan_id"])["pay_in_advance"])
    return bool(fee["pay_in_advance"])


def _charge(world: World, fee: Doc) -> Doc:
    return {} if fee["charge_id"] is None else world.store.with_deleted(CHARGE, fee["charge_id"])


def item(world: World, fee: Doc) -> Doc:
    """What the fee bills."""
    code, name, description, id_, type_ = _named(world, fee)
    return {
        "type": fee["fee_type"],
        "code": code,
        "name": name,
        "description": description,
        "invoice_display_name": _display_name(world, fee, name),
        "filters": fee["filters"],
        "filter_invoice_display_name": _filter_name(world, fee),
        "lago_item_id": id_,
        "item_type": type_,
        "grouped_by": fee["grouped_by"],
    }


def _named(world: World, fee: Doc) -> tuple[Any, ...]:
    """Code, name, description, id and type."""
    match fee["fee_type"]:
        case "charge":
            metric = world.store.with_deleted(METRIC, _charge(world, fee)["metric_id"])
            return metric["code"], metric["name"], metric["description"], metric["id"], "BillableMetric"
        case "fixed_charge":
            fixed = world.store.with_deleted(FIXED_CHARGE, fee["fixed_charge_id"])
            add_on = world.store.with_deleted(ADD_ON, fixed["add_on_id"])
            return add_on["code"], add_on["name"], add_on["description"], add_on["id"], "AddOn"
        case "add_on":
            add_on = world.store.with_deleted(ADD_ON, fee["add_on_id"])
            return add_on["code"], add_on["name"], add_on["description"], add_on["id"], "AddOn"
        case "credit":
            transaction = world.store.with_deleted(WALLET_TRANSACTION, fee["wallet_transaction_id"])
            return "credit", "credit", "credit", transaction["id"], "WalletTransaction"
    plan = world.store.with_deleted(PLAN, fee["plan_id"])
    return plan["code"], plan["name"], plan["description"], fee["subscription_id"], "Subscription"


def _display_name(world: World, fee: Doc, name: str) -> Any:
    if fee["invoice_display_name"]:
        return fee["invoice_display_name"]
    match fee["fee_type"]:
        case "charge":
            return _charge(world, fee)["invoice_display_name"] or name
        case "fixed_charge":
            fixed = world.store.with_deleted(FIXED_CHARGE, fee["fixed_charge_id"])
            return fixed["invoice_display_name"] or _add_on_name(world, fixed["add_on_id"])
        case "add_on":
            return _add_on_name(world, fee["add_on_id"])
        case "credit":
            return name
    plan = world.store.with_deleted(PLAN, fee["plan_id"])
    if not world.can.fee_details:
        return plan["invoice_display_name"]
    subscription = world.store.with_deleted(SUBSCRIPTION, fee["subscription_id"])
    return subscription["name"] or plan["invoice_display_name"] or name


def _add_on_name(world: World, id_: str) -> Any:
    add_on = world.store.with_deleted(ADD_ON, id_)
    return add_on["invoice_display_name"] or add_on["name"]


def _filter_name(world: World, fee: Doc) -> Any:
    """The filter's current name, if it still exists."""
    filters = _charge(world, fee).get("filters", ())
    found = next((each for each in filters if each["id"] == fee["charge_filter_id"]), None)
    return (found or {}).get("invoice_display_name") or fee["filter_display_name"]
