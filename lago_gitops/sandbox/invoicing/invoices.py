"""Invoices of subscriptions that ended: the subscription fee, fixed charges of one price, and taxes, no usage.

The sandbox keeps no events; what a month costs is for the pricing engine to say.
"""

from decimal import ROUND_HALF_UP, Decimal

from lago_gitops.sandbox.base.clock import to_second, unstamp
from lago_gitops.sandbox.base.doc import Doc
from lago_gitops.sandbox.base.errors import not_found
from lago_gitops.sandbox.base.http import Request
from lago_gitops.sandbox.base.kinds import BILLING_ENTITY, CUSTOMER, FIXED_CHARGE, INVOICE, TAX
from lago_gitops.sandbox.base.numerals import amount
from lago_gitops.sandbox.base.paging import Listing, page
from lago_gitops.sandbox.base.routes import read_route
from lago_gitops.sandbox.base.store import EVERYTHING, Where
from lago_gitops.sandbox.base.world import World, new_id
from lago_gitops.sandbox.catalog import organizations
from lago_gitops.sandbox.customers import customer_shapes
from lago_gitops.sandbox.subscriptions import periods
from lago_gitops.sandbox.subscriptions.related import next_of

_NONE = (
    *("progressive_billing_credit_amount_cents", "coupons_amount_cents", "credit_notes_amount_cents"),
    *("total_paid_amount_cents", "prepaid_credit_amount_cents"),
)
_NEWER = {
    "total_offsetted_credit_note_amount_cents": 0,
    "prepaid_granted_credit_amount_cents": None,
    "prepaid_purchased_credit_amount_cents": None,
}
_FRONT = "http://127.0.0.1:8080"  # where Lago's own pages would be; the sandbox has none


def bill_end(world: World, subscription: Doc, plan: Doc) -> None:
    """What is due when a subscription ends: nothing for a plan in advance but its fixed charges in arrears."""
    customer = world.store.with_deleted(CUSTOMER, subscription["customer_id"])
    fixed = world.store.children(FIXED_CHARGE, plan["id"])
    fees = [
        (_subscription_cents(world, subscription, plan), plan["tax_ids"]),
        *((_fixed_cents(charge), charge["tax_ids"] or plan["tax_ids"]) for charge in fixed),
    ]
    number = world.store.count(INVOICE, Where("parent = ?", (customer["id"],))) + 1
    invoice = {
        "id": new_id(),
        "created_at": world.stamp(),
        "customer_id": customer["id"],
        "subscription_id": subscription["id"],
        "sequential_id": number,
        "currency": plan["amount_currency"],
        "fees_cents": sum(cents for cents, _ in fees),
        "taxes": _taxes(world, customer, fees),
    }
    world.store.save(INVOICE, invoice)


def _subscription_cents(world: World, subscription: Doc, plan: Doc) -> int:
    """The days until the end as a share of the period's; the last one counts, unless the next plan takes it."""
    if plan["pay_in_advance"]:
        return 0
    ended = unstamp(subscription["terminated_at"])
    period = periods.plan_period(world, subscription, ended)
    start = max(period.first, unstamp(subscription["started_at"]).date())
    days = (ended.date() - start).days + (0 if next_of(world, subscription) else 1)
    # Lago multiplies a float here; so does the sandbox.
    return _rounded(Decimal(days * (plan["amount_cents"] / period.days)))


def _fixed_cents(charge: Doc) -> int:
    if charge["pay_in_advance"] or charge["charge_model"] != "standard":
        return 0
    return _rounded((amount(charge["properties"].get("amount")) or 0) * Decimal(charge["units"]) * 100)


def _rounded(value: Decimal) -> int:
    return int(value.quantize(Decimal(1), ROUND_HALF_UP))


def _taxes(world: World, customer: Doc, fees: list[tuple[int, list[str]]]) -> list[Doc]:
    """One for each tax: its own of a fee, else the customer's, else the billing entity's."""
    entity = world.store.with_deleted(BILLING_ENTITY, customer["entity_id"])
    bases: dict[str, int] = {}
    for cents, own in fees:
        for tax_id in own or customer["tax_ids"] or entity["tax_ids"]:
            bases[tax_id] = bases.get(tax_id, 0) + cents
    found = ((world.store.get(TAX, tax_id), cents) for tax_id, cents in bases.items())
    return [_applied(world, tax, cents) for tax, cents in found if tax is not None]


def _applied(world: World, tax: Doc, cents: int) -> Doc:
    return {
        "lago_id": new_id(),
        "lago_tax_id": tax["id"],
        "tax_name": tax["name"],
        "tax_code": tax["code"],
        "tax_rate": tax["rate"],
        "tax_description": tax["description"],
        "amount_cents": _rounded(cents * Decimal(str(tax["rate"])) / 100),
        "fees_amount_cents": cents,
        "created_at": to_second(world.stamp()),
    }


def _show(world: World, request: Request) -> Doc:
    invoice = world.store.get(INVOICE, request.code)
    if invoice is None:
        raise not_found("invoice")
    return {"invoice": _rendered(world, invoice)}


def _index(world: World, request: Request) -> Doc:
    return page(world, request, Listing(INVOICE, "invoices", _rendered), _matching(request))


def _matching(request: Request) -> Where:
    external_id = request.query.get("external_customer_id")
    if not isinstance(external_id, str):
        return EVERYTHING
    of_customer = "parent IN (SELECT id FROM objects owner WHERE owner.kind = 'customer' AND owner.code = ?)"
    return Where(of_customer, (external_id,))


def _rendered(world: World, invoice: Doc) -> Doc:
    customer = world.store.with_deleted(CUSTOMER, invoice["customer_id"])
    entity = world.store.with_deleted(BILLING_ENTITY, customer["entity_id"])
    day = invoice["created_at"][:10]
    newer, slug = world.can.invoice_details, organizations.only(world)["slug"]
    front = f"{slug}/" if world.can.organization_slug else ""
    shared = {"lago_invoice_id": invoice["id"], "amount_currency": invoice["currency"]}
    return {
        "lago_id": invoice["id"],
        "billing_entity_code": entity["code"],
        "sequential_id": invoice["sequential_id"],
        "number": f"{customer['slug']}-{invoice['sequential_id']:03}",
        **({"purchase_order_number": None} if newer else {}),
        "issuing_date": day,
        "payment_due_date": day,
        "net_payment_term": entity["net_payment_term"],
        "invoice_type": "subscription",
        "status": "finalized",
        "payment_dispute_lost_at": None,
        "payment_overdue": False,
        "currency": invoice["currency"],
        **_amounts(invoice),
        **(_NEWER if newer else {}),
        "file_url": None,
        "xml_url": None,
        "web_url": f"{_FRONT}/{front}customer/{customer['id']}/invoice/{invoice['id']}/overview",
        "version_number": 4,
        "self_billed": False,
        "created_at": to_second(invoice["created_at"]),
        "updated_at": to_second(invoice["created_at"]),
        "voided_at": None,
        "customer": customer_shapes.rendered_inside(world, customer),
        "metadata": [],
        "applied_taxes": [{**tax, **shared} for tax in invoice["taxes"]],
    }


def _amounts(invoice: Doc) -> Doc:
    tax_cents = sum(tax["amount_cents"] for tax in invoice["taxes"])
    total = invoice["fees_cents"] + tax_cents
    return {
        "payment_status": "pending" if total else "succeeded",
        "fees_amount_cents": invoice["fees_cents"],
        "taxes_amount_cents": tax_cents,
        **dict.fromkeys(_NONE, 0),
        "sub_total_excluding_taxes_amount_cents": invoice["fees_cents"],
        "sub_total_including_taxes_amount_cents": total,
        "total_amount_cents": total,
        "total_due_amount_cents": total,
    }


ROUTES = (
    read_route("invoices", _index),
    read_route("invoices/{id}", _show),
)
