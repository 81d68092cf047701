"""Payment receipts, which take a licence and the integration `issue_receipts`."""

from typing import Any

from lago_gitops.sandbox.base.clock import to_second
from lago_gitops.sandbox.base.doc import Doc
from lago_gitops.sandbox.base.errors import not_found
from lago_gitops.sandbox.base.http.messages import Request
from lago_gitops.sandbox.base.http.paging import Listing, page
from lago_gitops.sandbox.base.http.routes import read_route
from lago_gitops.sandbox.base.queue import announce
from lago_gitops.sandbox.base.storage.kinds import CUSTOMER, PAYMENT, PAYMENT_RECEIPT
from lago_gitops.sandbox.base.storage.store import EVERYTHING, Where
from lago_gitops.sandbox.base.world import World, new_id
from lago_gitops.sandbox.documents.payments import payments

_OF_INVOICE = "ref IN (SELECT id FROM objects p WHERE p.kind = 'payment' AND p.ref = ?)"


def issued(world: World, payment: Doc) -> None:
    """Numbered per customer."""
    customer = world.store.with_deleted(CUSTOMER, payment["customer_id"])
    number = world.store.count_ever(PAYMENT_RECEIPT, customer["id"]) + 1
    receipt = {
        "id": new_id(),
        "created_at": world.stamp(),
        "customer_id": customer["id"],
        "payment_id": payment["id"],
        "number": f"{customer['slug']}-RCPT-{number:06}",
    }
    world.store.save(PAYMENT_RECEIPT, receipt)
    announce(world, "payment_receipt.created", receipt)


def _index(world: World, request: Request) -> Doc:
    invoice_id: Any = request.query.get("invoice_id")
    where = Where(_OF_INVOICE, (invoice_id,)) if invoice_id else EVERYTHING
    return page(world, request, Listing(PAYMENT_RECEIPT, "payment_receipts", rendered), where)


def _show(world: World, request: Request) -> Doc:
    """For an unknown receipt, Lago answers that the invoice wasn't found."""
    receipt = world.store.get(PAYMENT_RECEIPT, request.args[0])
    if receipt is None:
        raise not_found("invoice")
    return {"payment_receipt": rendered(world, receipt)}


def rendered(world: World, receipt: Doc) -> Doc:
    return {
        "lago_id": receipt["id"],
        "number": receipt["number"],
        "file_url": None,
        "xml_url": None,
        "payment": payments.rendered(world, world.store.with_deleted(PAYMENT, receipt["payment_id"])),
        "created_at": to_second(receipt["created_at"]),
    }


ROUTES = (
    read_route("payment_receipts", _index),
    read_route("payment_receipts/{id}", _show),
)
