"""How credit notes are rendered."""

from lago_gitops.sandbox.base.clock import to_second
from lago_gitops.sandbox.base.doc import Doc
from lago_gitops.sandbox.base.storage.kinds import BILLING_ENTITY, CUSTOMER, FEE, INVOICE
from lago_gitops.sandbox.base.world import World
from lago_gitops.sandbox.customers import customer_shapes
from lago_gitops.sandbox.documents.invoices import fee_shapes
from lago_gitops.sandbox.documents.invoices.shapes import tax_terms

_SAME = (
    *("sequential_id", "number", "issuing_date", "credit_status", "refund_status", "reason", "description"),
    *("currency", "total_amount_cents", "taxes_amount_cents", "sub_total_excluding_taxes_amount_cents"),
    *("balance_amount_cents", "credit_amount_cents", "refund_amount_cents", "coupons_adjustment_amount_cents"),
    "taxes_rate",
)


def rendered(world: World, note: Doc) -> Doc:
    """With its items and taxes, in lists too."""
    return {
        **_alone(world, note),
        **_around(world, note),
        "items": [_item(world, note, each) for each in note["items"]],
        "applied_taxes": [_tax(note, each) for each in note["taxes"]],
        "error_details": [],
    }


def _around(world: World, note: Doc) -> Doc:
    """Newer releases show the customer; since then, metadata only if there is some."""
    metadata = {"metadata": note["metadata"]}
    if not world.can.invoice_details:
        return metadata
    customer = world.store.with_deleted(CUSTOMER, note["customer_id"])
    shown = {"customer": customer_shapes.rendered_inside(world, customer)}
    return shown if note["metadata"] is None else {**shown, **metadata}


def _alone(world: World, note: Doc) -> Doc:
    invoice = world.store.with_deleted(INVOICE, note["invoice_id"])
    newer = {
        "purchase_order_number": invoice["purchase_order_number"],
        "offset_amount_cents": note["offset_amount_cents"],
    }
    return {
        "lago_id": note["id"],
        "billing_entity_code": world.store.with_deleted(BILLING_ENTITY, invoice["entity_id"])["code"],
        "lago_invoice_id": invoice["id"],
        "invoice_number": invoice["number"],
        **{name: note[name] for name in _SAME},
        "precise_total_amount_cents": note["precise_total_amount_cents"],
        "precise_taxes_amount_cents": note["precise_taxes_cents"],
        "created_at": to_second(note["created_at"]),
        "updated_at": to_second(note["updated_at"]),
        "file_url": None,
        "xml_url": None,
        "self_billed": False,
        **(newer if world.can.invoice_details else {}),
    }


def _item(world: World, note: Doc, item: Doc) -> Doc:
    return {
        "lago_id": item["id"],
        "amount_cents": item["amount_cents"],
        "precise_amount_cents": item["precise_amount_cents"],
        "amount_currency": note["currency"],
        "fee": fee_shapes.rendered(world, world.store.with_deleted(FEE, item["fee_id"])),
    }


def _tax(note: Doc, applied: Doc) -> Doc:
    return {
        "lago_id": applied["id"],
        "lago_credit_note_id": note["id"],
        **noted_tax(note, applied),
        "created_at": to_second(note["created_at"]),
    }


def noted_tax(note: Doc, applied: Doc) -> Doc:
    return {**tax_terms(note, applied), "base_amount_cents": applied["base_amount_cents"]}
