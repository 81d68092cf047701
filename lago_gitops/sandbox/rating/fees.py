"""Converts fees of the rating engine to documents and back."""

from collections.abc import Mapping
from datetime import datetime
from decimal import Decimal
from typing import Any

from lago_gitops.pricing.base.numbers import text
from lago_gitops.pricing.catalog.items import Tax
from lago_gitops.pricing.fees.fee import Fee, ItemType, UnitAmounts, rendered
from lago_gitops.pricing.fees.subscription import Details
from lago_gitops.pricing.models.rated import NO_DETAILS
from lago_gitops.sandbox.base.clock import stamp, unstamp
from lago_gitops.sandbox.base.doc import Doc
from lago_gitops.sandbox.base.storage.kinds import CHARGE, FIXED_CHARGE
from lago_gitops.sandbox.base.world import World, new_id


def document(world: World, fee: Fee, subscription: Doc | None, taxes: Mapping[str, Doc]) -> Doc:
    """Unsaved; without invoice, customer and payment."""
    return {
        "id": new_id(),
        "created_at": world.stamp(),
        "subscription_id": None if subscription is None else subscription["id"],
        "plan_id": None if subscription is None else subscription["plan_id"],
        "fee_type": fee.item_type.value,
        "item_code": fee.item_code,
        **_origin(world, fee),
        "grouped_by": dict(fee.grouped_by),
        "true_up": fee.true_up,
        "true_up_parent_id": None,
        "event": fee.event,
        "start": stamp(fee.start),
        "end": stamp(fee.end),
        "billed_at": None if fee.billed_at is None else stamp(fee.billed_at),
        **_figures(fee),
        **money(fee, taxes),
    }


def _origin(world: World, fee: Fee) -> Doc:
    """The object that the fee bills."""
    charge_id = fee.charge_code if fee.item_type == ItemType.CHARGE else None
    fixed_id = fee.charge_code if fee.item_type == ItemType.FIXED_CHARGE else None
    charge = None if charge_id is None else world.store.with_deleted(CHARGE, charge_id)
    fixed = None if fixed_id is None else world.store.with_deleted(FIXED_CHARGE, fixed_id)
    in_advance = (charge is not None and fee.event is not None) or bool(fixed and fixed["pay_in_advance"])
    return {
        "charge_id": charge_id,
        "charge_filter_id": None if charge is None else _filter_id(charge, fee),
        "fixed_charge_id": fixed_id,
        "pay_in_advance": in_advance,
        "invoice_display_name": fee.invoice_display_name,
        "filters": None if fee.filters is None else {key: list(values) for key, values in fee.filters},
        "filter_display_name": fee.filter_invoice_display_name,
    }


def _filter_id(charge: Doc, fee: Fee) -> str | None:
    if fee.filters is None:
        return None
    wanted = {key: list(values) for key, values in fee.filters}
    return next((each["id"] for each in charge["filters"] if each["values"] == wanted), None)


def _figures(fee: Fee) -> Doc:
    return {
        "currency": fee.currency,
        "units": text(fee.units),
        "total_aggregated_units": None if fee.total_aggregated_units is None else text(fee.total_aggregated_units),
        "events_count": fee.events_count,
        "amount_details": rendered(fee.details),
        "precise_unit_amount": text(fee.precise_unit_amount),
        "pricing_unit": None if fee.unit_amounts is None else _unit_amounts(fee.unit_amounts),
    }


def _unit_amounts(amounts: UnitAmounts) -> Doc:
    return {
        "code": amounts.unit.code,
        "short_name": amounts.unit.short_name,
        "conversion_rate": text(amounts.conversion_rate),
        "amount_cents": amounts.amount_cents,
        "precise_amount_cents": text(amounts.precise_amount_cents),
        "unit_amount_cents": amounts.unit_amount_cents,
        "precise_unit_amount": text(amounts.precise_unit_amount),
    }


def money(fee: Fee, taxes: Mapping[str, Doc]) -> Doc:
    """The fields of a fee that an invoice can still change."""
    return {
        "amount_cents": fee.amount_cents,
        "precise_amount_cents": text(fee.precise_amount_cents),
        "precise_coupons_amount_cents": text(fee.precise_coupons_amount_cents),
        "taxes_amount_cents": fee.taxes_amount_cents,
        "precise_taxes_amount_cents": text(fee.precise_taxes_amount_cents),
        "taxes": [{"id": new_id(), "tax": taxes[tax.code], "rate": tax.rate} for tax in fee.taxes],
    }


def read(doc: Doc, number: int = 0) -> Fee:
    """The engine's fee; `number` is the position of its subscription on the invoice."""
    return Fee(
        item_type=ItemType(doc["fee_type"]),
        item_code=doc["item_code"],
        currency=doc["currency"],
        start=unstamp(doc["start"]),
        end=unstamp(doc["end"]),
        amount_cents=doc["amount_cents"],
        precise_amount_cents=Decimal(doc["precise_amount_cents"]),
        units=Decimal(doc["units"]),
        precise_unit_amount=Decimal(doc["precise_unit_amount"]),
        total_aggregated_units=_decimal(doc["total_aggregated_units"]),
        events_count=doc["events_count"],
        details=_details(doc),
        charge_code=doc["charge_id"] or doc["fixed_charge_id"],
        filters=None
        if doc["filters"] is None
        else tuple((key, tuple(values)) for key, values in doc["filters"].items()),
        grouped_by=tuple(doc["grouped_by"].items()),
        true_up=doc["true_up"],
        subscription=number,
        billed_at=_instant(doc["billed_at"]),
        event=doc["event"],
        taxes=tuple(Tax(each["tax"]["code"], each["rate"]) for each in doc["taxes"]),
        precise_coupons_amount_cents=Decimal(doc["precise_coupons_amount_cents"]),
        taxes_amount_cents=doc["taxes_amount_cents"],
        precise_taxes_amount_cents=Decimal(doc["precise_taxes_amount_cents"]),
    )


def _details(doc: Doc) -> Any:
    """Only those of a subscription fee are used later."""
    plan_cents = doc["amount_details"].get("plan_amount_cents")
    return Details(plan_cents) if doc["fee_type"] == "subscription" and plan_cents is not None else NO_DETAILS


def _decimal(kept: str | None) -> Decimal | None:
    return None if kept is None else Decimal(kept)


def _instant(kept: str | None) -> datetime | None:
    return None if kept is None else unstamp(kept)


def metric_id(world: World, doc: Doc) -> str | None:
    """The metric of the fee's charge."""
    charge = None if doc["charge_id"] is None else world.store.with_deleted(CHARGE, doc["charge_id"])
    return None if charge is None else str(charge["metric_id"])
