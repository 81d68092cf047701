"""The JSON Schema of a plan's impact."""

from lago_gitops.render.schemas.parts import Schema, count, list_, object_, or_null, text

CENTS: Schema = {"type": ["integer", "null"]}


def impact_schema() -> Schema:
    return object_({"fees": _fees()}, "Whose bill changes, and by how much: every part says what it takes for granted.")


def _fees() -> Schema:
    line = {
        "address": text("The plan."),
        "currency": text("Of its amounts, in cents."),
        "fees": list_(_fee(), "Those that differ."),
        "subscriptions": count("Active ones that have the plan itself."),
        "at_most": _at_most(),
        "difference_cents_a_month": _difference("Of all of them together."),
        "overridden": object_(
            {
                "subscriptions": count("Active ones with a plan of their own, in no sum."),
                "follow": {"type": "boolean", "description": "Whether the change is for them, too."},
            }
        ),
    }
    sums = {
        "currency": text("Of the sum."),
        "subscriptions": count("Distinct ones, since each has one plan."),
        "at_most": _at_most(),
        "difference_cents_a_month": _difference("Of all plans in the currency."),
        "overridden": count("In no sum."),
    }
    return object_(
        {
            "assumption": text("What the figures take for granted."),
            "plans": list_(object_(line), "Plans of which a fee differs that doesn't hang on usage."),
            "by_currency": list_(object_(sums)),
        },
        "Changed fees times subscriptions: exact.",
    )


def _fee() -> Schema:
    return object_(
        {
            "charge": or_null(text("Code of the fixed charge; null for the plan's own fee.")),
            "period": text("week, month, quarter, half-year or year."),
            "before_cents": CENTS | {"description": "Null where there is none, or it can't be rated."},
            "after_cents": CENTS | {"description": "Null where there is none, or it can't be rated."},
        }
    )


def _difference(of: str) -> Schema:
    return CENTS | {"description": f"{of} Null where Lago doesn't tell who is subscribed."}


def _at_most() -> Schema:
    return {"type": "boolean", "description": "Lago before 1.39 doesn't tell who is overridden."}
