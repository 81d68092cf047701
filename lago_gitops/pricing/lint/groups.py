"""Pricing groups: flat amounts and free units that each group has separately.

Each combination of values of pricing_group_keys is priced separately, with its own tiers, free units, packages and
flat amounts; events without the property are a group too, and so is a period without events. (prices: groups_0,
groups_2)
"""

from collections.abc import Iterator
from typing import Final

from lago_gitops.core.model.kind import Finding, Path
from lago_gitops.core.model.problem import Severity
from lago_gitops.pricing.base.words import figure, money
from lago_gitops.pricing.lint.rule import Rule
from lago_gitops.pricing.lint.subject import Catalogue, Priced, Subject
from lago_gitops.pricing.lint.tiers import first_flat
from lago_gitops.pricing.models import tiers_of
from lago_gitops.pricing.models.graduated import Graduated
from lago_gitops.pricing.models.graduated_percentage import GraduatedPercentage
from lago_gitops.pricing.models.package import Package
from lago_gitops.pricing.models.percentage import Percentage


def flat(subject: Subject, _: Catalogue) -> Iterator[Finding]:
    for priced in _grouped(subject):
        if amount := first_flat(priced):
            yield Finding(
                priced.tier(0, "flat_amount"),
                f"every group by {_keys(priced)} bills {money(amount, subject.currency)}, and so do events without it",
                "don't use flat amounts on grouped charges, or remove pricing_group_keys",
            )


def free_units(subject: Subject, _: Catalogue) -> Iterator[Finding]:
    for priced in _grouped(subject):
        if free := _free(priced):
            path, what = free
            yield Finding(
                path,
                f"every group by {_keys(priced)} has {what} of its own, and so do events without it",
                "remove pricing_group_keys if the free units are for all groups together",
            )


RULES: Final = (
    Rule("group-flat", Severity.WARNING, "Every group bills the flat amount", flat),
    Rule("group-free-units", Severity.WARNING, "Every group has its own free units", free_units),
)


def _grouped(subject: Subject) -> Iterator[Priced]:
    for charge in subject.charges:
        yield from (priced for priced in charge.prices if priced.group_keys)


def _free(priced: Priced) -> tuple[Path, str] | None:
    """The property that grants something free, and how much."""
    match priced.price:
        case Package(free_units=free) if free:
            return priced.at("free_units"), f"{figure(free)} free units"
        case Percentage(free_events=free) if free:
            return priced.at("free_units_per_events"), f"{free} free events"
        case Percentage(free_aggregation=free) if free:
            return priced.at("free_units_per_total_aggregation"), f"{figure(free)} free units"
        case Graduated() | GraduatedPercentage():
            return _free_tier(priced)
        case _:
            return None


def _free_tier(priced: Priced) -> tuple[Path, str] | None:
    first = tiers_of(priced.price)[0]
    if first.unit_price or first.to_value is None:
        return None
    return priced.tier(0), f"{figure(first.to_value)} free units"


def _keys(priced: Priced) -> str:
    return ", ".join(priced.group_keys)
