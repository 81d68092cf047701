"""One-off invoices: add-ons, at their own price or another."""

from datetime import datetime
from decimal import Decimal
from typing import Any

from lago_gitops.pricing.base.currencies import subunits
from lago_gitops.pricing.base.numbers import whole
from lago_gitops.pricing.fees.fee import Fee, ItemType
from lago_gitops.sandbox.base.clock import moment
from lago_gitops.sandbox.base.doc import Doc
from lago_gitops.sandbox.base.errors import invalid, not_found
from lago_gitops.sandbox.base.http.messages import Request
from lago_gitops.sandbox.base.http.params import Many, Schema, Shape, root, scalars
from lago_gitops.sandbox.base.http.routes import Route
from lago_gitops.sandbox.base.lookup import with_code
from lago_gitops.sandbox.base.queue import announce
from lago_gitops.sandbox.base.storage.kinds import ADD_ON, BILLING_ENTITY, CUSTOMER, TAX
from lago_gitops.sandbox.base.values.casts import blank, floating, integer, text
from lago_gitops.sandbox.base.world import World
from lago_gitops.sandbox.billing import documents, settlement
from lago_gitops.sandbox.billing.lines import line, on
from lago_gitops.sandbox.customers import customers
from lago_gitops.sandbox.documents.invoices.shapes import rendered_alone
from lago_gitops.sandbox.rating import price_list

_FEE: Schema = {
    **scalars(("add_on_code", "invoice_display_name", "unit_amount_cents", "units", "description")),
    **scalars(("from_datetime", "to_datetime")),
    "tax_codes": Shape.SCALARS,
}
_SCHEMA: Schema = {
    **scalars(("external_customer_id", "currency", "skip_psp", "billing_entity_code", "purchase_order_number")),
    "fees": Many(_FEE),
}


def _create(world: World, request: Request) -> Doc:
    params = root(request.body, "invoice", _SCHEMA)
    customer = with_code(world, CUSTOMER, text(params.get("external_customer_id")) or "")
    if not params.get("fees"):
        raise not_found("fees")
    add_ons = [_add_on(world, each) for each in params["fees"]]
    entity_id = _entity_id(world, customer, params)
    currency = text(params.get("currency")) or customer["currency"]
    customer = customers.adopt_currency(world, customer, currency)
    own = {"entity_id": entity_id, "purchase_order_number": text(params.get("purchase_order_number"))}
    terms = {"invoice_type": "one_off", "status": "finalized", **own}
    invoice = documents.new(world, customer, currency, world.now(), **terms)
    fees = [_line(world, add_on, each, customer, invoice) for add_on, each in zip(add_ons, params["fees"], strict=True)]
    invoice = settlement.settled_alone(world, invoice, customer, fees)
    if invoice["status"] != "closed":
        announce(world, "invoice.one_off_created", invoice)
    return {"invoice": rendered_alone(world, invoice)}


def _add_on(world: World, sent: Doc) -> Doc:
    return with_code(world, ADD_ON, text(sent.get("add_on_code")) or "")


def _entity_id(world: World, customer: Doc, params: Doc) -> str:
    if blank(params.get("billing_entity_code")):
        return str(customer["entity_id"])
    entity = with_code(world, BILLING_ENTITY, text(params["billing_entity_code"]) or "")
    return str(entity["id"])


def _line(world: World, add_on: Doc, sent: Doc, customer: Doc, invoice: Doc) -> Doc:
    fee = _fee(add_on, sent, invoice["currency"], world.now())
    own = {
        "add_on_id": add_on["id"],
        "invoice_display_name": text(sent.get("invoice_display_name")) or None,
        "description": add_on["description"] if sent.get("description") is None else text(sent["description"]),
        "tax_codes": list(_tax_codes(world, add_on, sent.get("tax_codes"), customer)),
    }
    return on(invoice, line(world, fee, customer)) | own


def _tax_codes(world: World, add_on: Doc, sent: list[Any] | None, customer: Doc) -> tuple[str, ...]:
    """Unknown codes are ignored; before 1.39, a fee with only unknown codes has no tax."""
    known = tuple(code for code in sent or () if world.store.by_code(TAX, str(code)) is not None)
    if known or (sent is not None and not world.can.invoice_details):
        return known
    levels = price_list.tax_levels(world, customer)
    return price_list.tax_codes(world, add_on["tax_ids"]) or levels.customer or levels.billing_entity


def _fee(add_on: Doc, sent: Doc, currency: str, now: datetime) -> Fee:
    given = sent.get("unit_amount_cents")
    unit_cents = add_on["amount_cents"] if given is None else integer(given) or 0
    units = Decimal(1) if sent.get("units") is None else Decimal(str(floating(sent["units"]) or 0.0))
    start, end = _span(sent, now)
    return Fee(
        item_type=ItemType.ADD_ON,
        item_code=add_on["code"],
        currency=currency,
        start=start,
        end=end,
        amount_cents=whole(unit_cents * units),
        precise_amount_cents=unit_cents * units,
        units=units,
        precise_unit_amount=Decimal(unit_cents) / subunits(currency),
    )


def _span(sent: Doc, now: datetime) -> tuple[datetime, datetime]:
    times: tuple[Any, Any] = (sent.get("from_datetime"), sent.get("to_datetime"))
    if times == (None, None):
        return now, now
    start, end = (moment(each) for each in times)
    if start is None or end is None or start > end:
        raise invalid({"boundaries": ["values_are_invalid"]})
    return start, end


ROUTES = (Route("POST", "invoices", _create),)
