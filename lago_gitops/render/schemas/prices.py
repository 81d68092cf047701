"""The JSON Schemas of the output of commands about prices; `audit` and `simulate` have their own."""

from lago_gitops.pricing.catalog.items import Interval
from lago_gitops.render.schemas.parts import TRUTH, VERSION, Schema, list_, number, object_, or_null, text, texts


def price_output() -> Schema:
    comparison = object_(
        {
            "format_version": VERSION,
            "bills": {**list_(_bill()), "minItems": 2, "maxItems": 2},
            "difference_cents": or_null(number("Difference in cents; null if the currencies differ.")),
            "difference_percent": or_null({"type": "number"}),
        }
    )
    none = object_({"format_version": VERSION, "no_invoice": text("Why Lago would create no invoice.")})
    return {"anyOf": [_bill(), comparison, none]}


def _bill() -> Schema:
    fee = {
        "item": {"type": "object"},
        "amount_cents": number("Amount in cents of the currency."),
        "taxes_amount_cents": number("Amount in cents of the currency."),
        "total_amount_cents": number("Amount in cents of the currency."),
        "amount_currency": text("ISO code."),
    }
    share = {"code": text("Its code."), "amount_cents": number("Amount in cents of the currency.")}
    sums = ("fees", "coupons", "sub_total_excluding_taxes", "taxes", "total")
    plan = {"code": text("Its code."), "name": text("Its name."), "interval": {"enum": [one.value for one in Interval]}}
    return object_(
        {
            "format_version": VERSION,
            "plan": object_(plan),
            "currency": text("ISO code."),
            "from_date": text("First day of the period."),
            "to_date": text("Last day of the period."),
            "fees": list_(object_(fee), "Fees in the format of Lago's fee object, with exact decimals as strings."),
            "coupons": list_(object_(share)),
            "taxes": list_(object_({**share, "rate": {"type": "number"}})),
            **{f"{name}_amount_cents": number("Amount in cents of the currency.") for name in sums},
            "notes": texts("What the bill doesn't include, and why."),
        }
    )


def test_output() -> Schema:
    test = object_(
        {
            "path": text("Path of the file."),
            "line": number("Counted from 1."),
            "name": text("Name of the test."),
            "plan": text("Code of the plan."),
            "passed": TRUTH,
            "reasons": texts("Why the test failed, one line for each reason."),
        }
    )
    test["properties"] |= {"misses": list_({"type": "object"}), "bill": _bill()}
    counts = object_({"passed": number("Number of tests."), "failed": number("Number of tests.")})
    policy_test = object_(
        {
            "path": text("Path of the file."),
            "line": number("Counted from 1."),
            "name": text("Name of the test."),
            "environment": text("Environment whose policies were tested."),
            "passed": TRUTH,
            "reasons": texts("Why the test failed, one line for each reason."),
            "policies": texts("Policies that matched."),
        }
    )
    about = {"format_version": VERSION, "tests": list_(test), "policy_tests": list_(policy_test)}
    return object_({**about, "summary": counts})


def export_output() -> Schema:
    return object_(
        {
            "format_version": VERSION,
            "folder": text("Folder of the partitions."),
            "rows": number("Number of rows in all partitions."),
        }
    )


def rate_output() -> Schema:
    figures = {
        "rows": number("Number of rated rows."),
        "billed_cents": number("Amount that Lago billed for these rows."),
        "now_cents": number("Amount at the prices before."),
        "after_cents": number("Amount at the prices of the manifests."),
        "difference_cents": number("After minus now."),
        "unrated": number("Number of rows that can't be rated on their own; not included in the other figures."),
        "unrated_billed_cents": number("Amount that Lago billed for the unrated rows."),
    }
    charge = {
        "plan": text("Code."),
        "charge": text("Code of the charge; empty for the plan's own fee."),
        "item_type": text("Type of the fee."),
        "currency": text("Currency of the amounts."),
    }
    return object_(
        {
            "format_version": VERSION,
            "partitions": number("Number of partitions."),
            "compared": TRUTH,
            "charges": list_(object_(charge | figures)),
            "by_currency": list_(object_({"currency": charge["currency"], **figures})),
        }
    )
