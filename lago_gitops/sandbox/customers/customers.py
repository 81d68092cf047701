"""Customers: created and updated by one request, listed by many filters, soft-deleted."""

from typing import Any

from lago_gitops.sandbox.base.doc import Doc
from lago_gitops.sandbox.base.errors import Problems, invalid, refuse_if_any
from lago_gitops.sandbox.base.http.messages import Request
from lago_gitops.sandbox.base.http.paging import Listing, page
from lago_gitops.sandbox.base.http.params import expected_root
from lago_gitops.sandbox.base.http.routes import Route, read_route
from lago_gitops.sandbox.base.lookup import with_code
from lago_gitops.sandbox.base.queue import Task, announce, queue
from lago_gitops.sandbox.base.storage.kinds import (
    APPLIED_COUPON,
    BILLING_ENTITY,
    CUSTOMER,
    INVOICE,
    SUBSCRIPTION,
    WALLET,
)
from lago_gitops.sandbox.base.storage.store import EVERYTHING, Where, all_of, among
from lago_gitops.sandbox.base.values.casts import text
from lago_gitops.sandbox.base.world import World, new_id
from lago_gitops.sandbox.catalog import billing_entities, taxes
from lago_gitops.sandbox.customers import customer_fields as fields
from lago_gitops.sandbox.customers.customer_shapes import rendered, rendered_alone

_OWN = frozenset(
    {"tax_ids", "metadata", "updated_at"}
)  # in tables of their own: changes don't touch the customer's row
_SEARCHED = ("name", "firstname", "lastname", "legal_name", "external_id", "email")
_TYPES = ("company", "individual")
FRONT = "http://127.0.0.1:8080"  # of Lago's web pages, which the sandbox lacks


def _upsert(world: World, request: Request) -> Doc:
    """A known external_id is updated, key by key."""
    params = expected_root(request.body, "customer", fields.SCHEMA)
    entity = _entity(world, params)
    external_id = text(params.get("external_id")) or ""
    known = world.store.by_code(CUSTOMER, external_id)
    fields.refuse_early(params)
    before = known or new(world, external_id, entity)
    customer = fields.changed(world, before, params)
    if "billing_entity_code" in params:
        customer["entity_id"] = entity["id"]
    _check(world, customer, params, known)
    if "tax_codes" in params:
        customer["tax_ids"] = taxes.ids_of_codes(world, params["tax_codes"])
    if "metadata" in params:
        customer["metadata"] = fields.metadata(world, customer["metadata"], params["metadata"])
    save(world, customer, before)
    announce(world, "customer.created" if known is None else "customer.updated", customer)
    return {"customer": rendered_alone(world, customer)}


def _entity(world: World, params: Doc) -> Doc:
    if params.get("billing_entity_code") is None:
        return billing_entities.default(world)
    return with_code(world, BILLING_ENTITY, text(params["billing_entity_code"]) or "")


def _check(world: World, customer: Doc, params: Doc, known: Doc | None) -> None:
    """Before 1.39, a currency that was billed in can't change."""
    problems: Problems = {}
    if known is not None and not world.can.several_currencies and "currency" in params:
        _refuse_new_currency(world, known, customer["currency"])
    fields.note_problems(customer, params, problems)
    refuse_if_any(problems)


def _refuse_new_currency(world: World, customer: Doc, currency: str | None) -> None:
    """Before 1.39, a customer that has anything keeps its currency."""
    if customer["currency"] != currency and not _is_editable(world, customer):
        raise invalid({"currency": ["currencies_does_not_match"]})


def _is_editable(world: World, customer: Doc) -> bool:
    kinds = (SUBSCRIPTION, INVOICE, WALLET)
    if any(world.store.children(kind, customer["id"]) for kind in kinds):
        return False
    return all(each["amount_currency"] is None for each in world.store.children(APPLIED_COUPON, customer["id"]))


def save(world: World, customer: Doc, before: Doc) -> None:
    """With a new `updated_at` if its own columns changed."""
    if any(customer[name] != before.get(name) for name in customer if name not in _OWN):
        customer["updated_at"] = world.stamp()
    world.store.save(CUSTOMER, customer)


def touch(world: World, customer: Doc) -> None:
    """Lago changes a column that isn't visible: only `updated_at` moves."""
    world.store.save(CUSTOMER, customer | {"updated_at": world.stamp()})


def adopt_currency(world: World, customer: Doc, currency: str) -> Doc:
    """A customer without a currency takes this one; one with another keeps it, or refuses where Lago does."""
    settled = customer["currency"] is not None or not _is_editable(world, customer)
    if not world.can.several_currencies and settled and customer["currency"] != currency:
        raise invalid({"currency": ["currencies_does_not_match"]})
    if customer["currency"] is None:
        customer = customer | {"currency": currency, "updated_at": world.stamp()}
        world.store.save(CUSTOMER, customer)
    return customer


def new(world: World, external_id: str, entity: Doc) -> Doc:
    """Unsaved."""
    number = world.store.count_ever(CUSTOMER) + 1
    now = world.stamp()
    return {
        "id": new_id(),
        "external_id": external_id,
        "created_at": now,
        "updated_at": now,
        "entity_id": entity["id"],
        "sequential_id": number,
        "slug": f"{entity['document_number_prefix']}-{number:03}",
        **fields.unset(),
    }


def found_or_new(world: World, external_id: str) -> Doc:
    """A new one is saved at once."""
    known = world.store.by_code(CUSTOMER, external_id)
    if known is not None:
        return known
    customer = new(world, external_id, billing_entities.default(world))
    world.store.save(CUSTOMER, customer)
    return customer


def found(world: World, external_id: str) -> Doc:
    return with_code(world, CUSTOMER, external_id)


def _show(world: World, request: Request) -> Doc:
    return {"customer": rendered_alone(world, found(world, request.code))}


def _delete(world: World, request: Request) -> Doc:
    """A job ends its subscriptions, wallets and the rest."""
    customer = found(world, request.code)
    customer = customer | {"updated_at": world.stamp(), "deleted_at": world.stamp()}
    world.store.save(CUSTOMER, customer)
    queue(world, Task.END_CUSTOMER, customer)
    return {"customer": rendered_alone(world, customer)}


def _index(world: World, request: Request) -> Doc:
    return page(world, request, Listing(CUSTOMER, "customers", rendered), _matching(request.query))


def _matching(query: Doc) -> Where:
    problems: Problems = {}
    if query.get("customer_type") and query["customer_type"] not in _TYPES:
        problems["customer_type"] = [f"must be one of: {', '.join(_TYPES)}"]
    for name in ("has_tax_identification_number", "has_customer_type"):
        if name in query and query[name] not in ("true", "false"):
            problems[name] = ["must be one of: true, false"]
    refuse_if_any(problems)
    return all_of(_conditions(query))


def _conditions(query: Doc) -> list[Where]:
    conditions = [_searched(query["search_term"].strip())] if query.get("search_term", "").strip() else []
    if query.get("external_id"):
        conditions = [Where("code = ?", (query["external_id"],))]
    for name, column in (("currencies[]", "currency"), ("countries[]", "country"), ("states[]", "state")):
        conditions.append(_among(column, query.get(name)))
    conditions.append(_among("zipcode", query.get("zipcodes[]")))
    if query.get("customer_type"):
        conditions.append(_among("customer_type", [query["customer_type"]]))
    for name in ("tax_identification_number", "customer_type"):
        if f"has_{name}" in query:
            negation = "NOT " if query[f"has_{name}"] == "true" else ""
            conditions.append(Where(f"json_extract(doc, '$.{name}') IS {negation}NULL", ()))
    return conditions


def _among(column: str, values: Any) -> Where:
    if not values:
        return EVERYTHING
    return among(column, values)


def _searched(term: str) -> Where:
    """Part of a name, id or address, case-insensitive."""
    columns = " OR ".join(f"instr(lower(json_extract(doc, '$.{name}')), lower(?))" for name in _SEARCHED)
    return Where(f"({columns})", (term,) * len(_SEARCHED))


def _checkout(world: World, request: Request) -> Doc:
    found(world, request.code)
    raise invalid({"base": ["no_linked_payment_provider"]})


def _portal(world: World, request: Request) -> Doc:
    found(world, request.code)
    """The address of a page that doesn't exist: the sandbox has no web pages."""
    token = new_id()
    return {"customer": {"portal_url": f"{FRONT}/customer-portal/{token}"}}


ROUTES = (
    Route("POST", "customers", _upsert),
    read_route("customers", _index),
    read_route("customers/{id}/portal_url", _portal),
    Route("POST", "customers/{id}/checkout_url", _checkout),
    read_route("customers/{id}", _show),
    Route("DELETE", "customers/{id}", _delete),
)
