"""Billing entities: who the invoices come from."""

from collections.abc import Iterator, Mapping
from typing import Any

from lago_gitops.core.model.fields import CURRENCY, NOT_BLANK, boolean, choice, name, text
from lago_gitops.core.model.kind import Detail, Finding, Gate, Lookup, ResourceKind, VersionSign
from lago_gitops.core.model.types import Field, Integer, Json, Lock, Many, Object, Text
from lago_gitops.kinds.common_fields import coded, taxes
from lago_gitops.kinds.entity_effects import ENTITY_EFFECTS
from lago_gitops.kinds.places import COUNTRIES, E_INVOICING, EUROPEAN_UNION, TIMEZONES

DAYS = Integer(minimum=0, maximum=2**31 - 1)
COUNTRY = Text(choices=COUNTRIES, hint="two capital letters, from ISO 3166")
TIMEZONE = Text(choices=TIMEZONES, hint="Lago accepts the time zones that Rails knows: choose one with the same offset")
_LABEL = "[A-Za-z0-9](?:[A-Za-z0-9-]*[A-Za-z0-9])?"
_ADDRESS = rf"[A-Za-z0-9.!#$%&'*+/=?^_`{{|}}~-]+@{_LABEL}(?:\.{_LABEL})*"
EMAIL = Text(
    pattern=rf"^ *{_ADDRESS} *(?:, *{_ADDRESS} *)*$", hint="an address in ASCII, or several separated by commas"
)
EMAIL_EVENTS = ("invoice.finalized", "credit_note.created", "payment_receipt.created")
LOCALE = Text(choices=("en", "fr", "nb", "de", "it", "es", "sv", "pt-BR", "zh-TW"), newer=(("zh-TW", "1.39"),))
PREFIX = Text(
    pattern="^[^a-z]{1,10}$",
    hint="1 to 10 characters, no lower-case letters: Lago would capitalize them",
    empty_is_null=False,
    capitals=True,
)
BILLING_CODE = Text(
    pattern=r"^[^\u0000-\u0020\u007f./]([^\u0000-\u001f\u007f./]*[^\u0000-\u0020\u007f./])?$",
    hint="Lago can't find a billing entity whose code contains a dot or a slash, or starts or ends with a space",
    empty_is_null=False,
)


def address_fields() -> tuple[Field, ...]:
    """Name and address on invoices; the organization has the same fields."""
    return (
        text("legal_name", "Legal name."),
        text("legal_number", "Company registration number."),
        text("tax_identification_number", "VAT number."),
        Field("email", EMAIL, "Reply-to address; separate several with commas."),
        text("address_line1", "Street."),
        text("address_line2", "Second line of the address."),
        text("city", "City."),
        text("state", "State or province."),
        text("zipcode", "Postal code."),
        Field("country", COUNTRY, "ISO 3166 code, in capitals.", example="DE"),
    )


def e_invoicing_fits(entity: Mapping[str, Any], _: Lookup) -> Iterator[Finding]:
    yield from _in_countries(entity, "einvoicing", E_INVOICING, "in France (FR) and Germany (DE)")


def eu_taxes_fit(entity: Mapping[str, Any], _: Lookup) -> Iterator[Finding]:
    yield from _in_countries(entity, "eu_tax_management", EUROPEAN_UNION, "in countries of the European Union")


def _in_countries(entity: Mapping[str, Any], field: str, countries: tuple[str, ...], where: str) -> Iterator[Finding]:
    country = entity.get("country")
    if entity.get(field) and country not in countries and "country" not in (entity.get("ignore") or ()):
        whose = f"this one is in {country}" if country else "this one has no country"
        yield Finding((field,), f"{field} only works {where}, and {whose}", "correct the country, or remove it")


def _configuration(answer: Mapping[str, Any]) -> Json:
    """Written as an object of its own, read among the rest."""
    return {field.name: answer.get(field.name) for field in CONFIGURATION.fields}


def _sections(answer: Mapping[str, Any]) -> Json:
    return [section["code"] for section in answer.get("selected_invoice_custom_sections") or ()]


CONFIGURATION = Object(
    (
        Field("invoice_footer", Text(max_length=600), "Footer printed on every invoice."),
        Field("invoice_grace_period", DAYS, "Grace period: days an invoice stays a draft.", default=0, licence=True),
        Field("document_locale", LOCALE, "Language of invoices.", default="en"),
        choice(
            "subscription_invoice_issuing_date_anchor",
            ("current_period_end", "next_period_start"),
            "Which day subscription invoices are dated on.",
            default="next_period_start",
            since="1.36",
        ),
        choice(
            "subscription_invoice_issuing_date_adjustment",
            ("keep_anchor", "align_with_finalization_date"),
            "Whether the date changes when a draft is finalized later.",
            default="align_with_finalization_date",
            since="1.36",
        ),
    )
)

BILLING_ENTITY = ResourceKind(
    name="billing_entity",
    collection="billing_entities",
    doc="A legal entity that issues invoices. The API can neither delete nor rename it.",
    since="1.29",
    gate=Gate(free=1),
    undeletable=True,
    rules=(e_invoicing_fits, eu_taxes_fit),
    on_invoices=True,
    effects=ENTITY_EFFECTS,
    detail=Detail(),
    signs=(VersionSign("phone", "1.49"),),
    default_key="is_default",
    fields=(
        Field("code", BILLING_CODE, "Unique in the organization.", required=True, lock=Lock.NEVER),
        name("Shown on invoices."),
        *address_fields(),
        text("phone", "Telephone.", since="1.49"),
        Field("default_currency", CURRENCY, "ISO 4217 code.", default="USD"),
        Field("timezone", TIMEZONE, "Time zone of its days and billing periods.", default="UTC", licence=True),
        choice(
            "document_numbering",
            ("per_customer", "per_billing_entity"),
            "How invoices are numbered.",
            default="per_customer",
        ),
        Field(
            "document_number_prefix",
            PREFIX,
            "Prefix of invoice numbers. Left out: Lago's choice.",
            only_if_given=True,
            example="ACME",
        ),
        Field("net_payment_term", DAYS, "Payment term in days. A change moves the due dates of drafts.", default=0),
        boolean("finalize_zero_amount_invoice", "Also issue invoices with a zero total.", default=True),
        boolean("einvoicing", "Electronic invoices. Only in France and Germany.", since="1.35"),
        boolean(
            "eu_tax_management",
            "Lago creates and chooses European Union taxes itself. Only in EU countries.",
        ),
        Field(
            "email_settings",
            Many(Text(choices=EMAIL_EVENTS)),
            "Which documents are e-mailed to customers.",
            default=[],
            clear=[],
            licence=True,
        ),
        Field(
            "billing_configuration",
            CONFIGURATION,
            "Invoice settings.",
            default={},
            read=_configuration,
            answered=CONFIGURATION.fields,
            after_create=True,
        ),
        taxes("Taxes of customers without taxes of their own.", after_create=True),
        Field(
            "invoice_custom_section_codes",
            Many(Text(pattern=NOT_BLANK)),
            "Custom invoice sections, created in Lago's web app. Lago drops codes it doesn't know.",
            default=[],
            read=_sections,
            answered=(coded("selected_invoice_custom_sections"),),
            clear=[],
            after_create=True,
        ),
    ),
)
