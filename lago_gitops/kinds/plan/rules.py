"""What Lago asks of a plan beyond the shape of its fields."""

from collections.abc import Iterator, Mapping
from typing import Any

from lago_gitops.core.model.duplicates import repeated
from lago_gitops.core.model.kind import Finding, Lookup
from lago_gitops.kinds.plan.charge_rules import charge_findings, price_findings
from lago_gitops.kinds.plan.entitlement_rules import entitlements_fit

LONG_INTERVALS = ("semiannual", "yearly")


def charges_fit(plan: Mapping[str, Any], lookup: Lookup) -> Iterator[Finding]:
    for index, charge in enumerate(plan.get("charges") or ()):
        yield from charge_findings(charge, ("charges", index), lookup)


def fixed_charges_fit(plan: Mapping[str, Any], _: Lookup) -> Iterator[Finding]:
    for index, charge in enumerate(plan.get("fixed_charges") or ()):
        path = ("fixed_charges", index)
        model, advance = charge["charge_model"], charge.get("pay_in_advance")
        if advance and model == "volume":
            yield Finding((*path, "pay_in_advance"), "a volume fixed charge can't be billed in advance")
        if advance and charge.get("prorated") and model == "graduated":
            yield Finding((*path, "prorated"), "a graduated fixed charge billed in advance can't be prorated")
        yield from price_findings(charge.get("properties") or {}, (*path, "properties"))


def codes_distinct(plan: Mapping[str, Any], _: Lookup) -> Iterator[Finding]:
    for field in ("charges", "fixed_charges"):
        for index, code in repeated(item["code"] for item in plan.get(field) or ()):
            yield Finding((field, index, "code"), f"another of the {field} has the code {code!r}")


def monthly_billing_fits(plan: Mapping[str, Any], _: Lookup) -> Iterator[Finding]:
    for field in ("bill_charges_monthly", "bill_fixed_charges_monthly"):
        if plan.get(field) and plan["interval"] not in LONG_INTERVALS:
            yield Finding(
                (field,),
                f"{field} does nothing on a {plan['interval']} plan",
                "only semiannual and yearly plans have it",
            )


def thresholds_fit(plan: Mapping[str, Any], _: Lookup) -> Iterator[Finding]:
    thresholds = plan.get("usage_thresholds") or ()
    keys = ((int(item["amount_cents"]), bool(item.get("recurring"))) for item in thresholds)
    for index, (amount, _recurring) in repeated(keys):
        yield Finding(("usage_thresholds", index), f"there are two usage thresholds at {amount}")
    for index, _same in repeated(item.get("recurring") or None for item in thresholds):
        yield Finding(("usage_thresholds", index, "recurring"), "at most one threshold can be recurring")


PLAN_RULES = (
    charges_fit,
    fixed_charges_fit,
    codes_distinct,
    monthly_billing_fits,
    thresholds_fit,
    entitlements_fit,
)
