"""Coupons."""

from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from lago_gitops.core.model.effects import Count
from lago_gitops.core.model.fields import boolean, cents, choice, code, currency, name, text
from lago_gitops.core.model.kind import CountedUse, Explained, ResourceKind
from lago_gitops.core.model.types import Boolean, Exact, Field, Integer, Json, Lock, Many, Moment, Object, Reference
from lago_gitops.kinds.coupon.effects import COUPON_EFFECTS
from lago_gitops.kinds.coupon.rules import COUPON_RULES

GONE = "(deleted)"
"""Stands for the targets of a coupon whose plans or metrics were deleted: it is still limited, now to nothing."""


def _applies_to(answer: Mapping[str, Any]) -> Json:
    return {
        "plan_codes": answer.get("plan_codes") or [GONE] * answer["limited_plans"],
        "billable_metric_codes": answer.get("billable_metric_codes") or [GONE] * answer["limited_billable_metrics"],
    }


_TARGETS = (
    Field("plan_codes", Many(Reference("plan")), "Plans it is limited to."),
    Field("limited_plans", Boolean(), "Whether there were any.", required=True),
    Field("billable_metric_codes", Many(Reference("billable_metric")), "Of metrics that are there."),
    Field("limited_billable_metrics", Boolean(), "Whether there were any.", required=True),
)
"""What Lago says of them."""


def _only_with(deciding: str, value: str, name: str) -> dict[str, Any]:
    """Lago keeps what a coupon of another sort had there; it means nothing, so it is not read."""
    return {
        "only_with": (deciding, (value,)),
        "read": lambda answer: answer.get(name) if answer[deciding] == value else None,
    }


COUPON = ResourceKind(
    name="coupon",
    collection="coupons",
    doc="A discount that can be applied to customers.",
    rules=COUPON_RULES,
    use=CountedUse(
        "applied_coupons",
        "coupon_code[]",
        {},
        words="has been given to a customer",
        way_out="give the new coupon its own code, and apply it to the customers who should have it",
    ),
    explained=(
        Explained(
            "",
            "plans_not_found",
            "Lago also counts overridden copies of the coupon's plans, even one that no subscription shows any longer "
            "because it changed plans before it started",
            "create a coupon under another code",
        ),
    ),
    always_sent=("applies_to",),  # an update without both of its lists takes the targets away
    counts=(Count("applied", "applied_coupons", "coupon_code[]", {"status": ("active",)}),),
    effects=COUPON_EFFECTS,
    counts_copies=True,
    on_invoices=True,
    fields=(
        code("Unique in the organization.", lock=Lock.IN_USE),
        name("Shown on invoices.", example="Startup programme"),
        text("description", "For your own use."),
        choice(
            "coupon_type",
            ("fixed_amount", "percentage"),
            "A fixed amount or a percentage.",
            required=True,
            lock=Lock.IN_USE,
        ),
        cents(
            "amount_cents",
            "Amount off, in cents of the currency. Only with fixed_amount.",
            minimum=1,
            lock=Lock.IN_USE,
            **_only_with("coupon_type", "fixed_amount", "amount_cents"),
        ),
        currency(
            "amount_currency",
            "ISO 4217 code. Only with fixed_amount; the coupon has no effect on invoices in another currency.",
            lock=Lock.IN_USE,
            **_only_with("coupon_type", "fixed_amount", "amount_currency"),
        ),
        Field(
            "percentage_rate",
            Exact(minimum=None, above=Decimal(0), maximum=Decimal(100), places=5),
            "Percent off. Only with percentage.",
            lock=Lock.IN_USE,
            **_only_with("coupon_type", "percentage", "percentage_rate"),
            example="15",
        ),
        choice(
            "frequency",
            ("once", "recurring", "forever"),
            "Applies to one invoice, to several, or to all.",
            required=True,
            lock=Lock.IN_USE,
        ),
        Field(
            "frequency_duration",
            Integer(minimum=1, maximum=2**31 - 1),
            "Number of invoices. Only with recurring.",
            lock=Lock.IN_USE,
            **_only_with("frequency", "recurring", "frequency_duration"),
        ),
        choice(
            "expiration",
            ("no_expiration", "time_limit"),
            "Whether it can be applied without a time limit.",
            required=True,
        ),
        Field(
            "expiration_at",
            Moment(),
            "Until when it can be applied. Only with time_limit. A time without a zone is UTC.",
            **_only_with("expiration", "time_limit", "expiration_at"),
            example="2027-12-31T23:59:59Z",
        ),
        boolean("reusable", "Whether a customer can have it more than once.", default=True, lock=Lock.IN_USE),
        Field(
            "applies_to",
            Object(
                (
                    Field(
                        "plan_codes",
                        Many(Reference("plan")),
                        "Only fees of these plans.",
                        default=[],
                        lock=Lock.IN_USE,
                    ),
                    Field(
                        "billable_metric_codes",
                        Many(Reference("billable_metric")),
                        "Only fees of charges on these metrics.",
                        default=[],
                        lock=Lock.IN_USE,
                    ),
                )
            ),
            "What it is limited to: plans or metrics, not both. Left out: everything.",
            default={},
            read=_applies_to,
            answered=_TARGETS,
        ),
    ),
)
