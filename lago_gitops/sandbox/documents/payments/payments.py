"""Manual payments of invoices."""

from typing import Any

from lago_gitops.sandbox.base.clock import moment, stamp, to_second
from lago_gitops.sandbox.base.doc import Doc
from lago_gitops.sandbox.base.errors import Problems, forbidden, invalid, note, refuse_if_any
from lago_gitops.sandbox.base.http.messages import Request
from lago_gitops.sandbox.base.http.paging import Listing, page
from lago_gitops.sandbox.base.http.params import root, scalars
from lago_gitops.sandbox.base.http.routes import Route, list_routes, read_route
from lago_gitops.sandbox.base.lookup import with_id
from lago_gitops.sandbox.base.queue import Task, queue
from lago_gitops.sandbox.base.storage.kinds import CUSTOMER, INVOICE, PAYMENT
from lago_gitops.sandbox.base.storage.store import Where, all_of
from lago_gitops.sandbox.base.values.casts import blank, text
from lago_gitops.sandbox.base.world import World, new_id
from lago_gitops.sandbox.billing import payment_statuses
from lago_gitops.sandbox.documents.crediting import amounts
from lago_gitops.sandbox.documents.invoices import filters

LONGEST_REFERENCE = 40
_SCHEMA = scalars(("invoice_id", "amount_cents", "reference", "paid_at"))


def _create(world: World, request: Request) -> Doc:
    """Fully paying an invoice sets its status; a partial payment only counts towards its total."""
    params = root(request.body, "payment", _SCHEMA)
    invoice = _invoice(world, params)
    paid_at = moment(params["paid_at"]) if not blank(params.get("paid_at")) else world.now()
    if paid_at is None:
        raise invalid({"paid_at": ["invalid_date"]})
    cents = params["amount_cents"]
    _check(world, invoice, cents, params.get("reference"))
    payment = {
        "id": new_id(),
        "created_at": stamp(paid_at),
        "customer_id": invoice["customer_id"],
        "invoice_id": invoice["id"],
        "amount_cents": cents,
        "currency": invoice["currency"],
        "reference": text(params.get("reference")),
    }
    world.store.save(PAYMENT, payment)
    invoice |= {"total_paid_amount_cents": invoice["total_paid_amount_cents"] + cents, "updated_at": world.stamp()}
    world.store.save(INVOICE, invoice)
    if amounts.due(world, invoice) == 0:
        payment_statuses.marked(world, invoice, "succeeded")
    if world.has("issue_receipts"):
        queue(world, Task.ISSUE_RECEIPT, payment)
    return {"payment": rendered(world, payment)}


def _invoice(world: World, params: Doc) -> Doc:
    cents = params.get("amount_cents")
    if blank(params.get("invoice_id")):
        raise invalid({"invoice_id": ["value_is_mandatory"]})
    if not isinstance(cents, int) or isinstance(cents, bool) or cents <= 0:
        raise invalid({"amount_cents": ["invalid_value"]})
    invoice = with_id(world, INVOICE, params["invoice_id"])
    if not world.premium:
        raise forbidden("feature_unavailable")
    return invoice


def _check(world: World, invoice: Doc, cents: int, reference: Any) -> None:
    problems: Problems = {}
    if cents > amounts.due(world, invoice):
        note(problems, "amount_cents", "greater_than")
    if blank(reference):
        note(problems, "reference", "value_is_mandatory")
    elif len(text(reference) or "") > LONGEST_REFERENCE:
        note(problems, "reference", "value_is_too_long")
    refuse_if_any(problems)


def _listed(world: World, request: Request, external_id: Any) -> Doc:
    conditions = filters.of_customer(external_id)
    if request.query.get("invoice_id"):
        conditions.append(Where("ref = ?", (request.query["invoice_id"],)))
    return page(world, request, Listing(PAYMENT, "payments", rendered), all_of(conditions))


def _show(world: World, request: Request) -> Doc:
    payment = with_id(world, PAYMENT, request.args[0])
    return {"payment": rendered(world, payment)}


def rendered(world: World, payment: Doc) -> Doc:
    invoice = world.store.with_deleted(INVOICE, payment["invoice_id"])
    return {
        "lago_id": payment["id"],
        "lago_customer_id": payment["customer_id"],
        "external_customer_id": world.store.with_deleted(CUSTOMER, payment["customer_id"])["external_id"],
        "invoice_ids": [invoice["id"]],
        "invoice_numbers": [invoice["number"]],
        "lago_payable_id": invoice["id"],
        "payable_type": "Invoice",
        "amount_cents": payment["amount_cents"],
        "amount_currency": payment["currency"],
        "status": "succeeded",
        "payment_status": "succeeded",
        "type": "manual",
        "reference": payment["reference"],
        **dict.fromkeys(("payment_provider_code", "payment_provider_type", "external_payment_id")),
        **dict.fromkeys(("provider_payment_id", "provider_customer_id")),
        "next_action": {},
        "created_at": to_second(payment["created_at"]),
    }


ROUTES = (
    Route("POST", "payments", _create),
    *list_routes("payments", _listed),
    read_route("payments/{id}", _show),
)
