"""Payment requests: overdue invoices of a customer, together."""

from typing import Any

from lago_gitops.sandbox.base.clock import to_second
from lago_gitops.sandbox.base.doc import Doc
from lago_gitops.sandbox.base.errors import forbidden, not_allowed, not_found
from lago_gitops.sandbox.base.http.messages import Request
from lago_gitops.sandbox.base.http.paging import Listing, page
from lago_gitops.sandbox.base.http.params import Schema, Shape, root, scalars
from lago_gitops.sandbox.base.http.routes import Route, list_routes, read_route
from lago_gitops.sandbox.base.lookup import with_code, with_id
from lago_gitops.sandbox.base.queue import announce
from lago_gitops.sandbox.base.storage.kinds import CUSTOMER, INVOICE, PAYMENT_REQUEST
from lago_gitops.sandbox.base.storage.store import all_of, among
from lago_gitops.sandbox.base.values.casts import text
from lago_gitops.sandbox.base.world import World, new_id
from lago_gitops.sandbox.customers import customer_shapes
from lago_gitops.sandbox.documents.crediting import amounts
from lago_gitops.sandbox.documents.invoices import filters
from lago_gitops.sandbox.documents.invoices.shapes import rendered as rendered_invoice

_SCHEMA: Schema = {**scalars(("email", "external_customer_id")), "lago_invoice_ids": Shape.SCALARS}


def _create(world: World, request: Request) -> Doc:
    params = root(request.body, "payment_request", _SCHEMA)
    if not world.premium:
        raise forbidden("feature_unavailable")
    customer = with_code(world, CUSTOMER, text(params.get("external_customer_id")) or "")
    invoices = _invoices(world, customer, params.get("lago_invoice_ids") or [])
    email = text(params.get("email"))
    made = {
        "id": new_id(),
        "created_at": world.stamp(),
        "customer_id": customer["id"],
        "invoice_ids": [each["id"] for each in invoices],
        "amount_cents": sum(amounts.due(world, each) for each in invoices),
        "currency": invoices[0]["currency"],
        "email": customer["email"] if email is None else email,
        "payment_status": "pending",
    }
    world.store.save(PAYMENT_REQUEST, made)
    announce(world, "payment_request.created", made)
    return {"payment_request": rendered(world, made)}


def _invoices(world: World, customer: Doc, ids: list[Any]) -> list[Doc]:
    invoices = [each for each in world.store.children(INVOICE, customer["id"]) if each["id"] in ids]
    if not invoices:
        raise not_found("invoice")
    if not all(each["payment_overdue"] for each in invoices):
        raise not_allowed("invoices_not_overdue")
    if len({each["currency"] for each in invoices}) > 1:
        raise not_allowed("invoices_have_different_currencies")
    if len({each["entity_id"] for each in invoices}) > 1:
        raise not_allowed("invoices_have_different_billing_entities")
    return invoices


def _listed(world: World, request: Request, external_id: Any) -> Doc:
    conditions = filters.of_customer(external_id)
    conditions += [
        among(name, (request.query[name],)) for name in ("payment_status", "currency") if request.query.get(name)
    ]
    return page(world, request, Listing(PAYMENT_REQUEST, "payment_requests", rendered), all_of(conditions))


def _show(world: World, request: Request) -> Doc:
    payment_request = with_id(world, PAYMENT_REQUEST, request.args[0])
    return {"payment_request": rendered(world, payment_request)}


def rendered(world: World, made: Doc) -> Doc:
    customer = customer_shapes.rendered_inside(world, world.store.with_deleted(CUSTOMER, made["customer_id"]))
    del customer["integration_customers"]
    return {
        "lago_id": made["id"],
        "amount_cents": made["amount_cents"],
        "amount_currency": made["currency"],
        "email": made["email"],
        "payment_status": made["payment_status"],
        "created_at": to_second(made["created_at"]),
        "customer": customer,
        "invoices": [rendered_invoice(world, world.store.with_deleted(INVOICE, id_)) for id_ in made["invoice_ids"]],
    }


ROUTES = (
    Route("POST", "payment_requests", _create),
    *list_routes("payment_requests", _listed),
    read_route("payment_requests/{id}", _show),
)
