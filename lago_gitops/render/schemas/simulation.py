"""The JSON Schema of the output of `simulate`."""

from lago_gitops.render.schemas.parts import VERSION, Schema, list_, number, object_, or_null, text, texts

_SUMS = ("fees", "progressive_billing_credit", "coupons", "taxes", "credit_notes", "prepaid_credit", "total")


def simulations_schema() -> Schema:
    """Amounts are cents of the currency."""
    revision = {
        "revision": text("Git revision as given; empty for the current files."),
        "commit": text("Commit id; empty for the current files."),
        "invoices": list_(_invoice(), "Invoices, by date of issue and customer."),
    }
    simulation = {
        "path": text("Path of the file."),
        "months": texts("Months with usage."),
        "revisions": list_(object_(revision), "One revision or two; the base of a comparison comes first."),
        "totals": _sums({}),
        "by_month": _sums({"month": text("Month in which the invoices are issued.")}),
        "by_customer": _sums({"customer": text("External id.")}),
    }
    return object_(
        {
            "format_version": VERSION,
            "simulations": list_(object_(simulation)),
        }
    )


def _sums(key: Schema) -> Schema:
    each = {"type": "array", "items": {"type": "integer"}, "description": "One value for each revision."}
    return list_(object_({**key, "currency": text("ISO code."), "invoices": each, "total_amount_cents": each}))


def _invoice() -> Schema:
    texts_ = ("customer", "number", "invoice_type", "status", "issuing_date", "currency")
    return object_(
        {
            **{name: text("As in Lago's API.") for name in texts_},
            "fees": list_(_fee()),
            **{f"{name}_amount_cents": number("Amount in cents of the currency.") for name in _SUMS},
        }
    )


def _fee() -> Schema:
    return object_(
        {
            "subscription": or_null(text("External id.")),
            **{name: text("As in Lago's API.") for name in ("item_type", "item_code", "item_name", "units")},
            "charge_code": or_null(text("Code of the charge.")),
            "filters": {"type": ["object", "null"], "description": "Filter of the charge; null for its default price."},
            "grouped_by": {"type": ["object", "null"], "description": "Values of the group, by property."},
            "from_date": or_null(text("Time in ISO 8601.")),
            "to_date": or_null(text("Time in ISO 8601.")),
            "amount_cents": number("Amount in cents of the currency."),
            "taxes_amount_cents": number("Amount in cents of the currency."),
        }
    )
