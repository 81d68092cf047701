"""The organization itself. Its default billing entity has most of the same facts, so a manifest owns what it names."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from lago_gitops.core.model.fields import CURRENCY, boolean, choice
from lago_gitops.core.model.kind import ResourceKind, VersionSign
from lago_gitops.core.model.types import Field, Json, Many, Object, Text
from lago_gitops.kinds.billing_entity import (
    BILLING_ENTITY,
    CONFIGURATION,
    DAYS,
    EMAIL_EVENTS,
    PREFIX,
    TIMEZONE,
    address_fields,
)
from lago_gitops.kinds.entity_effects import ENTITY_EFFECTS

SLUG = Text(
    pattern="^[a-z0-9]([a-z0-9-]{1,38})[a-z0-9]$",
    hint="3 to 40 lower-case letters, digits and hyphens, with no hyphen at either end",
    empty_is_null=False,
)
OF_ALL = ("invoice_footer", "invoice_grace_period", "document_locale")


def _net_payment_term(answer: Mapping[str, Any]) -> Json:
    """Lago has null where nobody ever set it, which means at once."""
    return answer.get("net_payment_term") or 0


FIELDS = (
    Field("slug", SLUG, "Identifies the organization in URLs. Unique across Lago.", since="1.46", example="acme"),
    *address_fields(),
    Field("default_currency", CURRENCY, "ISO 4217 code."),
    Field("timezone", TIMEZONE, "Time zone of its days and billing periods.", licence=True),
    Field(
        "net_payment_term",
        DAYS,
        "Payment term in days. A change moves the due dates of drafts.",
        read=_net_payment_term,
    ),
    choice(
        "document_numbering",
        ("per_customer", "per_organization"),
        "How invoices are numbered.",
        twin_values=(("per_organization", "per_billing_entity"),),
    ),
    Field("document_number_prefix", PREFIX, "Prefix of invoice numbers."),
    boolean("finalize_zero_amount_invoice", "Also issue invoices with a zero total."),
    Field(
        "email_settings",
        Many(Text(choices=EMAIL_EVENTS)),
        "Which documents are e-mailed to customers.",
        licence=True,
    ),
    Field(
        "billing_configuration",
        Object(tuple(replace(field, only_if_given=True) for field in CONFIGURATION.fields if field.name in OF_ALL)),
        "Invoice settings.",
    ),
)

SHARED = {field.name for field in BILLING_ENTITY.fields}

ORGANIZATION = ResourceKind(
    name="organization",
    collection="organizations",
    doc="The organization of the API key. Settings written here also apply to its default billing entity.",
    key="",
    fixed=True,
    on_invoices=True,
    effects=ENTITY_EFFECTS,
    signs=(VersionSign("slug", "1.46"), VersionSign("events_store", "1.47")),
    fields=tuple(
        replace(field, only_if_given=True, same_as=(BILLING_ENTITY.name, field.name) if field.name in SHARED else None)
        for field in FIELDS
    ),
)
