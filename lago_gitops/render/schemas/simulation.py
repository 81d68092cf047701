"""The JSON Schema of what `simulate` prints."""

from lago_gitops.core.saved_plan import FORMAT
from lago_gitops.render.schemas.parts import Schema, list_, number, object_, or_null, text, texts

_SUMS = ("fees", "progressive_billing_credit", "coupons", "taxes", "credit_notes", "prepaid_credit", "total")


def simulations_schema() -> Schema:
    """Amounts are cents of the currency."""
    revision = {
        "revision": text("As it was said; empty for the files as they are."),
        "commit": text("Its id; empty for the files as they are."),
        "invoices": list_(_invoice(), "By day of issue and customer."),
    }
    simulation = {
        "path": text("File."),
        "months": texts("Those in which there is usage."),
        "revisions": list_(object_(revision), "One, or two: the one that is compared with comes first."),
        "totals": _sums({}),
        "by_month": _sums({"month": text("In which invoices are issued.")}),
        "by_customer": _sums({"customer": text("External id.")}),
    }
    return object_(
        {
            "format_version": {"const": FORMAT, "description": "Another major version is another format."},
            "simulations": list_(object_(simulation)),
        }
    )


def _sums(key: Schema) -> Schema:
    each = {"type": "array", "items": {"type": "integer"}, "description": "One for each revision."}
    return list_(object_({**key, "currency": text("ISO code."), "invoices": each, "total_amount_cents": each}))


def _invoice() -> Schema:
    texts_ = ("customer", "number", "invoice_type", "status", "issuing_date", "currency")
    return object_(
        {
            **{name: text("As Lago has it.") for name in texts_},
            "fees": list_(_fee()),
            **{f"{name}_amount_cents": number("In cents of the currency.") for name in _SUMS},
        }
    )


def _fee() -> Schema:
    return object_(
        {
            "subscription": or_null(text("External id.")),
            **{name: text("As Lago has it.") for name in ("item_type", "item_code", "item_name", "units")},
            "charge_code": or_null(text("Of the charge.")),
            "filters": {"type": ["object", "null"], "description": "Of the charge; null for its default price."},
            "grouped_by": {"type": ["object", "null"], "description": "The group that it is of."},
            "from_date": or_null(text("An instant.")),
            "to_date": or_null(text("An instant.")),
            "amount_cents": number("In cents of the currency."),
            "taxes_amount_cents": number("In cents of the currency."),
        }
    )
