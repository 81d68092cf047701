"""How credits on an invoice are rendered: coupons, credit notes and progressive invoices."""

from typing import Any

from lago_gitops.sandbox.base.doc import Doc
from lago_gitops.sandbox.base.storage.kinds import APPLIED_COUPON, COUPON, CREDIT_NOTE, INVOICE
from lago_gitops.sandbox.base.world import World


def rendered(world: World, credit: Doc) -> Doc:
    invoice = world.store.with_deleted(INVOICE, credit["invoice_id"])
    return {
        "lago_id": credit["id"],
        "amount_cents": credit["amount_cents"],
        "amount_currency": invoice["currency"],
        "before_taxes": credit["before_taxes"],
        "item": _item(world, credit),
        "invoice": {"lago_id": invoice["id"], "payment_status": invoice["payment_status"]},
    }


def _item(world: World, credit: Doc) -> Doc:
    id_, code, name, description = _credited(world, credit)
    return {"lago_item_id": id_, "type": credit["source"], "code": code, "name": name, "description": description}


def _credited(world: World, credit: Doc) -> tuple[Any, ...]:
    """Id, code, name and description of the source of the credit."""
    match credit["source"]:
        case "coupon":
            given = world.store.with_deleted(APPLIED_COUPON, credit["source_id"])
            coupon = world.store.with_deleted(COUPON, given["coupon_id"])
            return coupon["id"], coupon["code"], coupon["name"], coupon["description"]
        case "invoice":
            invoice = world.store.with_deleted(INVOICE, credit["source_id"])
            return invoice["id"], invoice["number"], invoice["number"], None
    note = world.store.with_deleted(CREDIT_NOTE, credit["source_id"])
    invoice = world.store.with_deleted(INVOICE, note["invoice_id"])
    return note["id"], note["number"], invoice["number"], None
