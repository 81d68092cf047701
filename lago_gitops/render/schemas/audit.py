"""The JSON Schema of the output of `audit`."""

from lago_gitops.render.schemas.parts import VERSION, Schema, list_, number, object_, or_null, text, time
from lago_gitops.render.schemas.reasons import Cause


def audit_schema() -> Schema:
    """Amounts are in the smallest unit of the currency, before coupons and taxes."""
    unchecked = {
        "why": text("Why they couldn't be checked."),
        "item": text("Type of the fees."),
        "fees": number("Number of fees."),
    }
    return object_(
        {
            "format_version": VERSION,
            "organization": object_({"lago_id": text("Id in Lago."), "name": text("For people.")}),
            "fees": number("Number of fees read."),
            "follow": number("Number of fees that follow their price list."),
            "differ": number("Number of fees that don't."),
            "others": number("Number of fees of one-off invoices and wallets, which have no price list."),
            "unchecked": list_(object_(unchecked), "Fees that couldn't be checked; they are in neither number."),
            "charges": list_(_stretch(), "Fees that differ, by charge, filter and reason."),
            "differences": list_(_difference(), "Every fee that differs, oldest first."),
        }
    )


def _charge() -> Schema:
    return {
        "plan": text("Code of the plan."),
        "charge": or_null(text("Code of the charge or fixed charge; null for other fees.")),
        "item_type": {"enum": ["subscription", "charge", "fixed_charge", "commitment"]},
        "item": text("Code of the metric, add-on or plan on the fee."),
        "filters": {"type": ["object", "null"], "description": "Filter of the charge; null for its default price."},
        "currency": text("ISO code."),
        "overridden": {"type": "boolean", "description": "Whether the subscription is overridden."},
        "reason": {"enum": [one.value for one in Cause], "description": "Most likely reason for the difference."},
        "message": text("The reason as a sentence."),
    }


def _stretch() -> Schema:
    return object_(
        {
            **_charge(),
            "subscription": or_null(text("External id of an overridden subscription; otherwise null.")),
            "fees": number("Number of fees that differ."),
            "amount_cents": number("Total billed, without fees that have no expected amount."),
            "expected_amount_cents": number("Total by the price list."),
            "first": time("Time of the first of these fees."),
            "last": time("Time of the last of these fees."),
            "followed_until": or_null(text("Time of the last earlier fee that followed the price list.")),
            "followed_again": or_null(text("Time of the first later fee that follows it again.")),
        }
    )


def _difference() -> Schema:
    return object_(
        {
            **_charge(),
            "fee": text("Id in Lago."),
            "invoice": or_null(text("Id of the invoice; null if there is none yet.")),
            "invoice_number": or_null(text("Number of the invoice.")),
            "customer": text("External id."),
            "subscription": text("External id."),
            "created_at": time("When Lago created the fee; decides which price list applies."),
            "units": text("Billed units."),
            "amount_cents": number("Billed amount."),
            "expected_amount_cents": {
                "type": ["integer", "null"],
                "description": "Amount by the price list; null if the usage isn't known, and only the price itself is "
                "in no price list.",
            },
            "price_list": text("Price list of that time: a commit or a folder."),
        }
    )
