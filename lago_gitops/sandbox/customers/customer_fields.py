"""A customer's fields: columns, billing configuration, shipping address, metadata, and their checks."""

from typing import Any

from lago_gitops.sandbox.base.doc import Doc
from lago_gitops.sandbox.base.errors import Problems, invalid, note
from lago_gitops.sandbox.base.http.params import Many, One, Schema, Shape, scalars
from lago_gitops.sandbox.base.values.casts import assigned, blank, boolean, choice, integer, text
from lago_gitops.sandbox.base.values.currencies import CURRENCIES
from lago_gitops.sandbox.base.values.emails import are_addresses
from lago_gitops.sandbox.base.values.locales import COUNTRIES, LOCALES, TIMEZONES
from lago_gitops.sandbox.base.values.metadata import listed, written
from lago_gitops.sandbox.base.values.numerals import is_number
from lago_gitops.sandbox.base.world import World

MOST_METADATA = 5
LONGEST_VALUE = 100
LONGEST_NAME = 255
_ZERO_AMOUNT = ("inherit", "skip", "finalize")
_ISSUING = {
    "subscription_invoice_issuing_date_anchor": ("current_period_end", "next_period_start"),
    "subscription_invoice_issuing_date_adjustment": ("keep_anchor", "align_with_finalization_date"),
}


def _upper(value: Any) -> str | None:
    word = text(value)
    return None if word is None else word.upper()


ADDRESS = ("address_line1", "address_line2", "city", "zipcode", "state", "country")
TEXTS = (
    *("address_line1", "address_line2", "state", "zipcode", "email", "city", "url", "phone", "logo_url"),
    *("legal_name", "legal_number", "currency", "tax_identification_number"),
)
_CASTS = {
    **dict.fromkeys((*TEXTS, "name", "firstname", "lastname", "external_salesforce_id"), text),
    "customer_type": choice,
    "country": _upper,
    "net_payment_term": integer,
}
_SHIPPING = {**dict.fromkeys(ADDRESS, text), "country": _upper}
_BILLING = {"document_locale": text, **dict.fromkeys(_ISSUING, text)}
_UNSET_BILLING = ("invoice_grace_period", "payment_provider", "payment_provider_code", *_BILLING)
SCHEMA: Schema = {
    **scalars(_CASTS, ("external_id", "account_type", "timezone", "billing_entity_code")),
    **scalars(("finalize_zero_amount_invoice", "skip_invoice_custom_sections")),
    "tax_codes": Shape.SCALARS,
    "invoice_custom_section_codes": Shape.SCALARS,
    "metadata": Many(scalars(("id", "key", "value", "display_in_invoice"))),
    "billing_configuration": One(scalars(_BILLING, ("invoice_grace_period", "payment_provider"))),
    "shipping_address": One(scalars(_SHIPPING)),
}


def unset() -> Doc:
    """The columns of a new customer, unset."""
    return {
        **dict.fromkeys(_CASTS),
        "timezone": None,
        "finalize_zero_amount_invoice": "inherit",
        "skip_invoice_custom_sections": False,
        "shipping_address": dict.fromkeys(ADDRESS),
        "billing_configuration": dict.fromkeys(_UNSET_BILLING),
        "metadata": [],
        "tax_ids": [],
    }


def changed(world: World, customer: Doc, params: Doc) -> Doc:
    """Changes the keys sent. Time zone and grace period are ignored without a licence. Raises RefusedError."""
    billing = params.get("billing_configuration", {})
    new = customer | assigned(params, _CASTS)
    new["shipping_address"] = customer["shipping_address"] | assigned(params.get("shipping_address", {}), _SHIPPING)
    new["billing_configuration"] = customer["billing_configuration"] | assigned(billing, _BILLING)
    if world.premium:
        new |= assigned(params, {"timezone": text})
        new["billing_configuration"] |= assigned(billing, {"invoice_grace_period": integer})
    if "finalize_zero_amount_invoice" in params:
        new["finalize_zero_amount_invoice"] = text(params["finalize_zero_amount_invoice"]) or "inherit"
    if params.get("skip_invoice_custom_sections") is not None:
        new["skip_invoice_custom_sections"] = boolean(params["skip_invoice_custom_sections"]) or False
    return new


def refuse_early(params: Doc) -> None:
    """Refuses too much metadata and an unknown `finalize_zero_amount_invoice`, before any other check."""
    if len(params.get("metadata", ())) > MOST_METADATA:
        raise invalid({"metadata": ["invalid_count"]})
    if params.get("finalize_zero_amount_invoice") not in (None, *_ZERO_AMOUNT):
        raise invalid({"finalize_zero_amount_invoice": ["invalid_value"]})


def note_problems(customer: Doc, params: Doc, problems: Problems) -> None:
    for field, value in (
        ("country", customer["country"]),
        ("shipping_country", customer["shipping_address"]["country"]),
    ):
        if value is not None and value not in COUNTRIES:
            note(problems, field, "not_a_valid_country_code")
    if customer["currency"] not in (None, *CURRENCIES):
        note(problems, "currency", "value_is_invalid")
    if len(customer["name"] or "") > LONGEST_NAME:
        note(problems, "name", "value_is_too_long")
    if blank(customer["external_id"]):
        note(problems, "external_id", "value_is_mandatory")
    if customer["customer_type"] not in (None, "company", "individual"):
        note(problems, "customer_type", "value_is_invalid")
    if customer["timezone"] not in (None, *TIMEZONES):
        note(problems, "timezone", "invalid_timezone")
    if customer["email"] and not are_addresses(customer["email"]):
        note(problems, "email", "invalid_email_format")
    _note_count("net_payment_term", params.get("net_payment_term"), problems)
    _note_billing(customer["billing_configuration"], params.get("billing_configuration", {}), problems)


def _note_billing(billing: Doc, params: Doc, problems: Problems) -> None:
    if billing["document_locale"] not in (None, *LOCALES):
        note(problems, "document_locale", "not_a_valid_language_code")
    for field, values in _ISSUING.items():
        if billing[field] not in (None, *values):
            note(problems, field, "value_is_invalid")
    if billing["invoice_grace_period"] is not None:
        _note_count("invoice_grace_period", params.get("invoice_grace_period"), problems)


def _note_count(field: str, sent: Any, problems: Problems) -> None:
    if sent is None:
        return
    if not is_number(sent):
        note(problems, field, "is not a number")
    elif (integer(sent) or 0) < 0:
        note(problems, field, "value_is_out_of_range")


def metadata(world: World, old: list[Doc], items: list[Doc]) -> list[Doc]:
    """The entries after the change. Raises RefusedError."""

    def entry(old: Doc | None, item: Doc) -> Doc:
        shown = boolean(item.get("display_in_invoice")) or False
        return written(world, old, item, LONGEST_VALUE) | {"display_in_invoice": shown}

    return listed(old, items, entry)
