"""Coupons in a currency that isn't that of the plans they are for.

Lago accepts them, gives them to customers, and passes over them on every invoice in another currency. (prices:
mixed_eur_notax)
"""

from collections.abc import Iterator
from typing import Final

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
        "make one coupon a currency, or use a percentage",
    )


RULES: Final = (
    Rule(
        "coupon-currency", Severity.WARNING, "A fixed coupon isn't in the currency of its plans", currency, ("coupon",)
    ),
)
