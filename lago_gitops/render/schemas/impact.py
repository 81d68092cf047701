"""The JSON Schema of a plan's impact."""

from lago_gitops.render.schemas.parts import Schema, count, list_, number, object_, or_null, text, texts

CENTS: Schema = {"type": ["integer", "null"]}


def impact_schema() -> Schema:
    about = "Whose bill changes, and by how much. Each part states its assumptions."
    schema = object_({"fees": _fees()}, about)
    schema["properties"] |= {"profiles": _profiles(), "usage": _usage()}
    return schema


def _fees() -> Schema:
    line = {
        "address": text("Address of the plan."),
        "currency": text("Currency of the amounts, which are in cents."),
        "fees": list_(_fee(), "Fees that change."),
        "subscriptions": count("Number of active subscriptions on the plan itself."),
        "at_most": _at_most(),
        "difference_cents_a_month": _difference("Monthly difference for all these subscriptions."),
        "overridden": object_(
            {
                "subscriptions": count("Number of active overridden subscriptions; not included in any total."),
                "follow": {"type": "boolean", "description": "Whether the change also reaches them."},
            }
        ),
    }
    sums = {
        "currency": text("Currency of the total."),
        "subscriptions": count("Number of distinct subscriptions."),
        "at_most": _at_most(),
        "difference_cents_a_month": _difference("Monthly difference for all plans in the currency."),
        "overridden": count("Number of overridden subscriptions; not included in the total."),
    }
    return object_(
        {
            "assumption": text("What the figures assume."),
            "plans": list_(object_(line), "Plans with a change in a fee that doesn't depend on usage."),
            "by_currency": list_(object_(sums)),
        },
        "Changed fees times the number of subscriptions; exact.",
    )


def _fee() -> Schema:
    return object_(
        {
            "charge": or_null(text("Code of the fixed charge; null for the plan's own fee.")),
            "period": text("week, month, quarter, half-year or year."),
            "before_cents": CENTS | {"description": "Null if there is no such fee, or it can't be calculated."},
            "after_cents": CENTS | {"description": "Null if there is no such fee, or it can't be calculated."},
        }
    )


def _profiles() -> Schema:
    return object_(
        {
            "assumption": text("What the figures assume."),
            "profiles": list_(
                object_(
                    {"name": text("Name in lago-gitops.yaml."), "description": text("Description in lago-gitops.yaml.")}
                )
            ),
            "candidates": texts("Git revisions given with --compare."),
            "bills": list_(_bill(), "Bills for each plan whose prices change and each profile that can use it."),
            "plans_left_out": number("Number of plans left out because there are too many."),
            "catalogue": _catalogue(),
        },
        "Bills of typical customers before and after: exact amounts for assumed usage.",
    )


def _bill() -> Schema:
    return object_(
        {
            "profile": text("Name of the profile."),
            "address": text("Address of the plan."),
            "currency": text("Currency of the amounts, which are in cents."),
            "interval": text("Billing interval of the plan; the bills are for one such period."),
            "before_cents": CENTS | {"description": "Null if there is no bill."},
            "after_cents": CENTS | {"description": "Null if there is no bill."},
            "difference_cents": CENTS,
            "difference_percent": {"type": ["number", "null"], "description": "With one decimal."},
            "candidates": list_(
                object_({"ref": text("Git revision."), "cents": CENTS}), "Bills at the revisions given with --compare."
            ),
            "unbilled": texts("Codes of usage in the profile that the plan doesn't bill."),
            "reason": or_null(text("Why there is no bill.")),
        }
    )


def _catalogue() -> Schema:
    choice = or_null(
        object_(
            {
                "address": text("Address of the plan."),
                "cents_a_month": number("Cost per month, in cents, before coupons and taxes."),
            }
        )
    )
    cheapest = {
        "profile": text("Name of the profile."),
        "currency": text("Currency of the plans."),
        "before": choice,
        "after": choice,
    }
    dominated = {
        "address": text("Address of the plan."),
        "by": text("A plan that is cheaper for every profile that could use this plan."),
        "new": {"type": "boolean", "description": "Whether the changes are the cause."},
    }
    return object_(
        {
            "cheapest": list_(
                object_(cheapest), "The cheapest plan for each profile, of those that sell everything it uses."
            ),
            "dominated": list_(object_(dominated), "Plans that cost more than another for every profile."),
        }
    )


def _usage() -> Schema:
    unrated = {
        "address": text("Address of the plan."),
        "charge": text("Code of the charge."),
        "why": text("Why the charge can't be rated."),
        "subscriptions": number("Number of subscriptions."),
    }
    return object_(
        {
            "assumption": text("What the figures assume."),
            "basis": {"enum": ["exact", "sampled"]},
            "periods": number("Number of finished periods of each subscription, latest first."),
            "seed": {
                "type": ["integer", "null"],
                "description": "Seed of the sample; null if all subscriptions were rated.",
            },
            "subscriptions": _counts(),
            "by_currency": list_(_sums()),
            "movers": list_(_mover(), "Customers with the largest increases, then those with the largest decreases."),
            "left_out": list_(object_(unrated)),
        },
        "Past usage of subscribers, at the prices before and after.",
    )


def _counts() -> Schema:
    return object_(
        {
            "all": number("Active subscriptions of plans whose prices change."),
            "rated": number("Subscriptions with usage, included in the totals."),
            "without_usage": number("Subscriptions without a finished period."),
            "left_out": number("Subscriptions left out of the totals; `left_out` has the reasons."),
            "overridden": count("Overridden subscriptions; not included in the totals."),
        }
    )


def _sums() -> Schema:
    return object_(
        {
            "currency": text("Currency of the amounts, which are in cents."),
            "from_date": or_null(text("First day of the periods.")),
            "to_date": or_null(text("Last day of the periods.")),
            "before_cents": number("Cost of the usage at current prices."),
            "after_cents": number("Cost of the same usage at the new prices."),
            "difference_cents": number("Difference, for the rated subscriptions."),
            "estimate": or_null(_estimate()),
            "more": number("Number of subscriptions that pay more, including fees."),
            "less": number("Number of subscriptions that pay less."),
            "same": number("Number of subscriptions that pay the same."),
            "median_more_cents": CENTS,
            "most_more_cents": CENTS,
            "most_less_cents": CENTS,
            "bands": list_(_band()),
        }
    )


def _estimate() -> Schema:
    return object_(
        {
            "subscriptions": number("Number of all subscriptions that can be rated."),
            "difference_cents": number("Estimated difference in the cost of usage."),
            "low_cents": number("Lower end of the 95% confidence interval."),
            "high_cents": number("Upper end of the 95% confidence interval."),
        },
        "Estimate for all subscriptions, from the sample.",
    )


def _band() -> Schema:
    bound: Schema = {"type": ["integer", "null"], "description": "In percent; null if unbounded."}
    return object_({"from_percent": bound, "to_percent": bound, "subscriptions": number("Number of subscriptions.")})


def _mover() -> Schema:
    return object_(
        {
            "customer": text("External id; hashed without --show-customers."),
            "address": text("Address of the plan."),
            "currency": text("Currency of the amounts, which are in cents."),
            "before_cents": number("Cost of usage and fees."),
            "after_cents": number("Cost of usage and fees."),
            "difference_cents": number("Difference of the two."),
        }
    )


def _difference(of: str) -> Schema:
    return CENTS | {"description": f"{of} Null if Lago doesn't say who subscribes."}


def _at_most() -> Schema:
    return {
        "type": "boolean",
        "description": "Whether the number is an upper bound: Lago before 1.39 doesn't say who is overridden.",
    }
