"""How invoices are rendered: in lists, and alone with everything on them."""

from lago_gitops.sandbox.base.clock import to_millisecond, to_second
from lago_gitops.sandbox.base.doc import Doc
from lago_gitops.sandbox.base.storage.kinds import (
    BILLED_PERIOD,
    BILLING_ENTITY,
    CREDIT,
    CREDIT_NOTE,
    CUSTOMER,
    FEE,
    SUBSCRIPTION,
)
from lago_gitops.sandbox.base.world import World
from lago_gitops.sandbox.catalog import organizations
from lago_gitops.sandbox.customers import credit_shapes, customer_shapes
from lago_gitops.sandbox.customers.customers import FRONT
from lago_gitops.sandbox.documents.invoices import fee_shapes
from lago_gitops.sandbox.subscriptions import shapes as subscription_shapes
from lago_gitops.sandbox.subscriptions.relations import plan_of

_AMOUNTS = (
    *("fees_amount_cents", "taxes_amount_cents", "progressive_billing_credit_amount_cents", "coupons_amount_cents"),
    *("credit_notes_amount_cents", "sub_total_excluding_taxes_amount_cents"),
    *("sub_total_including_taxes_amount_cents", "total_amount_cents", "prepaid_credit_amount_cents"),
)
_SAME = (
    *("sequential_id", "number", "issuing_date", "payment_due_date", "net_payment_term", "invoice_type", "status"),
    *("payment_status", "payment_overdue", "currency", *_AMOUNTS),
)


def rendered_alone(world: World, invoice: Doc) -> Doc:
    return {
        **rendered_in_list(world, invoice),
        "subscriptions": [subscription_shapes.rendered(world, each) for each in _subscriptions(world, invoice)],
        "billing_periods": [_period(world, each) for each in _periods(world, invoice)],
        "fees": [fee_shapes.rendered(world, fee) for fee in world.store.children(FEE, invoice["id"])],
        "credits": [credit_shapes.rendered(world, each) for each in world.store.children(CREDIT, invoice["id"])],
        "error_details": [],
        "applied_invoice_custom_sections": [],
    }


def rendered_in_list(world: World, invoice: Doc) -> Doc:
    customer = world.store.with_deleted(CUSTOMER, invoice["customer_id"])
    return {
        **rendered(world, invoice),
        "customer": customer_shapes.rendered_inside(world, customer),
        "metadata": [_metadata(each) for each in invoice["metadata"]],
        "applied_taxes": [_tax(invoice, each) for each in invoice["applied_taxes"]],
        **_thresholds(invoice),
    }


def rendered(world: World, invoice: Doc) -> Doc:
    """The invoice itself, without fees and other parts."""
    offset = sum(note["offset_amount_cents"] for note in world.store.referrers(CREDIT_NOTE, invoice["id"]))
    newer = {
        "purchase_order_number": invoice["purchase_order_number"],
        "total_paid_amount_cents": invoice["total_paid_amount_cents"],
        "total_offsetted_credit_note_amount_cents": offset,
        "prepaid_granted_credit_amount_cents": invoice["prepaid_granted_credit_amount_cents"],
        "prepaid_purchased_credit_amount_cents": invoice["prepaid_purchased_credit_amount_cents"],
        "web_url": _web_url(world, invoice),
    }
    return {
        "lago_id": invoice["id"],
        "billing_entity_code": world.store.with_deleted(BILLING_ENTITY, invoice["entity_id"])["code"],
        **{name: invoice[name] for name in _SAME},
        "payment_dispute_lost_at": to_millisecond(invoice["payment_dispute_lost_at"]),
        "total_due_amount_cents": _due(world, invoice, offset),
        "file_url": None,
        "xml_url": None,
        "version_number": 4,
        "self_billed": False,
        **{name: to_second(invoice[name]) for name in ("created_at", "updated_at", "voided_at")},
        **(newer if world.can.invoice_details else {}),
    }


def _due(world: World, invoice: Doc, offset: int) -> int:
    if invoice["status"] == "voided" and world.can.invoice_details:
        return 0
    return int(invoice["total_amount_cents"] - invoice["total_paid_amount_cents"] - offset)


def _web_url(world: World, invoice: Doc) -> str:
    slug = f"{organizations.only(world)['slug']}/" if world.can.organization_slug else ""
    return f"{FRONT}/{slug}customer/{invoice['customer_id']}/invoice/{invoice['id']}/overview"


def _metadata(entry: Doc) -> Doc:
    return {
        "lago_id": entry["id"],
        **{name: entry[name] for name in ("key", "value")},
        "created_at": to_second(entry["created_at"]),
    }


def _tax(invoice: Doc, applied: Doc) -> Doc:
    return {
        "lago_id": applied["id"],
        "lago_invoice_id": invoice["id"],
        **tax_terms(invoice, applied),
        "fees_amount_cents": applied["fees_amount_cents"],
        "created_at": to_second(invoice["taxed_at"]),
    }


def tax_terms(document: Doc, applied: Doc) -> Doc:
    """How both invoices and credit notes render a tax."""
    tax = applied["tax"]
    return {
        "lago_tax_id": tax["id"],
        "tax_name": tax["name"],
        "tax_code": tax["code"],
        "tax_rate": applied["rate"],
        "tax_description": tax["description"],
        "amount_cents": applied["amount_cents"],
        "amount_currency": document["currency"],
    }


def _thresholds(invoice: Doc) -> Doc:
    if invoice["invoice_type"] != "progressive_billing":
        return {}
    return {"applied_usage_thresholds": invoice["thresholds"]}


def _periods(world: World, invoice: Doc) -> list[Doc]:
    """Ordered by the names of their subscriptions."""
    periods = world.store.referrers(BILLED_PERIOD, invoice["id"])
    return sorted(periods, key=lambda each: _name(world, each["subscription_id"]))


def _subscriptions(world: World, invoice: Doc) -> list[Doc]:
    ids = dict.fromkeys(each["subscription_id"] for each in _periods(world, invoice))
    return [world.store.with_deleted(SUBSCRIPTION, id_) for id_ in ids]


def _name(world: World, subscription_id: str) -> str:
    subscription = world.store.with_deleted(SUBSCRIPTION, subscription_id)
    plan = plan_of(world, subscription)
    named = (subscription["name"], plan["invoice_display_name"], plan["name"])
    return next(str(name) for name in named if name is not None)


def _period(world: World, period: Doc) -> Doc:
    subscription = world.store.with_deleted(SUBSCRIPTION, period["subscription_id"])
    return {
        "lago_subscription_id": subscription["id"],
        "external_subscription_id": subscription["external_id"],
        "lago_plan_id": subscription["plan_id"],
        **_bounds("subscription", period["subscription"]),
        **_bounds("charges", period["charges"]),
        **_bounds("fixed_charges", period["fixed_charges"] if world.can.bills_fixed_charges else None),
        "invoicing_reason": period["reason"],
    }


def _bounds(name: str, span: Doc | None) -> Doc:
    return {
        f"{name}_from_datetime": None if span is None else to_second(span["start"]),
        f"{name}_to_datetime": None if span is None else to_second(span["end"]),
    }
