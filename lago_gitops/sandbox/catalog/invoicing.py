"""Shared by organization and billing entity: address, numbering, invoice settings, and their checks."""

from typing import Any

from lago_gitops.sandbox.base.doc import Doc
from lago_gitops.sandbox.base.errors import Problems, note
from lago_gitops.sandbox.base.http.params import One, Schema, Shape, scalars
from lago_gitops.sandbox.base.values.casts import assigned, boolean, integer, text
from lago_gitops.sandbox.base.values.emails import are_addresses
from lago_gitops.sandbox.base.values.locales import COUNTRIES, LOCALES, OLD_LOCALES, TIMEZONES
from lago_gitops.sandbox.base.values.numerals import is_number
from lago_gitops.sandbox.base.world import World

LONGEST_FOOTER = 600
LONGEST_PREFIX = 10
EMAILS = frozenset({"invoice.finalized", "credit_note.created", "payment_receipt.created"})


def _upper(value: Any) -> str | None:
    word = text(value)
    return None if word is None else word.upper()


TEXTS = (
    *("address_line1", "address_line2", "city", "state", "zipcode", "email", "legal_name", "legal_number"),
    "tax_identification_number",
)
CASTS = {
    **dict.fromkeys(TEXTS, text),
    "country": _upper,
    "document_numbering": text,
    "document_number_prefix": _upper,
    "finalize_zero_amount_invoice": boolean,
    "net_payment_term": integer,
}
CONFIGURATION = {"invoice_footer": text, "document_locale": text}
_LICENSED_CONFIGURATION = {"invoice_grace_period": integer}
SCHEMA: Schema = {
    **scalars(CASTS, ("default_currency", "timezone")),
    "email_settings": Shape.SCALARS,
    "billing_configuration": One(scalars(CONFIGURATION, _LICENSED_CONFIGURATION)),
}
DEFAULTS: Doc = {
    **dict.fromkeys((*TEXTS, "country", "invoice_footer")),
    "document_numbering": "per_customer",
    "finalize_zero_amount_invoice": True,
    "net_payment_term": 0,
    "timezone": "UTC",
    "email_settings": [],
    "document_locale": "en",
    "invoice_grace_period": 0,
}


def changes(world: World, params: Doc) -> Doc:
    """The params that take effect: time zone, emails and grace period are ignored without a licence."""
    configuration = params.get("billing_configuration", {})
    changed = assigned(params, CASTS) | assigned(configuration, CONFIGURATION)
    if world.premium:
        changed |= assigned(params, {"timezone": text, "email_settings": list})
        changed |= assigned(configuration, _LICENSED_CONFIGURATION)
    return changed


def note_problems(world: World, owner: Doc, params: Doc, problems: Problems) -> None:
    """Check everything except the currency."""
    if owner["country"] is not None and owner["country"] not in COUNTRIES:
        note(problems, "country", "not_a_valid_country_code")
    if owner["document_locale"] not in (LOCALES if world.can.chinese_documents else OLD_LOCALES):
        note(problems, "document_locale", "not_a_valid_language_code")
    if owner["email"] and not are_addresses(owner["email"]):
        note(problems, "email", "invalid_email_format")
    if len(owner["invoice_footer"] or "") > LONGEST_FOOTER:
        note(problems, "invoice_footer", "value_is_too_long")
    if owner["timezone"] not in TIMEZONES:
        note(problems, "timezone", "invalid_timezone")
    if not set(owner["email_settings"]) <= EMAILS:
        note(problems, "email_settings", "unsupported_value")
    if owner["finalize_zero_amount_invoice"] is None:
        note(problems, "finalize_zero_amount_invoice", "value_is_invalid")
    _note_prefix(owner["document_number_prefix"], problems)
    sent = {**params, **params.get("billing_configuration", {})}
    for field in ("net_payment_term", "invoice_grace_period"):
        _note_count(field, sent.get(field, 0), owner[field], problems)


def _note_prefix(prefix: str | None, problems: Problems) -> None:
    if not prefix:
        note(problems, "document_number_prefix", "value_is_too_short")
    elif len(prefix) > LONGEST_PREFIX:
        note(problems, "document_number_prefix", "value_is_too_long")


def _note_count(field: str, sent: Any, value: int | None, problems: Problems) -> None:
    if not is_number(sent) or value is None:
        note(problems, field, "is not a number")
    elif value < 0:
        note(problems, field, "value_is_out_of_range")
