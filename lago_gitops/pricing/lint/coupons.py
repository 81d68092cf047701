"""Coupons in another currency than their plans, and coupons that expire on a date without a time.

Lago accepts the first, applies them to customers, and ignores them on every invoice in another currency. (prices:
mixed_eur_notax) A date without a time is the start of that day, in UTC. (Recorded: coup-11)
"""

from collections.abc import Iterator
from datetime import date
from typing import Any, Final

from lago_gitops.core.model.kind import Finding
from lago_gitops.core.model.problem import Severity
from lago_gitops.pricing.lint.rule import Rule
from lago_gitops.pricing.lint.subject import Catalogue, Subject


def currency(subject: Subject, catalogue: Catalogue) -> Iterator[Finding]:
    codes = (subject.data.get("applies_to") or {}).get("plan_codes") or ()
    currencies = {code: catalogue.plans[code]["amount_currency"] for code in codes if code in catalogue.plans}
    others = {code: other for code, other in currencies.items() if other != subject.currency}
    if not subject.currency or not others:
        return
    named = ", ".join(f"{code!r} ({other})" for code, other in others.items())
    effect = "never has an effect" if len(others) == len(set(codes)) else "has no effect on some of its plans"
    yield Finding(
        ("amount_currency",),
        f"a fixed coupon in {subject.currency} {effect}: {named}",
        "create one coupon per currency, or use a percentage",
    )


def bare_date(subject: Subject, _: Catalogue) -> Iterator[Finding]:
    written = subject.data.get("expiration_at")
    day = _day(written)
    if day is not None:
        yield Finding(
            ("expiration_at",),
            f"expiration_at {written} is the start of that day, UTC: on {day} the coupon can no longer be applied",
            f"write {day}T23:59:59Z to keep it until the end of that day",
        )


RULES: Final = (
    Rule(
        "coupon-bare-date",
        Severity.WARNING,
        "A coupon that expires on a date without a time ends at the start of that day",
        bare_date,
        ("coupon",),
    ),
    Rule(
        "coupon-currency", Severity.WARNING, "A fixed coupon isn't in the currency of its plans", currency, ("coupon",)
    ),
)


def _day(written: Any) -> date | None:
    """The day of a text without a time; None for anything else."""
    try:
        return date.fromisoformat(written)
    except (TypeError, ValueError):
        return None
