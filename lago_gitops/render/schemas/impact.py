"""The JSON Schema of a plan's impact."""

from lago_gitops.render.schemas.parts import Schema, count, list_, number, object_, or_null, text, texts

CENTS: Schema = {"type": ["integer", "null"]}


def impact_schema() -> Schema:
    about = "Whose bill changes, and by how much: every part says what it takes for granted."
    schema = object_({"fees": _fees()}, about)
    schema["properties"] |= {"profiles": _profiles(), "usage": _usage()}
    return schema


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


def _profiles() -> Schema:
    bill = {
        "profile": text("Its name."),
        "address": text("The plan."),
        "currency": text("Of its amounts, in cents."),
        "interval": text("The plan's: what is billed is a period of it."),
        "before_cents": CENTS | {"description": "Null where there is no bill."},
        "after_cents": CENTS | {"description": "Null where there is no bill."},
        "difference_cents": CENTS,
        "difference_percent": {"type": ["number", "null"], "description": "To a decimal."},
        "candidates": list_(object_({"ref": text("Git revision."), "cents": CENTS}), "What it costs by each of them."),
        "unbilled": texts("Codes of what the profile uses and the plan doesn't sell."),
        "reason": or_null(text("Why there is no bill.")),
    }
    choice = or_null(object_({"address": text("The plan."), "cents_a_month": number("Before coupons and taxes.")}))
    cheapest = {"profile": text("Its name."), "currency": text("Of the plans."), "before": choice, "after": choice}
    dominated = {
        "address": text("The plan."),
        "by": text("One that is cheaper for every profile which could have the plan."),
        "new": {"type": "boolean", "description": "Whether that comes of the changes."},
    }
    return object_(
        {
            "assumption": text("What the figures take for granted."),
            "profiles": list_(object_({"name": text("As in lago-gitops.yaml."), "description": text("Who it is.")})),
            "candidates": texts("Git revisions that were named by --compare."),
            "bills": list_(object_(bill), "Of each plan that is priced otherwise, for each profile that may have it."),
            "plans_left_out": number("How many more plans there are than are rated."),
            "catalogue": object_(
                {
                    "cheapest": list_(object_(cheapest), "Of all plans that sell what the profile uses."),
                    "dominated": list_(object_(dominated), "Plans that no profile should take."),
                }
            ),
        },
        "Bills of typical customers before and after: assumed usage, exact amounts.",
    )


def _usage() -> Schema:
    unrated = {
        "address": text("The plan."),
        "charge": text("Its code."),
        "why": text("Why it can't be rated."),
        "subscriptions": number("Subscriptions."),
    }
    return object_(
        {
            "assumption": text("What the figures take for granted."),
            "basis": {"enum": ["exact", "sampled"]},
            "periods": number("The latest of each subscription that are over."),
            "seed": {"type": ["integer", "null"], "description": "Of the sample; null where all were rated."},
            "subscriptions": _counts(),
            "by_currency": list_(_sums()),
            "movers": list_(_mover(), "Those who pay most more, then those who pay most less."),
            "left_out": list_(object_(unrated)),
        },
        "Past usage of subscribers at the prices before and after.",
    )


def _counts() -> Schema:
    return object_(
        {
            "all": number("Active ones of the plans that are priced otherwise."),
            "rated": number("With usage, in the sums."),
            "without_usage": number("No period of theirs is over."),
            "left_out": number("In no sum: `left_out` says why."),
            "overridden": count("With a plan of their own, in no sum."),
        }
    )


def _sums() -> Schema:
    return object_(
        {
            "currency": text("Of the amounts, in cents."),
            "from_date": or_null(text("First day of the periods.")),
            "to_date": or_null(text("Last day of the periods.")),
            "before_cents": number("Usage at the prices of now."),
            "after_cents": number("The same usage at the prices after."),
            "difference_cents": number("Between them, of the subscriptions that were rated."),
            "estimate": or_null(_estimate()),
            "more": number("Who pays more, fees included."),
            "less": number("Who pays less."),
            "same": number("Who pays the same."),
            "median_more_cents": CENTS,
            "most_more_cents": CENTS,
            "most_less_cents": CENTS,
            "bands": list_(_band()),
        }
    )


def _estimate() -> Schema:
    return object_(
        {
            "subscriptions": number("Those of all that can be rated."),
            "difference_cents": number("Of usage."),
            "low_cents": number("95 of 100 such intervals have the true difference."),
            "high_cents": number("Its other end."),
        },
        "Of all subscriptions, where a sample was rated.",
    )


def _band() -> Schema:
    bound: Schema = {"type": ["integer", "null"], "description": "Percent; null for no bound."}
    return object_({"from_percent": bound, "to_percent": bound, "subscriptions": number("Subscriptions.")})


def _mover() -> Schema:
    return object_(
        {
            "customer": text("External id, hashed unless --show-customers."),
            "address": text("The plan."),
            "currency": text("Of the amounts, in cents."),
            "before_cents": number("Usage and fees."),
            "after_cents": number("Usage and fees."),
            "difference_cents": number("Between them."),
        }
    )


def _difference(of: str) -> Schema:
    return CENTS | {"description": f"{of} Null where Lago doesn't tell who is subscribed."}


def _at_most() -> Schema:
    return {"type": "boolean", "description": "Lago before 1.39 doesn't tell who is overridden."}
