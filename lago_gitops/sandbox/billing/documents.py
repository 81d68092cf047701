"""Invoices as documents: creation, number and dates."""

from datetime import date, datetime
from typing import Any

from lago_gitops.sandbox.base.clock import days_after, unstamp
from lago_gitops.sandbox.base.doc import Doc
from lago_gitops.sandbox.base.storage.kinds import INVOICE
from lago_gitops.sandbox.base.storage.store import Where
from lago_gitops.sandbox.base.world import World, new_id
from lago_gitops.sandbox.customers.customer_shapes import entity_of, zone_of

_AMOUNTS = (
    *("fees_amount_cents", "taxes_amount_cents", "progressive_billing_credit_amount_cents", "coupons_amount_cents"),
    *("credit_notes_amount_cents", "sub_total_excluding_taxes_amount_cents"),
    *("sub_total_including_taxes_amount_cents", "total_amount_cents", "total_paid_amount_cents"),
    "prepaid_credit_amount_cents",
)
_NUMBERED = "json_extract(doc, '$.sequential_id') IS NOT NULL"


def new(world: World, customer: Doc, currency: str, at: datetime, **fields: Any) -> Doc:
    """Dated on the day of `at` in the customer's time zone. Unsaved; without fees, number and status."""
    day = at.astimezone(zone_of(world, customer)).date()
    term = payment_term(world, customer)
    return {
        "id": new_id(),
        "created_at": world.stamp(),
        "updated_at": world.stamp(),
        "customer_id": customer["id"],
        "entity_id": customer["entity_id"],
        "sequential_id": None,
        "entity_sequence": None,
        "number": f"{entity_of(world, customer)['document_number_prefix']}-DRAFT",
        "invoice_type": "subscription",
        "status": "draft",
        "payment_status": "pending",
        "payment_overdue": False,
        "payment_dispute_lost_at": None,
        "currency": currency,
        "issuing_date": day.isoformat(),
        "finalizes_on": day.isoformat(),
        "payment_due_date": days_after(day, term).isoformat(),
        "net_payment_term": term,
        **dict.fromkeys(_AMOUNTS, 0),
        "prepaid_granted_credit_amount_cents": None,
        "prepaid_purchased_credit_amount_cents": None,
        "applied_taxes": [],
        "metadata": [],
        "thresholds": [],
        "purchase_order_number": None,
        "voided_at": None,
        "ready_to_be_refreshed": False,
        **fields,
    }


def payment_term(world: World, customer: Doc) -> int:
    """Days."""
    own = customer["net_payment_term"]
    return int(entity_of(world, customer)["net_payment_term"] if own is None else own)


def grace_days(world: World, customer: Doc) -> int:
    own = customer["billing_configuration"]["invoice_grace_period"]
    return int((entity_of(world, customer)["invoice_grace_period"] if own is None else own) or 0)


def issuing_shift(world: World, customer: Doc) -> int:
    """Days from the billing of a period to the issuing date of its invoice."""
    grace = grace_days(world, customer)
    if _setting(world, customer, "anchor") == "current_period_end":
        return grace if grace and aligns_with_finalization(world, customer) else -1
    return grace if aligns_with_finalization(world, customer) else 0


def aligns_with_finalization(world: World, customer: Doc) -> bool:
    return _setting(world, customer, "adjustment") == "align_with_finalization_date"


def _setting(world: World, customer: Doc, name: str) -> str:
    field = f"subscription_invoice_issuing_date_{name}"
    return str(customer["billing_configuration"][field] or entity_of(world, customer)[field])


def issue_on(invoice: Doc, day: date) -> Doc:
    due = days_after(day, invoice["net_payment_term"])
    return invoice | {"issuing_date": day.isoformat(), "payment_due_date": due.isoformat()}


def numbered(world: World, invoice: Doc, customer: Doc) -> Doc:
    """With the next number of its customer or, if the billing entity numbers invoices, of the entity."""
    if invoice["sequential_id"] is not None:
        return invoice
    entity = entity_of(world, customer)
    own = world.store.count(INVOICE, Where(f"parent = ? AND {_NUMBERED}", (customer["id"],))) + 1
    of_entity = Where(f"json_extract(doc, '$.entity_id') = ? AND {_NUMBERED}", (entity["id"],))
    if entity["document_numbering"] == "per_customer":
        return invoice | {"sequential_id": own, "number": f"{customer['slug']}-{own:03}"}
    sequence = world.store.count(INVOICE, of_entity) + 1
    month = unstamp(invoice["created_at"]).astimezone(zone_of(world, customer)).strftime("%Y%m")
    number = f"{entity['document_number_prefix']}-{month}-{sequence:03}"
    return invoice | {"sequential_id": own, "entity_sequence": sequence, "number": number}


def is_skipped_zero_invoice(world: World, invoice: Doc, customer: Doc) -> bool:
    """Whether it is a zero invoice, and the customer or the billing entity doesn't want those."""
    if invoice["fees_amount_cents"] or invoice["total_amount_cents"]:
        return False
    setting = customer["finalize_zero_amount_invoice"]
    if setting == "inherit":
        return not entity_of(world, customer)["finalize_zero_amount_invoice"]
    return bool(setting == "skip")
