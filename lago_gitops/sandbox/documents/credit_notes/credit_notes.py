"""Routes of credit notes."""

from typing import Any

from lago_gitops.pricing.base.numbers import text as number_text
from lago_gitops.sandbox.base.doc import Doc
from lago_gitops.sandbox.base.errors import forbidden, invalid, not_allowed, not_found
from lago_gitops.sandbox.base.http.messages import Request
from lago_gitops.sandbox.base.http.paging import Listing, page
from lago_gitops.sandbox.base.http.params import Many, Schema, Shape, root, scalars
from lago_gitops.sandbox.base.http.routes import Route, list_routes, read_route, write_route
from lago_gitops.sandbox.base.storage.kinds import CREDIT_NOTE, FEE, INVOICE
from lago_gitops.sandbox.base.storage.store import Where, all_of, among
from lago_gitops.sandbox.base.values.casts import text
from lago_gitops.sandbox.base.world import World
from lago_gitops.sandbox.billing import credit_notes
from lago_gitops.sandbox.documents.credit_notes import shapes
from lago_gitops.sandbox.documents.crediting import creation
from lago_gitops.sandbox.documents.crediting.creation import REASONS
from lago_gitops.sandbox.documents.invoices import filters

CREDIT_STATUSES = ("available", "consumed", "voided")
REFUND_STATUSES = ("pending", "succeeded", "failed")
_AMOUNTS = ("credit_amount_cents", "refund_amount_cents", "offset_amount_cents")
_ITEMS = Many(scalars(("fee_id", "amount_cents")))
_SCHEMA: Schema = {
    **scalars(("invoice_id", "reason", "description"), _AMOUNTS),
    "metadata": Shape.OBJECT,
    "items": _ITEMS,
}
_FINAL = among("status", ("finalized",))


def _listed(world: World, request: Request, external_id: Any) -> Doc:
    where = all_of((_FINAL, *_filters(request.query, external_id)))
    return page(world, request, Listing(CREDIT_NOTE, "credit_notes", shapes.rendered), where)


def _filters(query: Doc, external_id: Any) -> list[Where]:
    """Unknown values are ignored."""
    conditions = filters.of_customer(external_id)
    known = (("reason", REASONS), ("credit_status", CREDIT_STATUSES), ("refund_status", REFUND_STATUSES))
    for name, values in known:
        asked = [each for each in filters.list_of(query, name) if each in values]
        if asked:
            conditions.append(among(name, asked))
    if query.get("currency"):
        conditions.append(among("currency", (query["currency"],)))
    if query.get("invoice_number"):
        numbered = "ref IN (SELECT id FROM objects o WHERE o.kind = 'invoice' AND json_extract(o.doc, '$.number') = ?)"
        conditions.append(Where(numbered, (query["invoice_number"],)))
    types = [each for each in filters.list_of(query, "types") if each in ("credit", "refund", "offset")]
    if types:
        of_types = " OR ".join(f"json_extract(doc, '$.{each}_amount_cents') > 0" for each in types)
        conditions.append(Where(f"({of_types})", ()))
    return [*conditions, *filters.ranges(query), *filters.searched(query)]


def _show(world: World, request: Request) -> Doc:
    credit_note = world.store.get(CREDIT_NOTE, request.args[0])
    if credit_note is None or credit_note["status"] != "finalized":
        raise not_found("credit_note")
    return {"credit_note": shapes.rendered(world, credit_note)}


def _create(world: World, request: Request) -> Doc:
    params = root(request.body, "credit_note", _SCHEMA)
    invoice = _invoice(world, params)
    if not world.can.invoice_details:
        params.pop("offset_amount_cents", None)
    return {"credit_note": shapes.rendered(world, creation.created(world, invoice, creation.wanted(params)))}


def _invoice(world: World, params: Doc) -> Doc:
    """Creating credit notes by hand takes a licence."""
    invoice = world.store.get(INVOICE, params.get("invoice_id"))
    if invoice is None or invoice["status"] not in filters.VISIBLE:
        raise not_found("invoice")
    if not world.premium:
        raise forbidden("feature_unavailable")
    return invoice


def _estimate(world: World, request: Request) -> Doc:
    params = root(request.body, "credit_note", {"invoice_id": Shape.SCALAR, "items": _ITEMS})
    invoice = _invoice(world, params)
    made = creation.estimated(world, invoice, params.get("items"))
    kept, fees = credit_notes.document(world, invoice, made), world.store.children(FEE, invoice["id"])
    estimate = {
        "lago_invoice_id": invoice["id"],
        "invoice_number": invoice["number"],
        "currency": made.currency,
        "taxes_amount_cents": made.taxes_cents,
        "precise_taxes_amount_cents": number_text(made.precise_taxes_cents),
        "sub_total_excluding_taxes_amount_cents": made.sub_total_cents,
        "max_creditable_amount_cents": made.split.credit_cents,
        "max_refundable_amount_cents": made.split.refund_cents,
        "coupons_adjustment_amount_cents": made.coupons_adjustment_cents,
        "precise_coupons_adjustment_amount_cents": number_text(made.precise_coupons_adjustment_cents),
        "taxes_rate": made.taxes_rate,
        "items": [{"lago_fee_id": fees[item.fee]["id"], "amount_cents": item.amount_cents} for item in made.items],
        "applied_taxes": [shapes.noted_tax(kept, each) for each in kept["taxes"]],
    }
    return {"estimated_credit_note": estimate}


def _update(world: World, request: Request) -> Doc:
    params = root(request.body, "credit_note", {"refund_status": Shape.SCALAR, "metadata": Shape.OBJECT})
    credit_note = _not_draft(world, request)
    if "refund_status" in params:
        status = text(params["refund_status"]) or None
        if status is not None and status not in REFUND_STATUSES:
            raise invalid({"refund_status": ["value_is_invalid"]})
        credit_note["refund_status"] = status
    if "metadata" in params:
        credit_note["metadata"] = {**(credit_note["metadata"] or {}), **params["metadata"]}
    credit_note["updated_at"] = world.stamp()
    world.store.save(CREDIT_NOTE, credit_note)
    return {"credit_note": shapes.rendered(world, credit_note)}


def _not_draft(world: World, request: Request) -> Doc:
    credit_note = world.store.get(CREDIT_NOTE, request.args[0])
    if credit_note is None or credit_note["status"] == "draft":
        raise not_found("credit_note")
    return credit_note


def _void(world: World, request: Request) -> Doc:
    return {"credit_note": shapes.rendered(world, creation.voided(world, _not_draft(world, request)))}


def _download(world: World, request: Request) -> None:
    """The sandbox creates no PDFs: as Lago does at first, it answers that they will be there later."""
    _show(world, request)


def _resend(world: World, request: Request) -> Doc:
    _show(world, request)
    if not world.premium:
        raise forbidden("premium_license_required")
    raise not_allowed("email_settings_disabled")


ROUTES = (
    *list_routes("credit_notes", _listed),
    Route("POST", "credit_notes", _create),
    Route("POST", "credit_notes/estimate", _estimate),
    read_route("credit_notes/{id}", _show),
    write_route("credit_notes/{id}", _update),
    Route("PUT", "credit_notes/{id}/void", _void),
    Route("POST", "credit_notes/{id}/download", _download),
    Route("POST", "credit_notes/{id}/download_pdf", _download),
    Route("POST", "credit_notes/{id}/download_xml", _download),
    Route("POST", "credit_notes/{id}/resend_email", _resend, "invoice_details"),
)
