"""The JSON Schema of what `audit` prints."""

from lago_gitops.core.saved_plan import FORMAT
from lago_gitops.render.schemas.parts import Schema, list_, number, object_, or_null, text, time
from lago_gitops.render.schemas.reasons import Reason


def audit_schema() -> Schema:
    """Amounts are in the smallest unit of the currency, before coupons and taxes."""
    unchecked = {"why": text("Why not."), "item": text("Which sort of fee."), "fees": number("How many.")}
    return object_(
        {
            "format_version": {"const": FORMAT, "description": "Another major version is another format."},
            "organization": object_({"lago_id": text("Its id in Lago."), "name": text("For people.")}),
            "fees": number("All that were read."),
            "follow": number("Those that are what their price list says."),
            "differ": number("Those that are not."),
            "others": number("Of one-off invoices and of wallets, which no price list has."),
            "unchecked": list_(object_(unchecked), "What could not be checked: neither following nor differing."),
            "charges": list_(_stretch(), "The fees that differ, by charge, filter and reason."),
            "differences": list_(_difference(), "Every fee that differs, the oldest first."),
        }
    )


def _charge() -> Schema:
    return {
        "plan": text("Code of the plan."),
        "charge": or_null(text("Code of the charge or fixed charge; null for other fees.")),
        "item_type": {"enum": ["subscription", "charge", "fixed_charge", "commitment"]},
        "item": text("Code of the metric, add-on or plan, as Lago has it on the fee."),
        "filters": {"type": ["object", "null"], "description": "Of the charge; null for its default price."},
        "currency": text("ISO code."),
        "overridden": {"type": "boolean", "description": "The subscription has a plan of its own."},
        "reason": {"enum": [one.value for one in Reason], "description": "Why it differs, most likely."},
        "message": text("The same as a sentence."),
    }


def _stretch() -> Schema:
    return object_(
        {
            **_charge(),
            "subscription": or_null(text("External id, where it is overridden.")),
            "fees": number("How many differ."),
            "amount_cents": number("Their sum, without those that have no expected amount."),
            "expected_amount_cents": number("What the price list makes of them."),
            "first": time("When the first of them was created."),
            "last": time("When the last of them was created."),
            "followed_until": or_null(text("When the last fee before them was created that followed the price list.")),
            "followed_again": or_null(text("When the first fee after them was created that does.")),
        }
    )


def _difference() -> Schema:
    return object_(
        {
            **_charge(),
            "fee": text("Its id in Lago."),
            "invoice": or_null(text("Id of its invoice; null: none, or not yet.")),
            "invoice_number": or_null(text("Number of that.")),
            "customer": text("External id."),
            "subscription": text("External id."),
            "created_at": time("When Lago made the fee, which decides about the price list."),
            "units": text("What was billed."),
            "amount_cents": number("What Lago billed."),
            "expected_amount_cents": {
                "type": ["integer", "null"],
                "description": "What the price list says; null where the usage isn't known, but that Lago has a price "
                "which no price list ever had.",
            },
            "price_list": text("The one that was live: a commit, or a folder."),
        }
    )
