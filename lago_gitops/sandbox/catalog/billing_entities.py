"""Billing entities: one by default, more only with a licence; they can't be deleted."""

import re
from typing import Any

from lago_gitops.sandbox.base.clock import to_second
from lago_gitops.sandbox.base.doc import Doc
from lago_gitops.sandbox.base.errors import Problems, crash, forbidden, not_found, note, refuse_if_any
from lago_gitops.sandbox.base.http.messages import Request
from lago_gitops.sandbox.base.http.params import One, Schema, Shape, root, scalars
from lago_gitops.sandbox.base.http.routes import Route, read_route, write_route
from lago_gitops.sandbox.base.lookup import oldest, with_code
from lago_gitops.sandbox.base.storage.kinds import BILLING_ENTITY, TAX
from lago_gitops.sandbox.base.values.casts import assigned, blank, boolean, text
from lago_gitops.sandbox.base.values.currencies import CURRENCIES
from lago_gitops.sandbox.base.values.locales import EU_COUNTRIES
from lago_gitops.sandbox.base.world import World, new_id
from lago_gitops.sandbox.catalog import eu_taxes, invoicing, taxes

_CASTS = {"name": text, "phone": text, "einvoicing": boolean, "eu_tax_management": boolean}
_ISSUING = {
    "subscription_invoice_issuing_date_anchor": text,
    "subscription_invoice_issuing_date_adjustment": text,
}
_ISSUING_VALUES = {
    "subscription_invoice_issuing_date_anchor": ("current_period_end", "next_period_start"),
    "subscription_invoice_issuing_date_adjustment": ("keep_anchor", "align_with_finalization_date"),
}
_DEFAULTS: Doc = {
    **invoicing.DEFAULTS,
    "phone": None,
    "default_currency": "USD",
    "einvoicing": False,
    "eu_tax_management": False,
    "subscription_invoice_issuing_date_anchor": "next_period_start",
    "subscription_invoice_issuing_date_adjustment": "align_with_finalization_date",
    "tax_ids": [],
}
_MOST = {"multi_entities_enterprise": 1_000_000, "multi_entities_pro": 2}
_E_INVOICING_COUNTRIES = frozenset({"FR", "DE"})
_CONFIGURATION = One(scalars(invoicing.CONFIGURATION, ("invoice_grace_period",), _ISSUING))
_SCHEMA: Schema = {**invoicing.SCHEMA, **scalars(_CASTS), "billing_configuration": _CONFIGURATION}
_CREATE_SCHEMA: Schema = {**_SCHEMA, "code": Shape.SCALAR}
_UPDATE_SCHEMA: Schema = {**_SCHEMA, "tax_codes": Shape.SCALARS, "invoice_custom_section_codes": Shape.SCALARS}


def create_default(world: World, organization: Doc) -> None:
    """Its id is the organization's."""
    code = re.sub(r"[^a-z0-9]+", "_", organization["name"].lower()).strip("_")
    own = {"id": organization["id"], "code": code, "updated_at": organization["created_at"]}
    shared = {name: organization[name] for name in ("name", "created_at", "document_number_prefix")}
    world.store.save(BILLING_ENTITY, {**_DEFAULTS, **shared, **own})


def default(world: World) -> Doc:
    """The oldest one."""
    return oldest(world, BILLING_ENTITY)


def _create(world: World, request: Request) -> Doc:
    """Taxes and invoice sections are ignored and aren't in the answer."""
    params = root(request.body, "billing_entity", _CREATE_SCHEMA)
    most = max((_MOST[name] for name in _MOST if world.has(name)), default=1)
    if world.store.count(BILLING_ENTITY) >= most:
        raise forbidden("feature_unavailable")
    if params.get("code") is None or params.get("document_numbering") not in (
        None,
        "per_customer",
        "per_billing_entity",
    ):
        raise crash()
    now, id_ = world.stamp(), new_id()
    prefix = f"{text(params.get('name')) or ''}"[:3] + f"-{id_[-4:]}"
    new = {"id": id_, "code": text(params["code"]), "created_at": now, "updated_at": now, "name": None}
    entity = {**_DEFAULTS, **new} | _changes(world, params)
    entity["document_number_prefix"] = entity.get("document_number_prefix") or prefix.upper()
    if "default_currency" in params:
        entity["default_currency"] = text(params["default_currency"])
    problems: Problems = {}
    if world.store.code_is_taken(BILLING_ENTITY, entity):
        note(problems, "code", "value_already_exist")
    _check(world, entity, params, problems)
    world.store.save(BILLING_ENTITY, entity)
    return {"billing_entity": _rendered(world, entity)}


def _update(world: World, request: Request) -> Doc:
    params = root(request.body, "billing_entity", _UPDATE_SCHEMA)
    entity = update(world, _found(world, request), params)
    return {"billing_entity": _rendered_alone(world, entity)}


def update(world: World, entity: Doc, params: Doc) -> Doc:
    """Changes the keys sent; any numbering except per_customer means per_billing_entity."""
    entity = entity | _changes(world, params)
    if "default_currency" in params:
        entity["default_currency"] = (text(params["default_currency"]) or "").upper()
    if entity["document_numbering"] != "per_customer":
        entity["document_numbering"] = "per_billing_entity"
    _check(world, entity, params, {})
    if "tax_codes" in params:
        entity["tax_ids"] = _tax_ids(world, params["tax_codes"])
    if boolean(params.get("eu_tax_management")):
        eu_taxes.generate(world)
    entity["updated_at"] = world.stamp()
    world.store.save(BILLING_ENTITY, entity)
    return entity


def _changes(world: World, params: Doc) -> Doc:
    configuration = params.get("billing_configuration", {})
    return invoicing.changes(world, params) | assigned(params, _CASTS) | assigned(configuration, _ISSUING)


def _tax_ids(world: World, codes: list[Any]) -> list[str]:
    """Only here, codes are case-insensitive."""
    wanted = {(text(code) or "").upper() for code in codes}
    ids = [tax["id"] for tax in world.store.kept(TAX) if tax["code"].upper() in wanted]
    if len(ids) != len(wanted):
        raise not_found("tax")
    return ids


def _check(world: World, entity: Doc, params: Doc, problems: Problems) -> None:
    invoicing.note_problems(world, entity, params, problems)
    if blank(entity["name"]):
        note(problems, "name", "value_is_mandatory")
    if entity["default_currency"] not in CURRENCIES:
        note(problems, "default_currency", "value_is_invalid")
    for field, values in _ISSUING_VALUES.items():
        if entity[field] not in values:
            note(problems, field, "value_is_invalid")
    if entity["einvoicing"] and blank(entity["country"]):
        note(problems, "einvoicing", "country_must_be_present")
    elif entity["einvoicing"] and entity["country"] not in _E_INVOICING_COUNTRIES:
        note(problems, "einvoicing", "country_not_supported")
    if entity["eu_tax_management"] and entity["country"] not in EU_COUNTRIES:
        note(problems, "eu_tax_management", "billing_entity_must_be_in_eu")
    refuse_if_any(problems)


def _show(world: World, request: Request) -> Doc:
    return {"billing_entity": _rendered_alone(world, _found(world, request))}


def _index(world: World, _: Request) -> Doc:
    """All of them on one page, without taxes and sections."""
    return {"billing_entities": [_rendered(world, entity) for entity in world.store.kept(BILLING_ENTITY)]}


def _found(world: World, request: Request) -> Doc:
    return with_code(world, BILLING_ENTITY, request.code)


def _rendered_alone(world: World, entity: Doc) -> Doc:
    shown = taxes.rendered_list(world, entity["tax_ids"])
    return {**_rendered(world, entity), "taxes": shown, "selected_invoice_custom_sections": []}


def _rendered(world: World, entity: Doc) -> Doc:
    """Flat, although requests nest the billing configuration."""
    same = (
        *("country", *invoicing.TEXTS, "einvoicing", "timezone", "net_payment_term", "email_settings"),
        *("document_numbering", "document_number_prefix", "finalize_zero_amount_invoice", "invoice_footer"),
        *("invoice_grace_period", *_ISSUING, "document_locale"),
    )
    return {
        "lago_id": entity["id"],
        "code": entity["code"],
        "name": entity["name"],
        "default_currency": entity["default_currency"],
        "created_at": to_second(entity["created_at"]),
        "updated_at": to_second(entity["updated_at"]),
        **({"phone": entity["phone"]} if world.can.entity_phone else {}),
        **{name: entity[name] for name in same},
        "is_default": entity["id"] == default(world)["id"],
        "eu_tax_management": entity["eu_tax_management"],
        "logo_url": None,
    }


ROUTES = (
    Route("POST", "billing_entities", _create),
    read_route("billing_entities", _index),
    read_route("billing_entities/{plain}", _show),
    write_route("billing_entities/{plain}", _update),
)
