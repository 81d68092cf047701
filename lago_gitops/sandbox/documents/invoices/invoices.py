"""Invoices: listed by many filters, updated, refreshed, finalized and voided."""

from collections.abc import Callable
from typing import Any

from lago_gitops.pricing.base.errors import UnratableError, UnsupportedError
from lago_gitops.sandbox.base.doc import Doc
from lago_gitops.sandbox.base.errors import (
    crash,
    forbidden,
    invalid,
    not_allowed,
    not_found,
)
from lago_gitops.sandbox.base.http.messages import Request
from lago_gitops.sandbox.base.http.paging import Listing, page
from lago_gitops.sandbox.base.http.params import Many, Schema, root, scalars
from lago_gitops.sandbox.base.http.routes import Route, list_routes, read_route, write_route
from lago_gitops.sandbox.base.queue import announce
from lago_gitops.sandbox.base.storage.kinds import INVOICE
from lago_gitops.sandbox.base.storage.store import all_of, among
from lago_gitops.sandbox.base.values.casts import boolean
from lago_gitops.sandbox.base.values.metadata import listed, written
from lago_gitops.sandbox.base.world import World
from lago_gitops.sandbox.billing import payment_statuses, subscription_invoices
from lago_gitops.sandbox.documents.crediting import voiding
from lago_gitops.sandbox.documents.invoices import filters
from lago_gitops.sandbox.documents.invoices.shapes import rendered_alone, rendered_in_list

MOST_METADATA = 5
LONGEST_VALUE = 255
_VISIBLE = among("status", filters.VISIBLE)
_SCHEMA: Schema = {**scalars(("payment_status",)), "metadata": Many(scalars(("id", "key", "value")))}


def _listed(world: World, request: Request, external_id: Any) -> Doc:
    entities = filters.of_entities(world, request.query)
    where = all_of((_VISIBLE, *entities, *filters.of_invoices(request.query, external_id)))
    return page(world, request, Listing(INVOICE, "invoices", rendered_in_list, filters.COUNTED), where)


def _show(world: World, request: Request) -> Doc:
    return {"invoice": rendered_alone(world, _found(world, request))}


def _found(world: World, request: Request) -> Doc:
    invoice = world.store.get(INVOICE, request.args[0])
    if invoice is None or invoice["status"] not in filters.VISIBLE:
        raise not_found("invoice")
    return invoice


def _update(world: World, request: Request) -> Doc:
    """Sets metadata and payment status; refuses a draft."""
    params = root(request.body, "invoice", _SCHEMA)
    invoice = _found(world, request)
    if invoice["status"] == "voided" and world.can.invoice_details:
        raise not_allowed("update_on_voided_invoice")
    if invoice["status"] == "draft" and "metadata" in params:
        raise not_allowed("metadata_on_draft_invoice")
    sent = params.get("payment_status")
    if "payment_status" in params and sent not in filters.PAYMENT_STATUSES:
        raise invalid({"payment_status": ["value_is_invalid"]})
    if sent is not None and invoice["status"] == "draft" and sent != invoice["payment_status"]:
        raise not_allowed("payment_status_update_on_draft_invoice")
    if "metadata" in params:
        invoice["metadata"] = _metadata(world, invoice["metadata"], params["metadata"])
        if world.can.invoice_details:
            invoice["updated_at"] = world.stamp()
        world.store.save(INVOICE, invoice)
    if "payment_status" in params:
        invoice = payment_statuses.marked(world, invoice, str(sent))
    return {"invoice": rendered_alone(world, invoice)}


def _metadata(world: World, old: list[Doc], items: list[Doc]) -> list[Doc]:
    if len(items) > MOST_METADATA:
        raise invalid({"metadata": ["invalid_count"]})
    return listed(old, items, lambda known, item: written(world, known, item, LONGEST_VALUE))


def _refresh(world: World, request: Request) -> Doc:
    """Refresh a draft; any other invoice doesn't change."""
    invoice = _found(world, request)
    if invoice["status"] == "draft":
        invoice = _as_lago(subscription_invoices.recomputed, world, invoice)
    return {"invoice": rendered_alone(world, invoice)}


def _finalize(world: World, request: Request) -> Doc:
    invoice = world.store.get(INVOICE, request.args[0])
    if invoice is None or invoice["status"] != "draft":
        raise not_found("invoice")
    return {"invoice": rendered_alone(world, _as_lago(subscription_invoices.finalized, world, invoice))}


def _as_lago(make: Callable[[World, Doc], Doc], world: World, invoice: Doc) -> Doc:
    """Raises RefusedError where Lago crashes."""
    try:
        return make(world, invoice)
    except (UnratableError, UnsupportedError):
        raise crash() from None


def _void(world: World, request: Request) -> Doc:
    """Returns what it used; credit notes for it take a licence."""
    invoice = _found(world, request)
    with_notes = boolean(request.body.get("generate_credit_note"))
    if with_notes and not world.premium:
        raise forbidden("feature_unavailable")
    if invoice["status"] != "finalized":
        raise not_allowed("not_voidable")
    voided = voiding.noted(world, invoice, request.body) if with_notes else voiding.voided(world, invoice)
    return {"invoice": rendered_alone(world, voided)}


def _lose_dispute(world: World, request: Request) -> Doc:
    invoice = _found(world, request)
    if invoice["status"] != "finalized":
        raise not_allowed("not_disputable")
    if invoice["payment_dispute_lost_at"] is None:
        changed = {"payment_dispute_lost_at": world.stamp(), "payment_overdue": False, "updated_at": world.stamp()}
        invoice = invoice | changed
        world.store.save(INVOICE, invoice)
        announce(world, "invoice.payment_dispute_lost", invoice)
    return {"invoice": rendered_alone(world, invoice)}


def _delete(world: World, request: Request) -> Doc:
    """Only an invoice whose generation failed can be deleted."""
    _found(world, request)
    raise not_allowed("not_deletable")


def _download(world: World, request: Request) -> None:
    """The sandbox creates no PDFs: as Lago does at first, it answers that they will be there later."""
    _found(world, request)


def _retry_payment(world: World, request: Request) -> None:
    """There is no payment provider, which is announced as a failure."""
    invoice = _found(world, request)
    if invoice["status"] in ("draft", "voided") or invoice["payment_status"] == "succeeded":
        raise not_allowed("invalid_status")
    announce(world, "invoice.payment_failure", invoice)


def _retry(world: World, request: Request) -> Doc:
    _found(world, request)
    raise not_allowed("invalid_status")


def _payment_url(world: World, request: Request) -> Doc:
    _found(world, request)
    raise invalid({"base": ["no_linked_payment_provider"]})


def _resend(world: World, request: Request) -> Doc:
    _found(world, request)
    if not world.premium:
        raise forbidden("premium_license_required")
    raise not_allowed("email_settings_disabled")


ROUTES = (
    *list_routes("invoices", _listed),
    read_route("invoices/{id}", _show),
    write_route("invoices/{id}", _update),
    Route("DELETE", "invoices/{id}", _delete, "invoice_details"),
    Route("PUT", "invoices/{id}/refresh", _refresh),
    Route("PUT", "invoices/{id}/finalize", _finalize),
    Route("POST", "invoices/{id}/void", _void),
    Route("POST", "invoices/{id}/lose_dispute", _lose_dispute),
    Route("POST", "invoices/{id}/download", _download),
    Route("POST", "invoices/{id}/download_pdf", _download),
    Route("POST", "invoices/{id}/download_xml", _download),
    Route("POST", "invoices/{id}/retry", _retry),
    Route("POST", "invoices/{id}/retry_payment", _retry_payment),
    Route("POST", "invoices/{id}/payment_url", _payment_url),
    Route("POST", "invoices/{id}/resend_email", _resend, "invoice_details"),
)
