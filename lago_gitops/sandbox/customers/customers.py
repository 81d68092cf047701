"""Customers, as far as subscriptions and applied coupons need them."""

from lago_gitops.sandbox.base.casts import assigned, blank, integer, text
from lago_gitops.sandbox.base.clock import to_second
from lago_gitops.sandbox.base.doc import Doc
from lago_gitops.sandbox.base.errors import invalid, not_found
from lago_gitops.sandbox.base.http import Request
from lago_gitops.sandbox.base.kinds import BILLING_ENTITY, CUSTOMER
from lago_gitops.sandbox.base.paging import Listing, page
from lago_gitops.sandbox.base.params import Shape, root, scalars
from lago_gitops.sandbox.base.routes import Route, read_route
from lago_gitops.sandbox.base.world import World, new_id
from lago_gitops.sandbox.catalog import taxes

_TEXTS = (
    *("name", "firstname", "lastname", "customer_type", "country", "address_line1", "address_line2", "state"),
    *("zipcode", "email", "city", "url", "phone", "logo_url", "legal_name", "legal_number", "currency"),
    *("tax_identification_number", "timezone", "external_salesforce_id"),
)
_CASTS = {**dict.fromkeys(_TEXTS, text), "net_payment_term": integer}
_SCHEMA = {**scalars(_CASTS, ("external_id",)), "tax_codes": Shape.SCALARS}
_BILLING = (
    *("invoice_grace_period", "payment_provider", "payment_provider_code", "document_locale"),
    *("subscription_invoice_issuing_date_anchor", "subscription_invoice_issuing_date_adjustment"),
)
_SHIPPING = ("address_line1", "address_line2", "city", "zipcode", "state", "country")


def _upsert(world: World, request: Request) -> Doc:
    """One of a known external_id is changed, by key."""
    params = root(request.body, "customer", _SCHEMA)
    if blank(params.get("external_id")):
        raise invalid({"external_id": ["value_is_mandatory"]})
    customer = found_or_new(world, text(params["external_id"]) or "")
    customer |= assigned(params, _CASTS) | {"updated_at": world.stamp()}
    if "tax_codes" in params:
        customer["tax_ids"] = taxes.ids_of_codes(world, params["tax_codes"])
    world.store.save(CUSTOMER, customer)
    return {"customer": _rendered_alone(world, customer)}


def found_or_new(world: World, external_id: str) -> Doc:
    """A new one is not saved yet."""
    known = world.store.by_code(CUSTOMER, external_id)
    if known is not None:
        return known
    number = world.store.count(CUSTOMER) + 1
    entity = world.store.first(BILLING_ENTITY)
    if entity is None:
        raise not_found("billing_entity")
    return {
        "id": new_id(),
        "external_id": external_id,
        "created_at": world.stamp(),
        "updated_at": world.stamp(),
        "entity_id": entity["id"],
        "sequential_id": number,
        "slug": f"{entity['document_number_prefix']}-{number:03}",
        "tax_ids": [],
        **dict.fromkeys(_CASTS),
    }


def _show(world: World, request: Request) -> Doc:
    return {"customer": _rendered_alone(world, found(world, request.code))}


def _index(world: World, request: Request) -> Doc:
    return page(world, request, Listing(CUSTOMER, "customers", _rendered))


def found(world: World, external_id: str) -> Doc:
    customer = world.store.by_code(CUSTOMER, external_id)
    if customer is None:
        raise not_found("customer")
    return customer


def rendered_inside(world: World, customer: Doc) -> Doc:
    """As an invoice shows it, without taxes."""
    entity = world.store.with_deleted(BILLING_ENTITY, customer["entity_id"])
    return {
        "lago_id": customer["id"],
        "billing_entity_code": entity["code"],
        "external_id": customer["external_id"],
        "account_type": "customer",
        **{name: customer[name] for name in ("name", "firstname", "lastname", "customer_type")},
        "sequential_id": customer["sequential_id"],
        "slug": customer["slug"],
        "created_at": to_second(customer["created_at"]),
        "updated_at": to_second(customer["updated_at"]),
        **{name: customer[name] for name in _TEXTS[4:]},
        "applicable_timezone": customer["timezone"] or "UTC",
        "net_payment_term": customer["net_payment_term"],
        "finalize_zero_amount_invoice": "inherit",
        "billing_configuration": dict.fromkeys(_BILLING),
        "shipping_address": dict.fromkeys(_SHIPPING),
        "skip_invoice_custom_sections": False,
        "metadata": [],
        "integration_customers": [],
    }


def _rendered(world: World, customer: Doc) -> Doc:
    return {**rendered_inside(world, customer), "taxes": taxes.rendered_list(world, customer["tax_ids"])}


def _rendered_alone(world: World, customer: Doc) -> Doc:
    details: Doc = {"error_details": []} if world.can.customer_error_details else {}
    return {**_rendered(world, customer), "applicable_invoice_custom_sections": [], **details}


ROUTES = (
    Route("POST", "customers", _upsert),
    read_route("customers", _index),
    read_route("customers/{id}", _show),
)
